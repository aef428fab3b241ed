"""A small sound tree of SQL, migrations and callers, into which tests seed one fault at a time."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlproof.configuration import Project, read_project

HEADER = "-- Trials: of these tests.\n-- Pool: primary.\n-- Know first: nothing.\n\n"
FIRST_LINE = HEADER.count("\n") + 1
MIGRATION = """
CREATE TABLE organizations (organization_id uuid PRIMARY KEY, name text);
CREATE TABLE jobs (
    organization_id uuid NOT NULL, id uuid NOT NULL, title text, status text, is_default boolean, version integer,
    opened_at timestamptz, start_on date, updated_at timestamptz, PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX jobs_one_default ON jobs (organization_id) WHERE is_default;
CREATE INDEX jobs_by_updated_at ON jobs (organization_id, updated_at, id);
CREATE TABLE posts (
    organization_id uuid NOT NULL, id uuid NOT NULL, job_id uuid, status text,
    PRIMARY KEY (organization_id, id)
);
CREATE TABLE candidates (
    organization_id uuid NOT NULL, id uuid NOT NULL, name text, updated_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE TABLE board_directory (organization_id uuid NOT NULL, slug text);
CREATE TABLE countries (code text);
CREATE TABLE heartbeats (name text PRIMARY KEY, settled_at timestamptz);
CREATE VIEW open_posts AS SELECT p.organization_id, p.id FROM posts AS p;
CREATE FUNCTION claim(text) RETURNS void LANGUAGE sql AS $$ SELECT $$;
CREATE FUNCTION job_body(jobs) RETURNS json LANGUAGE sql STABLE AS $$ SELECT '{}'::json $$;
"""
RULES = """
hooks = "small_hooks"
tenants = { column = "organization_id", table = "organizations", tables_without = ["board_directory", "heartbeats"] }
locks = { order = ["organization", "job", "post", "candidate"], queues = ["feed", "outbox"] }
names = { timestamp = ["_at", "as_of"], date = ["_on"], count = ["_count"], boolean = ["is_", "has_"] }
python = { package = "shop" }
stubs = { file = "shop/statements.pyi", taken = { jsonb = "Document" }, aliases = { Document = "dict[str, Any]" } }
migrations = { reviewed_from = "0010", unused_from = "0029" }
server = { database = "trials", migrate = [] }
volume = { script = "volume.sql" }
catalogue = { title = "Trials" }

[pools]
command = { role = "trial_command", folder = "commands" }
query = { role = "trial_query", folder = "queries" }

[statements]
opening = ["-- [A-Z].*: ", "-- Pool: ", "-- Know first: "]
budget_unit = "applications"

[statements.returned]
event = '\\b(?:its|the|last) events?\\b'
version = '\\bversion\\b'
body = '\\bbody\\b|\\bas it is now\\b'
stale = '\\bstale\\b'
status = '\\bstatus\\b'

[events]
function = "record_event"
arguments = { tenant = 1, type = 3, version = 4, data = 5 }
beside = ["touch_candidate", "touch_organization"]

[refusals]
judged = "judged_"
column = "refusal"
code_of = { refusal = 1 }
fixed = { mismatch = "version_mismatch" }

[changes]
column = "updated_at"
written_by = "written_at"
bound_column = "settled_at"
bound = "(SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')"
"""
FIND = """-- name: find(organization_id, id)^
-- Finds a job.
SELECT j.title, job_body(j) AS body
FROM jobs AS j
LEFT JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = j.id
WHERE j.organization_id = :organization_id AND j.id = :id;
"""
ADD = """-- name: add(organization_id, id, title)^
-- Adds a job.
WITH added_job AS (
    INSERT INTO jobs AS j (organization_id, id, title)
    VALUES (:organization_id, :id, :title)
    ON CONFLICT (organization_id, id) DO UPDATE SET title = excluded.title
    RETURNING j.id
),
moved_posts AS (
    UPDATE posts AS p
    SET job_id = a.id
    FROM added_job AS a
    WHERE p.id = a.id AND p.organization_id = :organization_id
)
SELECT a.id FROM added_job AS a;
"""
CALLER = "async def run(db):\n    await db.commands.trials.add()\n    statements = db.queries.trials\n"

Found = Callable[..., list[tuple[int, str]]]


def project_of(folder: Path, texts: Mapping[str, str], rules: str = RULES) -> Project:
    """The project that a folder holds once it has these files and no other SQL."""
    shutil.rmtree(folder / "sql", ignore_errors=True)
    for name, text in {"sql/rules.toml": rules, **texts}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_project(folder / "sql/rules.toml")


def only(findings: list[tuple[int, str]], line: int, words: str) -> None:
    """One finding, `line` lines below the name line."""
    assert [each[0] - FIRST_LINE for each in findings] == [line], findings
    assert words in findings[0][1], findings
