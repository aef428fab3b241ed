"""Who sees what is decided in functions: a statement asks one about its viewer, or says why it need not."""

from functools import partial

import pytest

from small_tree import RULES, Found, only

VISIBILITY = """
[visibility]
viewer = "viewer_id"
label = "Visibility"
tables = ["jobs"]
"""
GATE = """
CREATE FUNCTION seen_jobs(organization_id uuid, viewer_id uuid) RETURNS SETOF jobs LANGUAGE sql STABLE AS
$$ SELECT j.* FROM jobs AS j WHERE j.organization_id = seen_jobs.organization_id AND j.id = seen_jobs.viewer_id $$;
"""
FIND = """-- name: find(organization_id, viewer_id, id)^
-- Finds a job.
SELECT j.title
FROM seen_jobs(:organization_id, :viewer_id) AS j
WHERE j.id = :id;
"""
UNGATED = FIND.replace("seen_jobs(:organization_id, :viewer_id) AS j", "jobs AS j").replace(
    "j.id = :id", "j.organization_id = :organization_id AND j.id = :id"
)
UNSEEN = UNGATED.replace("viewer_id, ", "")
LABELLED = "-- Finds a job.\n-- Visibility: everybody sees jobs.\n"


@pytest.fixture
def findings(found: Found) -> Found:
    """Checks a query in a tree that has the gate and the rule."""
    return partial(found, migration=GATE, rules=RULES + VISIBILITY)


def test_query_is_sound_when_a_gate_is_asked_about_its_viewer(findings: Found) -> None:
    """What the gate itself reads is its own affair."""
    assert findings(FIND) == []


@pytest.mark.parametrize(
    ("query", "line", "words"),
    [
        (FIND.replace(":organization_id, :viewer_id", ":organization_id, :organization_id").replace(
            "= :id", "= :id AND :viewer_id::uuid IS NOT NULL"), 0, "takes :viewer_id and asks no gate"),
        (UNGATED.replace("= :id", "= :id AND j.id = :viewer_id"), 0, "takes :viewer_id and asks no gate"),
        (UNSEEN, 3, "shows jobs to everybody"),
        (FIND.replace("-- Finds a job.\n", LABELLED), 2, "a gate decides who sees this, not Visibility"),
    ],
)  # fmt: skip
def test_viewer_is_forgotten_when_no_gate_is_asked(findings: Found, query: str, line: int, words: str) -> None:
    """A gate that is asked about somebody else is none, and a label beside a gate is untrue."""
    only(findings(query), line, words)


def test_query_is_sound_when_it_says_why_no_gate_is_asked(findings: Found) -> None:
    """Or when nobody has decided that only some may see the table."""
    assert findings(UNSEEN.replace("-- Finds a job.\n", LABELLED)) == []
    assert findings(UNSEEN.replace("jobs AS j", "candidates AS j").replace("j.title", "j.name")) == []
