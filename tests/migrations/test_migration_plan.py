"""`hiring migrate plan` says what will happen: its locks are those that the server holds, its sizes the server's."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pglast import parse_sql

from hiring.config import Settings
from hiring.connectors import postgres
from hiring.migration_files import MigrationError, split_statements
from hiring.migration_plan import lasting, plan
from hiring.migration_session import session
from hiring.migrations import up
from sqlproof.migrations.building import Built
from sqlproof.migrations.table_locks import REWRITES, Lock, Mode, locks_of

Query = Callable[..., list[tuple[Any, ...]]]
Write = Callable[..., Path]

SCHEMA = """
CREATE TABLE organizations (organization_id uuid PRIMARY KEY);
CREATE TABLE jobs (id int CONSTRAINT jobs_pkey PRIMARY KEY, pay int, title varchar(9), organization_id uuid)
    WITH (autovacuum_enabled = false); -- it would hold a lock for longer than statements wait
CREATE TABLE posts (id int PRIMARY KEY, job_id int CONSTRAINT posts_job_id_exists REFERENCES jobs (id), pay int);
ALTER TABLE posts ADD CONSTRAINT posts_paid CHECK (pay > 0) NOT VALID;
ALTER TABLE posts ADD CONSTRAINT posts_id_exists FOREIGN KEY (id) REFERENCES jobs (id) NOT VALID;
CREATE INDEX jobs_by_pay ON jobs (pay);
CREATE TABLE events (id int) PARTITION BY RANGE (id);
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
INSERT INTO jobs SELECT g, g FROM generate_series(1, 1000) AS g;
"""
OIDS = (
    "SELECT c.oid::text, c.relname FROM pg_class AS c"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
)
FILES = "SELECT c.oid::text, pg_relation_filenode(c.oid) FROM pg_class AS c WHERE c.relkind = 'r'"
HELD = "SELECT l.relation::text, l.mode FROM pg_locks AS l WHERE l.relation IS NOT NULL AND l.pid = "
STATEMENTS = [
    "ALTER TABLE jobs ADD COLUMN grade text",
    "ALTER TABLE jobs ADD COLUMN grade int NOT NULL DEFAULT 1",
    "ALTER TABLE jobs ADD COLUMN grade timestamptz DEFAULT now()",
    "ALTER TABLE jobs ADD COLUMN grade uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE jobs ADD COLUMN grade int GENERATED ALWAYS AS (pay * 2) STORED",
    "ALTER TABLE jobs ADD COLUMN grade bigserial",
    "ALTER TABLE jobs ADD COLUMN post_id int REFERENCES posts (id)",
    "ALTER TABLE jobs DROP COLUMN pay",
    "ALTER TABLE posts DROP COLUMN job_id",
    "ALTER TABLE jobs ALTER COLUMN pay TYPE bigint",
    "ALTER TABLE jobs ALTER COLUMN pay SET NOT NULL",
    "ALTER TABLE jobs ALTER COLUMN pay SET DEFAULT 1",
    "ALTER TABLE jobs ALTER COLUMN pay SET STATISTICS 200",
    "ALTER TABLE jobs ALTER COLUMN organization_id SET (n_distinct = 2)",
    "ALTER TABLE jobs ALTER COLUMN organization_id RESET (n_distinct)",
    "ALTER TABLE jobs SET (fillfactor = 50)",
    "ALTER TABLE jobs ADD CONSTRAINT jobs_paid CHECK (pay > 0)",
    "ALTER TABLE jobs ADD CONSTRAINT jobs_paid CHECK (pay > 0) NOT VALID",
    "ALTER TABLE jobs ADD CONSTRAINT jobs_pay_taken UNIQUE (pay)",
    "ALTER TABLE jobs ADD CONSTRAINT jobs_x FOREIGN KEY (organization_id) REFERENCES organizations",
    "ALTER TABLE jobs ADD CONSTRAINT jobs_x FOREIGN KEY (organization_id) REFERENCES organizations NOT VALID",
    "ALTER TABLE posts VALIDATE CONSTRAINT posts_paid",
    "ALTER TABLE posts VALIDATE CONSTRAINT posts_id_exists",
    "ALTER TABLE posts DROP CONSTRAINT posts_job_id_exists",
    "ALTER TABLE posts DROP CONSTRAINT posts_paid",
    "ALTER TABLE posts SET UNLOGGED",
    "ALTER TABLE jobs DISABLE TRIGGER USER",
    "ALTER TABLE jobs ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE jobs RENAME COLUMN pay TO salary",
    "ALTER TABLE jobs RENAME TO vacancies",
    "CREATE TABLE parts PARTITION OF events FOR VALUES FROM (1) TO (9)",
    "CREATE TABLE offers (job_id int REFERENCES jobs (id), organization_id uuid REFERENCES organizations)",
    "CREATE TABLE copies (LIKE jobs)",
    "CREATE INDEX jobs_by_title ON jobs (title)",
    "DROP INDEX jobs_by_pay",
    "DROP TABLE posts",
    "COMMENT ON COLUMN jobs.pay IS 'Minor units.'",
    "COMMENT ON TABLE jobs IS 'Vacancies.'",
    "COMMENT ON CONSTRAINT posts_paid ON posts IS 'They pay.'",
    "COMMENT ON INDEX jobs_by_pay IS 'For lists.'",
    "COMMENT ON FUNCTION nothing IS 'Idle.'",
    "GRANT SELECT ON jobs TO hiring_query",
    "CREATE TRIGGER idle BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION nothing()",
    "CREATE STATISTICS jobs_statistics ON pay, id FROM jobs",
    "CREATE POLICY everybody ON jobs USING (true)",
    "CREATE FUNCTION f(job jobs) RETURNS int LANGUAGE sql RETURN 1",
    "UPDATE jobs SET pay = 2",
    "INSERT INTO organizations SELECT gen_random_uuid()",
    "TRUNCATE events",
    "LOCK TABLE jobs IN SHARE MODE",
    "ANALYZE jobs, posts (pay)",
]


def grown(text: str) -> Built:
    """The schema that these statements build."""
    built = Built()
    for statement in split_statements(text):
        built.add(parse_sql(statement.text)[0].stmt)
    return built


def said(statement: str) -> dict[str, Lock]:
    """What the plan says of a statement, without reads, by table."""
    locks = locks_of(parse_sql(statement)[0].stmt, grown(SCHEMA))
    assert locks is not None
    return {lock.table: lock for lock in locks if lock.mode > Mode.ACCESS_SHARE}


def strongest_of(rows: list[tuple[Any, ...]], tables: dict[str, str]) -> dict[str, Mode]:
    """The strongest lock of each table among rows of pg_locks, without reads."""
    modes = {"".join(word.title() for word in mode.words.split()) + "Lock": mode for mode in Mode}
    found: dict[str, Mode] = {}
    for oid, mode in rows:
        if oid in tables and modes[mode] > found.get(tables[oid], Mode.ACCESS_SHARE):
            found[tables[oid]] = modes[mode]
    return found


def test_locks_are_those_of_the_server_when_a_statement_ran(database: Settings, query: Query) -> None:
    """Each statement in a transaction of its own: pg_locks has what was said, and files are new when rewritten."""
    query(SCHEMA)
    tables: dict[str, str] = dict(query(OIDS))
    before: dict[str, int] = dict(query(FILES))
    wrong = []
    for statement in STATEMENTS:
        expected = said(statement)
        held = strongest_of(query(f"BEGIN; {statement}; {HELD} pg_backend_pid()"), tables)
        if held != {table: lock.mode for table, lock in expected.items()}:
            wrong.append(f"{statement}: said {expected}, held {held}")
        after: dict[str, int] = dict(query(f"BEGIN; {statement}; {FILES}"))
        rewritten = {tables[oid] for oid in tables.keys() & before.keys() & after.keys() if before[oid] != after[oid]}
        if rewritten != {table for table, lock in expected.items() if lock.work == REWRITES}:
            wrong.append(f"{statement}: said {expected}, rewritten {rewritten}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "statement", ["CREATE INDEX CONCURRENTLY jobs_by_title ON jobs (title)", "DROP INDEX CONCURRENTLY jobs_by_pay"]
)
async def test_locks_are_those_of_the_server_when_an_index_changes_concurrently(
    database: Settings, query: Query, statement: str
) -> None:
    """Seen while it waits for a transaction that writes."""
    await asyncio.to_thread(query, SCHEMA)
    tables = dict(await asyncio.to_thread(query, OIDS))
    owner = database.postgres.roles.owner
    async with session(database, owner) as writer, session(database, owner) as builder:
        await postgres.send(writer, "BEGIN; UPDATE jobs SET pay = 3")
        pid = builder.raw.get_backend_pid()
        building = asyncio.create_task(postgres.send(builder, statement))
        rows: list[tuple[Any, ...]] = []
        for _ in range(100):
            rows = await asyncio.to_thread(query, f"{HELD} {pid}")
            if strongest_of(rows, tables) and not building.done():
                break
            await asyncio.sleep(0.05)
        await postgres.send(writer, "COMMIT")
        await building
    assert strongest_of(rows, tables) == {table: lock.mode for table, lock in said(statement).items()}


@pytest.fixture
def pending(database: Settings, write: Write, query: Query) -> Path:
    """One migration is applied, its table is filled and counted, two are pending."""
    table = "CREATE TABLE jobs (id int, pay int) WITH (autovacuum_enabled = false);"  # it would change the size
    folder = write("0001_add_jobs", table, "DROP TABLE jobs;").parent
    asyncio.run(up(database, lambda _: None, folder=folder))
    query("INSERT INTO jobs SELECT g, g FROM generate_series(1, 5000) AS g; ANALYZE jobs")
    write("0002_add_posts", "-- lock_timeout: 2s\n\nCREATE TABLE posts (id int);\nALTER TABLE jobs ADD posts int;")
    write("0003_check_posts", "ALTER TABLE jobs ADD CONSTRAINT c CHECK (pay > 0);\nCREATE INDEX i ON posts (id);")
    return folder


def test_plan_has_locks_and_sizes_when_migrations_are_pending(
    database: Settings, pending: Path, write: Write, query: Query
) -> None:
    """Rows as the server estimates them, a table that a pending file makes is new, limits as the header says."""
    planned = asyncio.run(plan(database, folder=pending))
    assert [each.name for each in planned] == ["0002 add_posts", "0003 check_posts"]
    assert "waits 2 s for a lock (lock_timeout), works 1 min on a statement" in planned[0].limits
    created, altered = planned[0].locks
    assert (created.line, created.lock, created.waiting) == (3, "", "nobody")
    size = query("SELECT pg_size_pretty(pg_total_relation_size('jobs'))")[0][0]
    assert altered[2:] == ("ACCESS EXCLUSIVE", "jobs", size, "5,000", "", "reads and writes")
    assert planned[1].locks[0].work == "reads all of it"
    assert planned[1].locks[1][2:7] == ("SHARE", "posts", "new", "", "indexes all of it")
    assert lasting(planned) == [
        f"reads and writes of jobs ({size}) wait while 0003 check_posts, line 1, reads all of it"
    ]
    assert len(asyncio.run(plan(database, folder=pending, to="0002"))) == 1
    assert query("SELECT max(version) FROM schema_migrations") == [("0001",)], "nothing was applied"
    write("0001_add_jobs", "CREATE TABLE jobs (id int);", "DROP TABLE jobs;")
    with pytest.raises(MigrationError, match="was edited after it was applied"):
        asyncio.run(plan(database, folder=pending))


def test_statement_is_shown_whole_when_it_is_short(database: Settings, write: Write) -> None:
    """Up to sixty characters on one line, however many lines it has; of a longer one the beginning."""
    short, long = f"SELECT '{'x' * 50}';", f"SELECT '{'x' * 51}';"
    path = write("0001_add_x", f"{short.replace(' ', chr(10))}\n{long}")
    [planned] = asyncio.run(plan(database, folder=path.parent))
    assert (len(short), [lock.statement for lock in planned.locks]) == (60, [short, f"{long[:60]}…"])


def test_plan_is_printed_when_the_command_line_asks(database: Settings, pending: Path, environ: dict[str, str]) -> None:
    """A table for each migration, what would wait for long below; with nothing pending one sentence."""

    def printed() -> str:
        command = [sys.executable, "-m", "hiring", "migrate", "plan", "--folder", str(pending)]
        wide = {**environ, "COLUMNS": "220", "PATH": os.environ["PATH"]}
        run = subprocess.run(command, env=wide, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout

    text = printed()
    assert "0003 check_posts" in text and "ALTER TABLE jobs ADD CONSTRAINT c CHECK (pay > 0);" in text
    assert "waits: reads and writes of jobs" in text and text.endswith("2 pending\n")
    asyncio.run(up(database, lambda _: None, folder=pending))
    assert printed() == "nothing is pending\n"
