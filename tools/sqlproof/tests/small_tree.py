"""A small sound tree of SQL, migrations and callers, into which tests seed one fault at a time."""

from collections.abc import Callable

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
README = """
2. **Locks** are taken in one order: organization, job, post, candidate; ids ascending.

## Tables without a tenant

`board_directory` finds one, `heartbeats` is the machinery's own.
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

type_of_found = Callable[..., list[tuple[int, str]]]


def only(findings: list[tuple[int, str]], line: int, words: str) -> None:
    """One finding, `line` lines below the name line."""
    assert [each[0] - FIRST_LINE for each in findings] == [line], findings
    assert words in findings[0][1], findings
