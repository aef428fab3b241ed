"""The native stack on ports of its own: private, loopback only, repeatable, healing, gone without a trace."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.infrastructure.native import CHECKOUT, PORT_BASE, SERVERS, Stack


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A running stack; whatever a test did to it, it is stopped and nothing is left."""
    folder = Path(tempfile.mkdtemp(prefix="hiring-stack-", dir="/var/tmp"))
    folder.chmod(0o755)
    native = Stack(folder)
    try:
        native.up()
        yield native
    finally:
        stopped = native.run("down")
        shutil.rmtree(folder)
    assert stopped.returncode == 0, stopped.stderr


def listeners() -> set[tuple[str, int]]:
    """Address (hexadecimal) and port of every listening socket."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    lines += Path("/proc/net/tcp6").read_text(encoding="ascii").splitlines()[1:]
    sockets = (line.split() for line in lines)
    return {(s[1].split(":")[0], int(s[1].split(":")[1], 16)) for s in sockets if s[3] == "0A"}


def test_replica_streams_and_keeps_rows_for_its_reads_when_started(
    stack: Stack,
) -> None:
    """A slot, checksums, SCRAM, feedback in the replica's own settings, memory that survives a logout."""
    assert stack.ask("primary", "SELECT active, wal_status FROM pg_replication_slots;") == "t|reserved"
    assert stack.ask("primary", "SHOW data_checksums;") == "on"
    assert stack.ask("primary", "SHOW password_encryption;") == "scram-sha-256"
    assert stack.ask("replica", "SHOW hot_standby_feedback;") == "on"
    assert stack.ask("replica", "SHOW dynamic_shared_memory_type;") == "mmap"
    assert stack.ask("replica", "SELECT pg_is_in_recovery();") == "t"


def test_redis_instances_differ_in_what_they_may_forget(stack: Stack) -> None:
    """Sessions evict nothing and persist; the cache evicts and keeps nothing on disk."""
    sessions, cache = (stack.run("redis", name, "info").stdout for name in ("sessions", "cache"))
    assert "maxmemory_policy:noeviction" in sessions
    assert "aof_enabled:1" in sessions
    assert "maxmemory_policy:allkeys-lru" in cache
    assert "aof_enabled:0" in cache


def test_everything_listens_on_loopback_only(stack: Stack) -> None:
    """epmd and the distribution port too."""
    ours = {(address, port) for address, port in listeners() if PORT_BASE <= port <= PORT_BASE + 10}
    assert {port - PORT_BASE for _, port in ours} == {0, 1, 2, 3, 4, 6, 7, 10}
    assert {address for address, _ in ours} <= {
        "0100007F",
        "00000000000000000000000001000000",
    }


def test_processes_are_unprivileged(stack: Stack) -> None:
    """No server runs as root, and none with a secret on its command line."""
    secrets = re.findall(
        r"^\w+_PASSWORD=(\w+)$",
        (stack.environments / "infra/.env").read_text(),
        re.MULTILINE,
    )
    for name in SERVERS:
        process = Path(f"/proc/{stack.pid(name)}")
        assert process.stat().st_uid != 0
        command_line = (process / "cmdline").read_text()
        assert not any(secret in command_line for secret in secrets)


def test_secrets_are_readable_by_their_owner_only(stack: Stack) -> None:
    """Every file that holds a password is mode 0600, the data folder 0700."""
    holders = [
        *stack.environments.rglob("*.env"),
        stack.folder / "env",
        stack.folder / "redis/cache/redis.conf",
        stack.folder / "clickhouse/environment",
    ]
    assert len(holders) > 5
    assert {stat.S_IMODE(file.stat().st_mode) for file in holders} == {0o600}
    assert stat.S_IMODE(stack.folder.stat().st_mode) == 0o700


def test_stack_is_reached_and_started_again_when_its_env_file_is_sourced(stack: Stack) -> None:
    """By a shell that knows nothing else: its ports are those of the file, and lists survive the quoting."""
    program = 'set -eu; . "$1"; echo "$TEST_PORT_BASE"; echo "$HIRING__POSTGRES__REPLICAS"'
    shown = subprocess.run(
        ["/bin/bash", "-c", program, "_", stack.folder / "env"], env={}, capture_output=True, text=True, check=True
    ).stdout
    assert shown == f'{PORT_BASE}\n[{{"host":"127.0.0.1","port":{PORT_BASE + 1}}}]\n'


def test_second_start_is_quick_and_changes_nothing(stack: Stack) -> None:
    """The same processes, in a second or two on a machine that has nothing else to do."""
    before, started_at = [stack.pid(name) for name in SERVERS], time.monotonic()
    stack.up()
    assert time.monotonic() - started_at < 60
    assert [stack.pid(name) for name in SERVERS] == before


def test_setting_that_is_lost_is_made_again_and_told(stack: Stack) -> None:
    """A secret of its own for what the file lacks; what is empty, short or readable by others is named."""
    file = stack.environments / "infra/.env"
    before = file.read_text()
    try:
        file.write_text(re.sub(r"^DEMO_PASSWORD=.*\n", "", before, flags=re.MULTILINE))
        healed = stack.run("check-environment")
        assert healed.returncode == 0
        assert "added from the example: DEMO_PASSWORD" in healed.stderr
        file.write_text(re.sub(r"^DEMO_PASSWORD=.*", "DEMO_PASSWORD=short", before, flags=re.MULTILINE))
        file.chmod(0o640)
        refused = stack.run("check-environment")
        assert refused.returncode == 1
        assert "readable by others: chmod 600" in refused.stderr
        assert "DEMO_PASSWORD needs 16 characters or more" in refused.stderr
    finally:
        file.write_text(before)
        file.chmod(0o600)


def test_write_is_seen_on_the_replica_when_the_pair_is_tested(stack: Stack) -> None:
    """`make pg-test-replication` measures twenty writes."""
    result = stack.run("replication-test")
    assert re.search(r"^ +20 \| +[\d.]+ \| +[\d.]+$", result.stdout, re.MULTILINE), result.stderr


def test_audit_names_what_is_wrong_and_fails(stack: Stack) -> None:
    """No API runs in this stack: the page says so, and what is well all the same."""
    page = stack.run("audit")
    assert page.returncode == 1
    assert re.search(r"✘ API /readyz +does not answer", page.stdout)
    assert re.search(r"✔ replica1 +streaming, WAL reserved", page.stdout)
    assert re.search(r"✔ freeze age +\d+ transactions, of 200000000 when", page.stdout)
    assert re.search(r"✔ dead rows +(none|most in \w+: \d)", page.stdout)
    assert " waits since " not in page.stdout


def test_indexes_are_not_judged_when_the_stack_is_young(stack: Stack) -> None:
    """None was read yet, as on any fresh stack; one that holds a constraint is not counted."""
    stack.ask("primary", "CREATE TABLE read_by_nobody (n int UNIQUE, m int); SELECT 1;")
    stack.ask("primary", "CREATE INDEX read_by_nobody_m ON read_by_nobody (m); SELECT 1;")
    deadline = time.monotonic() + 20
    while not re.search(r"✔ unused indexes +1 not read in 0 days, too early", page := stack.run("audit").stdout):
        assert time.monotonic() < deadline, page
    stack.ask("primary", "DROP TABLE read_by_nobody; SELECT 1;")


def test_log_tells_names_when_slow_statements_are_logged(stack: Stack) -> None:
    """And what went wrong, but no value: neither of a statement nor of its parameters."""
    lines = [
        "SET log_min_duration_statement = 0;",
        'PREPARE "queries/trial.find" (text) AS SELECT $1 FROM pg_sleep(0.01);',
        "EXECUTE \"queries/trial.find\"('a secret\nof two lines');",
        "EXECUTE \"queries/trial.find\"('a secret', 'too many');",
        "SELECT 'a secret'::int;",
    ]
    stack.run("console", "primary", "postgres", sql="\n".join(lines))
    script = ". conf/stack/console.sh; names_only"
    log = (stack.folder / "logs/postgres-primary.log").read_text()
    shown = subprocess.run(
        ["/bin/bash", "-c", script], cwd=CHECKOUT, input=log, capture_output=True, text=True, timeout=20, check=True
    ).stdout
    assert re.search(r"LOG:  duration: [\d.]+ ms  queries/trial\.find$", shown, re.MULTILINE)
    assert "STATEMENT:  queries/trial.find\n" in shown and "wrong number of parameters" in shown
    assert "a secret" in log and "secret" not in shown and "two lines" not in shown


def test_service_runs_when_the_steps_of_make_up_are_taken(stack: Stack) -> None:
    """Schema, processes, demo organization; afterwards the audit finds all of them well."""
    steps = ("hiring migrate migrate roles", "hiring migrate migrate up", "application-up", "demo", "demo")
    try:
        for step in steps:
            result = stack.run(*step.split())
            assert result.returncode == 0, f"{step}: {result.stderr}"
        assert f"http://127.0.0.1:{PORT_BASE + 11}/docs" in stack.run("welcome").stdout
        page = stack.run("audit").stdout
        assert re.search(r"✔ API /readyz +200 in \d+ ms", page), page
        assert re.search(r"✔ worker +pid", page), page
        assert re.search(r"✔ feed and ClickHouse +position \d+, facts up to \d+, \d+ behind", page), page
    finally:
        assert stack.run("application-down").returncode == 0


def test_service_is_started_again_when_its_settings_have_changed(stack: Stack) -> None:
    """As when its code has; with nothing changed it runs on. It has the schema of the test before."""
    setting = stack.environments / "app" / "services" / "a-setting.env"
    pids = []
    try:
        for text in ("A=1", "A=1", "A=2"):
            setting.write_text(text, "ascii")
            result = stack.run("application-up")
            assert result.returncode == 0, result.stderr
            pids.append(stack.pid("api"))
    finally:
        setting.unlink()
        assert stack.run("application-down").returncode == 0
    assert pids[0] == pids[1] != pids[2]


def test_killed_server_comes_back_when_started_again(stack: Stack) -> None:
    """`kill -9` of Redis, the broker and ClickHouse: the next start repairs exactly these."""
    before = {name: stack.pid(name) for name in SERVERS}
    killed = {"redis-sessions", "rabbitmq", "clickhouse"}
    for name in killed:
        os.kill(before[name], signal.SIGKILL)
    stack.up()
    assert {name for name in SERVERS if stack.pid(name) != before[name]} == killed
    assert stack.run("rabbitmqctl", "list_vhosts", "--no-table-headers").stdout == "hiring\n"
    assert "aof_enabled:1" in stack.run("redis", "sessions", "info").stdout
    assert stack.run("clickhouse", "SELECT 1").stdout == "1\n"


def test_server_is_started_when_another_of_the_stack_has_its_former_pid(stack: Stack) -> None:
    """Pids are reused: the pid file of one that is gone may name another one."""
    file = stack.folder / "pids/redis-cache.pid"
    _, *line = file.read_text("ascii").splitlines()
    os.kill(stack.pid("redis-cache"), signal.SIGKILL)
    file.write_text("\n".join([str(stack.pid("redis-sessions")), *line]), "ascii")
    stack.up()
    assert stack.pid("redis-cache") != stack.pid("redis-sessions")
    assert "maxmemory_policy:allkeys-lru" in stack.run("redis", "cache", "info").stdout


def test_clickhouse_is_left_out_when_analytics_is_off(stack: Stack) -> None:
    """It is stopped, the service knows no host of it, and the audit does not miss it. Switched on, it has its data."""
    file, service = stack.environments / "infra/.env", stack.environments / "app/services/api.env"
    stack.run("clickhouse", "CREATE TABLE kept ENGINE = MergeTree ORDER BY a AS SELECT 1 AS a")
    file.write_text(file.read_text().replace("ANALYTICS=1", "ANALYTICS=0"))
    try:
        stack.up()
        assert "HIRING__CLICKHOUSE__HOST=\n" in service.read_text()
        assert "ClickHouse" not in stack.run("status").stdout + stack.run("audit").stdout
        assert "ANALYTICS=0" in stack.run("clickhouse", "SELECT 1").stderr
        assert (PORT_BASE + 10) not in {port for _, port in listeners()}
    finally:
        file.write_text(file.read_text().replace("ANALYTICS=0", "ANALYTICS=1"))
    stack.up()
    assert "HIRING__CLICKHOUSE__HOST=127.0.0.1\n" in service.read_text()
    assert stack.run("clickhouse", sql="SELECT a\nFROM kept;\nSELECT 2").stdout == "1\n2\n"
    assert re.search(r"✔ ClickHouse +[\d.]+, up \d+ s, 1 rows in ", stack.run("audit").stdout)


def test_replica_is_cloned_again_when_its_slot_is_lost(stack: Stack) -> None:
    """A replica without its slot answers for ever with frozen data: the next start makes a new one."""
    os.kill(stack.pid("replica"), signal.SIGINT)
    stack.ask(
        "primary",
        "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1); SELECT 1;",
    )
    deadline = time.monotonic() + 20
    while stack.ask("primary", "SELECT active FROM pg_replication_slots;") == "t":
        assert time.monotonic() < deadline
    stack.ask("primary", "SELECT pg_drop_replication_slot('replica1');")
    stack.up()
    assert stack.ask("replica", "SELECT n FROM kept;") == "1"
    assert stack.ask("primary", "SELECT active, wal_status FROM pg_replication_slots;") == "t|reserved"


def test_promoted_replica_is_kept_and_can_become_the_primary(stack: Stack) -> None:
    """What was promoted may hold what the primary lacks: it is named, not deleted, and the runbook's way works."""
    postgres = stack.folder / "postgres"
    stack.ask("replica", "SELECT pg_promote();")
    stack.ask("replica", "CREATE TABLE after_promotion (n int); INSERT INTO after_promotion VALUES (1); SELECT 1;")
    refused = stack.run("up")
    assert refused.returncode != 0
    assert "was promoted" in refused.stderr
    assert stack.run("down").returncode == 0
    (postgres / "primary").rename(postgres / "primary-old")
    (postgres / "replica").rename(postgres / "primary")
    stack.up()
    assert stack.ask("replica", "SELECT n FROM after_promotion;") == "1"
    assert stack.ask("primary", "SELECT active, wal_status FROM pg_replication_slots;") == "t|reserved"


def test_replica_streams_when_the_stack_has_moved_to_other_ports(stack: Stack) -> None:
    """It was cloned from the primary's old port, and is told the new one at each start."""
    assert stack.run("down").returncode == 0
    stack.port_base = PORT_BASE + 20
    try:
        stack.up()
        assert stack.ask("primary", "SELECT state FROM pg_stat_replication;") == "streaming"
        assert stack.run("down").returncode == 0
    finally:
        stack.port_base = PORT_BASE
    stack.up()


def test_taken_port_is_named_before_anything_starts(stack: Stack) -> None:
    """A stopped stack that finds a port taken starts nothing and says which."""
    assert stack.run("down").returncode == 0
    with socket.create_server(("127.0.0.1", PORT_BASE + 2)):
        refused = stack.run("up")
    assert refused.returncode != 0
    assert f"ports in use by others: {PORT_BASE + 2};" in refused.stderr
    assert stack.run("left").stdout == ""
