"""The checks of migrations find each fault at its line, in a sound little history, and nothing in the real one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from small_tree import project_of
from sqlproof.configuration import read_project
from sqlproof.migrations.review import check_migrations

QUERY = """-- Trials: of these tests.
-- Pool: replica.
-- Know first: nothing.

-- name: list(organization_id)
-- Lists titles.
SELECT job_body(j), j.title FROM jobs AS j WHERE j.organization_id = :organization_id;
"""
FIRST = """-- Why:   jobs.
-- Locks: none.
-- Undo:  0001_create_jobs.down.sql drops them.

CREATE TABLE jobs (organization_id uuid NOT NULL, id uuid NOT NULL, title text, pay bigint, note text,
    PRIMARY KEY (organization_id, id));
ALTER TABLE jobs ALTER organization_id SET (n_distinct = 2);
CREATE INDEX jobs_by_title ON jobs (organization_id, title);
CREATE FUNCTION job_body(jobs) RETURNS json LANGUAGE sql STABLE AS $$ SELECT '{}'::json $$;
"""
FIRST_DOWN = "-- Undo of the file of the same number.\nDROP FUNCTION job_body;\nDROP TABLE jobs;\n"
HEADER = """-- Why:   a trial.
-- Locks: {locks}.
-- Undo:  0040_try_jobs.down.sql; nothing is lost.
"""
AE = "jobs, ACCESS EXCLUSIVE, briefly"
ADD = "ALTER TABLE jobs ADD COLUMN grade text;\nCOMMENT ON COLUMN jobs.grade IS 'Its level.';\n"
ADD_DOWN = "ALTER TABLE jobs DROP COLUMN grade;\n"
POSTS = """CREATE TABLE posts (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    job_id uuid,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT posts_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id)
);
ALTER TABLE posts ALTER organization_id SET (n_distinct = 2);
"""
LINE = HEADER.count("\n") + 2
"""Where the statements begin."""

Seed = Callable[..., list[str]]


@pytest.fixture
def seed(tmp_path: Path) -> Seed:
    """Writes the history with one more migration; gives the findings about it as `name:line: sentence`."""

    def seeded(up: str, down: str = ADD_DOWN, *, locks: str = AE, label: str = "") -> list[str]:
        texts = {
            "sql/queries/trials.sql": QUERY,
            "migrations/0001_create_jobs.sql": FIRST,
            "migrations/0001_create_jobs.down.sql": FIRST_DOWN,
            "migrations/0040_try_jobs.sql": f"{HEADER.format(locks=locks)}{label}\n{up}",
            "migrations/0040_try_jobs.down.sql": "-- Undo of the file of the same number.\n" + down,
        }
        count, findings = check_migrations(project_of(tmp_path, texts))
        assert count == 2 or findings
        return [str(finding._replace(path=Path(finding.path.name))) for finding in findings]

    return seeded


def only(findings: list[str], line: int, *words: str, name: str = "0040_try_jobs.sql") -> None:
    """One finding, at this line of the file, that says all of these."""
    assert len(findings) == 1, findings
    assert findings[0].startswith(f"{name}:{line}: "), findings
    assert all(word in findings[0] for word in words), findings


@pytest.mark.parametrize(
    ("up", "down", "locks"),
    [
        pytest.param(ADD, ADD_DOWN, AE, id="column"),
        pytest.param(POSTS, "DROP TABLE posts;", "jobs, SHARE ROW EXCLUSIVE, for the foreign key", id="table"),
        pytest.param("UPDATE jobs SET pay = 1;", "UPDATE jobs SET pay = NULL;", "jobs, ROW EXCLUSIVE", id="data"),
        pytest.param("ALTER TABLE jobs ADD CONSTRAINT jobs_paid CHECK (pay > 0) NOT VALID;",
                     "ALTER TABLE jobs DROP CONSTRAINT jobs_paid;", AE, id="NOT VALID"),
        pytest.param("CREATE TABLE board_directory (slug text PRIMARY KEY);\nINSERT INTO board_directory VALUES ('a');",
                     "DROP TABLE board_directory;", "none on existing tables", id="first row without a tenant"),
        pytest.param("CREATE SEQUENCE s;\nCREATE TABLE board_directory (n bigint);\n"
                     "ALTER SEQUENCE s OWNED BY board_directory.n;", "DROP TABLE board_directory;", "none",
                     id="sequence"),
        pytest.param("CREATE OR REPLACE FUNCTION job_body(jobs) RETURNS json LANGUAGE sql AS $$ SELECT NULL $$;",
                     "CREATE OR REPLACE FUNCTION job_body(jobs) RETURNS json LANGUAGE sql AS $$ SELECT '{}' $$;",
                     "none", id="function"),
    ],
)  # fmt: skip
def test_nothing_is_found_when_a_change_is_sound(seed: Seed, up: str, down: str, locks: str) -> None:
    """What the faults below are near to."""
    assert seed(up, down, locks=locks) == []


def test_nothing_is_found_when_an_index_is_built_concurrently(seed: Seed) -> None:
    """And what goes away says since when nobody uses it."""
    up = "CREATE INDEX CONCURRENTLY IF NOT EXISTS jobs_by_pay ON jobs (organization_id, pay);"
    down = "-- transaction: none\nDROP INDEX CONCURRENTLY IF EXISTS jobs_by_pay;"
    assert seed(up, down, locks="jobs, SHARE UPDATE EXCLUSIVE, a while", label="-- transaction: none\n") == []
    drop, add = "ALTER TABLE jobs DROP COLUMN note;", "ALTER TABLE jobs ADD COLUMN note text;"
    assert seed(drop, add, label="-- Unused: since 1.4\n") == []


@pytest.mark.parametrize(
    ("up", "line", "words"),
    [
        pytest.param("CREATE INDEX jobs_by_pay ON jobs (pay);", 0, ("writes of jobs wait", "CONCURRENTLY"), id="index"),
        pytest.param("ALTER TABLE jobs ALTER COLUMN pay TYPE numeric;", 0, ("rewrites it", "beside it"), id="type"),
        pytest.param("ALTER TABLE jobs ALTER COLUMN pay SET NOT NULL;", 0, ("reads all of it", "CHECK"), id="not null"),
        pytest.param("\nALTER TABLE jobs ADD CONSTRAINT jobs_paid CHECK (pay > 0);", 1, ("NOT VALID",), id="check"),
        pytest.param("ALTER TABLE jobs ADD CONSTRAINT jobs_pay_taken UNIQUE (organization_id, pay);", 0,
                     ("USING INDEX",), id="unique"),
        pytest.param("ALTER TABLE jobs ADD CONSTRAINT jobs_note_exists FOREIGN KEY (organization_id, id)"
                     " REFERENCES jobs (organization_id, id);", 0, ("writes of jobs wait", "NOT VALID"), id="key"),
        pytest.param(ADD.replace("text", "uuid DEFAULT gen_random_uuid()"), 0, ("rewrites it", "batches"),
                     id="default"),
        pytest.param(ADD.replace("text", "int CONSTRAINT jobs_grade_known CHECK (grade > 0)"), 0,
                     ("reads all of it", "apart"), id="check of a column"),
    ],
)  # fmt: skip
def test_fault_is_found_when_others_would_wait_for_long(seed: Seed, up: str, line: int, words: tuple[str, ...]) -> None:
    """With the way to the same end that makes nobody wait; a reason in the header is an answer."""
    down = "ALTER TABLE jobs DROP COLUMN grade, ALTER pay DROP NOT NULL, ALTER pay TYPE bigint,\n" + ", ".join(
        f"DROP CONSTRAINT {name}" for name in ("jobs_paid", "jobs_pay_taken", "jobs_note_exists")
    )
    down += "; DROP INDEX jobs_by_pay;"
    mode = "SHARE ROW EXCLUSIVE" if "FOREIGN" in up else "SHARE" if "INDEX" in up else "ACCESS EXCLUSIVE"
    only(seed(up, down, locks=f"jobs, {mode}"), LINE + line, *words)
    assert seed(up, down, locks=f"jobs, {mode}", label="-- Blocks: jobs has ten rows.\n") == []


@pytest.mark.parametrize(
    ("up", "down", "words"),
    [
        pytest.param("ALTER TABLE jobs DROP COLUMN title;", "ALTER TABLE jobs ADD COLUMN title text;",
                     ("column jobs.title", "sql/queries/trials.list still uses it"), id="read"),
        pytest.param("ALTER TABLE jobs DROP COLUMN note;", "ALTER TABLE jobs ADD COLUMN note text;",
                     ("previous release", "-- Unused:"), id="read by the release before"),
        pytest.param("ALTER TABLE jobs RENAME COLUMN note TO remark;", "ALTER TABLE jobs RENAME remark TO note;",
                     ("column jobs.note", "-- Unused:"), id="renamed"),
        pytest.param("DROP TABLE jobs;", "CREATE TABLE jobs ();", ("table jobs", "still uses it"), id="table"),
        pytest.param("DROP FUNCTION job_body(jobs);",
                     "CREATE FUNCTION job_body(jobs) RETURNS int LANGUAGE sql RETURN 1;",
                     ("function job_body", "still uses it"), id="function"),
        pytest.param("DROP FUNCTION job_body(jobs, int);",
                     "CREATE FUNCTION job_body(jobs, int) RETURNS int LANGUAGE sql RETURN 1;",
                     ("function job_body", "-- Unused:"), id="function of that name with other arguments"),
    ],
)  # fmt: skip
def test_fault_is_found_when_something_in_use_goes_away(seed: Seed, up: str, down: str, words: tuple[str, ...]) -> None:
    """By a statement here, or perhaps by one of the release before."""
    only(seed(up, down, locks="none" if "FUNCTION" in up else AE), LINE, *words)


@pytest.mark.parametrize(
    ("up", "down", "thing", "made_at"),
    [
        pytest.param(ADD, "SELECT 1;", "column jobs.grade", 0, id="column"),
        pytest.param(ADD + "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';", ADD_DOWN, "function f", 2,
                     id="function"),
        pytest.param("COMMENT ON COLUMN jobs.pay IS 'Minor units.';", "SELECT 1;", "comment on column jobs.pay", 0,
                     id="comment"),
        pytest.param("\nALTER TABLE jobs ALTER pay SET DEFAULT 1;", "ALTER TABLE jobs ALTER note SET DEFAULT 1;",
                     "default of jobs.pay", 1, id="default"),
        pytest.param("ALTER TABLE jobs ADD CONSTRAINT jobs_paid CHECK (pay > 0) NOT VALID;", "SELECT 1;",
                     "constraint jobs_paid", 0, id="constraint"),
        pytest.param("GRANT SELECT ON jobs TO hiring_query;", "SELECT 1;", "rights on jobs", 0, id="grant"),
    ],
)  # fmt: skip
def test_fault_is_found_when_a_way_back_leaves_something(
    seed: Seed, up: str, down: str, thing: str, made_at: int
) -> None:
    """In the way back, with the line that made it."""
    locks = "none" if "GRANT" in up else "jobs, SHARE UPDATE EXCLUSIVE" if up.startswith("COMMENT") else AE
    words = f"leaves {thing} as 0040_try_jobs.sql:{LINE + made_at} makes it"
    only(seed(up, down, locks=locks), 2, words, name="0040_try_jobs.down.sql")


def test_fault_is_found_when_a_way_back_forgets_what_was_dropped(seed: Seed) -> None:
    """Everything comes back, too."""
    findings = seed("DROP INDEX jobs_by_title;", "SELECT 1;")
    only(findings, 2, "leaves index jobs_by_title", name="0040_try_jobs.down.sql")


@pytest.mark.parametrize(
    ("locks", "words"),
    [
        pytest.param("none", "does not name it: write `jobs, ACCESS EXCLUSIVE`", id="none"),
        pytest.param("jobs, SHARE, briefly", "says SHARE: write", id="weaker"),
        pytest.param("jobs, briefly", "does not name it", id="no mode"),
    ],
)
def test_fault_is_found_when_the_header_hides_a_lock(seed: Seed, locks: str, words: str) -> None:
    """At the label's line."""
    only(seed(ADD, locks=locks), 2, "jobs is locked ACCESS EXCLUSIVE", words)


def test_fault_is_found_when_the_header_tells_of_a_lock_that_is_none(seed: Seed) -> None:
    """A reader would look for it."""
    function = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    only(seed(function, "DROP FUNCTION f;"), 2, "names jobs, on which this file takes no lock")


def test_fault_is_found_when_a_label_is_missing(seed: Seed, tmp_path: Path) -> None:
    """Or still says what the template asks for."""
    seed(ADD)
    path = tmp_path / "migrations/0040_try_jobs.sql"
    text = path.read_text()
    for old, new, line, words in (
        ("-- Why:   a trial.\n", "", 1, "`-- Why: …`"),
        ("a trial.", "(what the system can do afterwards)", 1, "`-- Why: …`"),
        ("0040_try_jobs.down.sql", "the other file", 3, "does not name 0040_try_jobs.down.sql"),
    ):
        path.write_text(text.replace(old, new))
        _, findings = check_migrations(read_project(tmp_path / "sql/rules.toml"))
        only([str(finding._replace(path=Path(finding.path.name))) for finding in findings], line, words)


@pytest.mark.parametrize(
    ("up", "line", "words"),
    [
        pytest.param(POSTS.replace("    organization_id uuid NOT NULL,\n", ""), 0, "has no organization_id", id="none"),
        pytest.param(POSTS.replace("uuid NOT NULL,\n    id", "uuid,\n    id"), 1, "may be NULL", id="nullable"),
        pytest.param(POSTS.replace("KEY (organization_id, id),", "KEY (id),"), 0, "does not begin with", id="key"),
        pytest.param(POSTS.replace("(organization_id, job_id) REFERENCES jobs (organization_id, id)",
                                   "(job_id) REFERENCES jobs (id)"), 5, "another tenant's row", id="reference"),
        pytest.param(POSTS.replace("CONSTRAINT posts_job_id_exists ", ""), 5, "has no name", id="no name"),
        pytest.param(POSTS.replace("posts_job_id_exists", "posts_job"), 5, "leads to no error", id="no error"),
        pytest.param(POSTS + "CREATE UNIQUE INDEX posts_one ON posts (organization_id, job_id);", 8,
                     "leads to no error", id="no error of an index"),
    ],
)  # fmt: skip
def test_fault_is_found_when_a_table_breaks_a_rule(seed: Seed, up: str, line: int, words: str) -> None:
    """Of tenants, of keys, of names."""
    findings = seed(up, "DROP TABLE posts;", locks="jobs, SHARE ROW EXCLUSIVE")
    found = [each for each in findings if words in each]
    assert found and found[0].startswith(f"0040_try_jobs.sql:{LINE + line}: "), findings


@pytest.mark.parametrize(
    ("up", "locks", "line", "words"),
    [
        pytest.param(ADD.partition("\n")[0], AE, 0, "jobs.grade has no comment", id="no comment"),
        pytest.param(ADD + "UPDATE jobs SET grade = 'a';", AE, 2, "a migration of its own", id="data and schema"),
        pytest.param("CREATE INDEX CONCURRENTLY IF NOT EXISTS grade ON jobs (pay);", "jobs, SHARE UPDATE EXCLUSIVE", 0,
                     "transaction: none", id="CONCURRENTLY in a transaction"),
        pytest.param("DO $$ BEGIN PERFORM 1; END $$;", "none", 0, "cannot be determined", id="DO"),
        pytest.param("ALTER TABLE jobs ADD grade;", AE, 0, "grammar refuses", id="grammar"),
        pytest.param("-- why not\n\n-- squawk-ignore ban-x\n" + ADD, AE, 2, "gives no reason",
                     id="ignored without a reason"),
    ],
)  # fmt: skip
def test_fault_is_found_when_a_file_breaks_its_form(seed: Seed, up: str, locks: str, line: int, words: str) -> None:
    """One rule each."""
    only(seed(up, ADD_DOWN + "DROP INDEX grade; DELETE FROM jobs;", locks=locks), LINE + line, words)


def test_fault_is_found_when_a_statement_without_a_transaction_cannot_be_repeated(seed: Seed) -> None:
    """A killed run leaves an INVALID index of that name."""
    up, label = "CREATE INDEX CONCURRENTLY jobs_by_pay ON jobs (pay);", "-- transaction: none\n"
    findings = seed(up, "DROP INDEX jobs_by_pay;", locks="jobs, SHARE UPDATE EXCLUSIVE", label=label)
    only(findings, LINE + 1, "IF NOT EXISTS")


def test_fault_is_found_when_a_way_back_is_missing(seed: Seed, tmp_path: Path) -> None:
    """What the runner refuses is found without a server."""
    seed(ADD)
    (tmp_path / "migrations/0040_try_jobs.down.sql").unlink()
    _, findings = check_migrations(read_project(tmp_path / "sql/rules.toml"))
    assert [(each.path.name, "way back is missing" in each.sentence) for each in findings] == [
        ("0040_try_jobs.sql", True)
    ]
