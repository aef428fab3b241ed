"""The command line: help without imports, settings shown, errors in one line."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from hiring.__main__ import FEATURES, WRONG_SETTINGS

ROOT = Path(__file__).resolve().parents[2]
ENVIRON = {
    "HIRING_DEPLOYMENT": "test",
    "HIRING_POSTGRES_COMMAND_PASSWORD": "command-secret",
    "HIRING_POSTGRES_QUERY_PASSWORD": "query-secret",
    "HIRING_POSTGRES_WORKER_PASSWORD": "worker-secret",
    "HIRING_POSTGRES_RELAY_PASSWORD": "relay-secret",
    "HIRING_REDIS_SESSIONS_PASSWORD": "sessions-secret",
    "HIRING_REDIS_CACHE_PASSWORD": "cache-secret",
    "HIRING_RABBITMQ_PASSWORD": "rabbitmq-secret",
    "HIRING_TOKENS_SECRET": "0123456789abcdef0123456789abcdef",
}


def hiring(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hiring", *arguments]
    return subprocess.run(command, env={**ENVIRON, **environ}, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_names_every_command_when_none_is_given() -> None:
    """The overview is complete and imports no driver and no server."""
    shown, alone = hiring("--help", COLUMNS="200"), hiring(COLUMNS="200")
    assert shown.returncode == 0 and shown.stdout.strip() == alone.stdout.strip()
    words = " ".join(shown.stdout.replace("│", " ").split())
    assert "The Hiring API: a headless applicant tracking system." in words
    assert "Settings come from conf/ and HIRING__… variables" in words and "--install-completion" not in words
    assert not [name for name, feature in FEATURES.items() if f"{name} {feature.sentence}" not in words]
    program = "import sys; from hiring.__main__ import command_line; command_line(['--help']); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], env=ENVIRON, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"psycopg2", "aiopg", "tornado", "aio_pika", "redis"} & set(loaded.stdout.split())


@pytest.mark.parametrize("name", sorted(FEATURES))
def test_help_is_shown_when_a_command_is_named(name: str) -> None:
    """Every command of the overview explains itself; a group does so also when it is given no command."""
    feature, module = FEATURES[name], import_module(f"hiring.cli.{name.replace('-', '_')}")
    shown = hiring(name, "--help", COLUMNS="200")
    assert shown.returncode == 0, shown.stderr
    assert f"Usage: hiring {name}" in shown.stdout
    said = feature.sentence if feature.is_group else module.app.registered_commands[0].callback.__doc__
    assert " ".join(said.split()) in " ".join(shown.stdout.split())
    if feature.is_group:
        assert "Commands" in shown.stdout and hiring(name, COLUMNS="200").stdout.strip() == shown.stdout.strip()


def test_settings_are_shown_with_their_sources_and_without_secrets() -> None:
    """`hiring config show` prints YAML that can be read again."""
    shown = hiring("config", "show", HIRING__API__PORT="9000")
    assert shown.returncode == 0, shown.stderr
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert "port: 9000 # HIRING__API__PORT" in lines
    assert "port: 16402 # conf/test.yaml" in lines
    assert "user: hiring # conf/default.yaml" in lines
    assert "password: '********' # conf/default.yaml" in lines
    assert "-secret" not in shown.stdout
    assert ENVIRON["HIRING_TOKENS_SECRET"] not in shown.stdout


@pytest.mark.parametrize("command", [("config", "show"), ("api",), ("worker",), ("ready",), ("migrate", "status")])
def test_start_ends_with_one_line_when_a_setting_is_wrong(command: tuple[str, ...]) -> None:
    """Every process says the same sentence and ends with the status of a wrong configuration."""
    refused = hiring(*command, HIRING__API__PORT="high")
    assert refused.returncode == WRONG_SETTINGS
    assert refused.stderr == "hiring: HIRING__API__PORT: api.port: expected int, found str 'high'\n"


def test_ready_fails_with_one_line_when_nobody_listens() -> None:
    """Port 9 of the loopback is nobody's."""
    refused = hiring("ready", "--wait-s", "0.3", "--url", "http://127.0.0.1:9/readyz")
    assert refused.returncode == 1
    assert refused.stderr.startswith("not ready: http://127.0.0.1:9/readyz: ")
    assert refused.stderr.count("\n") == 1
