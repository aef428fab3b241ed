"""What a header says is true, and names say what they are of."""

import pytest

from small_tree import ADD, FIND, Found, only
from test_locks import ADD as LOCKING
from test_locks import ADD_AT, CALLER, FIRST, LOCKS
from test_pages import CHANGED, NEWEST


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Index: jobs_pkey.\n-- Index: jobs_pkey.", 3, "twice",
                     id="twice"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Why: a.\n-- Returns: b.\n-- Why: c.", 4, "twice",
                     id="in two places"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Guards: version.", 2, "for commands", id="Guards"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Locks: all.", 2, "for commands", id="Locks"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Page: by id.", 2, "compare a cursor", id="no page"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Index: jobs_by_title.", 2, "no index jobs_by_title",
                     id="no index"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Index: jobs_pkey, posts_by_job.", 2,
                     "no index posts_by_job", id="no second index"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Returns: version and body.", 2,
                     "a column that does not exist, version: it has title, body", id="no version"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Returns: the job and its event.", 2,
                     "a column that does not exist, event", id="no event"),
        pytest.param("job.\nSELECT j.title,", "job.\n-- Returns: the job.\nSELECT j.id AS event_id,", 2,
                     "does not say so", id="untold event"),
        pytest.param("id)^", "id)$", 0, "this has 2 columns", id="two values"),
        pytest.param("job_body(j) AS body", "j.id AS title", 2, "two columns are called title", id="one name twice"),
        pytest.param("job_body(j) AS body", "1 + 1", 2, "a column without a name", id="no name"),
    ],
)  # fmt: skip
def test_header_is_found_when_a_query_does_not_do_what_it_says(
    found: Found, old: str, new: str, line: int, words: str
) -> None:
    """At the label's line, or the column's."""
    assert old in FIND
    only(found(query=FIND.replace(old, new)), line, words)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param("lock_job, lock_post", "there is no lock_post above it", id="unknown"),
        pytest.param("lock_job, lock_job", "named twice", id="twice"),
        pytest.param("lock_nobody", "lock_nobody locks nothing", id="no lock"),
        pytest.param("lock_later", "there is no lock_later above it", id="below"),
        pytest.param("lock_other", "takes other_id", id="more parameters"),
    ],
)
def test_locks_first_is_found_when_it_leads_nowhere(found: Found, said: str, words: str) -> None:
    """What goes first is above, locks, and takes no more than the command."""
    nobody = "-- name: lock_nobody(id)\n-- Locks nobody.\nSELECT c.code FROM countries AS c WHERE c.code = :id;\n\n"
    job = LOCKS[: LOCKS.index("-- name: share_job")]
    other = job.replace("lock_job", "lock_other").replace("id)", "other_id)").replace(":id", ":other_id")
    later = "\n" + job.replace("lock_job", "lock_later")
    above = LOCKS + nobody + other
    command = above + LOCKING.replace(FIRST, f"Locks first: {said}") + later
    verbs = ("lock_nobody", "lock_other", "lock_later")
    caller = CALLER + "".join(f"    await db.commands.trials.{verb}()\n" for verb in verbs)
    line = above.count("\n") + 5 + 2
    assert [each[1] for each in found(command=command, caller=caller) if each[0] == line and words in each[1]]


def test_locks_is_found_when_no_clause_locks_so(found: Found) -> None:
    """The strength that it names is one that the statement has."""
    said = LOCKING.replace(f"-- {FIRST}", f"-- {FIRST}\n-- Locks: the post, FOR NO KEY UPDATE.")
    assert found(command=LOCKS + said, caller=CALLER) == []
    findings = found(command=LOCKS + said.replace("the post, FOR NO KEY UPDATE", "the post, FOR SHARE"), caller=CALLER)
    only([(each[0] - ADD_AT, each[1]) for each in findings], 3, "`Locks:` says FOR SHARE")
    only(found(command=ADD.replace("-- Adds a job.", "-- Adds a job.\n-- Locks: it.")), 2, "no clause does")


def test_page_is_found_when_it_names_other_columns(found: Found) -> None:
    """Or none, where there is one."""
    only(found(query=CHANGED.replace("by (updated_at, id)", "by id")), 2, "by (updated_at, id)")
    only(
        found(query=NEWEST.replace("-- Page: by id; the first", "-- Why: the first")),
        0,
        "must say what it is ordered by",
    )


@pytest.mark.parametrize(
    "label",
    [
        "-- Index: jobs_by_updated_at; the rest is few.",
        "-- Index: jobs_pkey from the id on, jobs_one_default.",
        "-- Guards: version.\n-- Guards: status.",
        "-- Rules: J1, J2.",
        "-- Why: a reason\n-- Why: that is long.",
    ],
)
def test_nothing_is_found_when_a_header_is_true(found: Found, label: str) -> None:
    """Guards, Returns and Why go on in the next line."""
    assert found(command=ADD.replace("-- Adds a job.", f"-- Adds a job.\n{label}")) == []


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("j.opened_at AS opened", "opened is a timestamp"),
        ("coalesce(j.opened_at, now()) AS since", "since is a timestamp"),
        ("now() AS moment", "moment is a timestamp"),
        ("j.start_on AS start_at", "start_at is a date"),
        ("j.title IS NULL AS untitled", "untitled is a boolean"),
        ("j.is_default AS by_default", "by_default is a boolean"),
        ("p.id = j.id AS same", "same is a boolean"),
        ("EXISTS (SELECT FROM countries AS c) AS somewhere", "somewhere is a boolean"),
        ("j.title IN ('a', 'b') AS known", "known is a boolean"),
        ("(SELECT count(*) FROM countries AS c) AS countries", "countries is a count"),
        ("json_build_object('opened', j.opened_at) AS body", "opened is a timestamp"),
    ],
)
def test_column_is_found_when_its_name_does_not_say_what_it_is(found: Found, column: str, words: str) -> None:
    """By the type in the migrations, or by what makes the value."""
    only(found(query=FIND.replace("job_body(j) AS body", column)), 2, words)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("j.id = :id;", "j.opened_at < :id;", 5, "id is a timestamp", id="compared"),
        pytest.param("j.id = :id;", "(j.start_on, j.id) = (:id, :organization_id);", 5, "id is a date", id="in a row"),
        pytest.param("j.id = :id;", "(:id OR j.title IS NULL);", 5, "id is a boolean", id="a condition"),
        pytest.param("j.id = :id;", "j.title = (:id::date)::text;", 5, "id is a date", id="typed"),
    ],
)  # fmt: skip
def test_parameter_is_found_when_its_name_does_not_say_what_it_is(
    found: Found, old: str, new: str, line: int, words: str
) -> None:
    """By what it is compared with, or its type."""
    only(found(query=FIND.replace(old, new)), line, words)


def test_parameter_is_found_when_it_is_stored_under_another_kind_of_name(found: Found) -> None:
    """By its place in an INSERT, and in SET."""
    stored = ADD.replace("j (organization_id, id, title)", "j (organization_id, id, is_default)")
    only(found(command=stored), 4, "title is a boolean")
    only(found(command=ADD.replace("SET title = excluded.title", "SET opened_at = :title")), 5, "title is a timestamp")
