"""What PostgreSQL would take and the files' readers would not."""

import pytest

from small_tree import FIND, Found, only


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("FROM jobs AS j\n", "FROM jobs AS j -- all of them\n", 3, "a line of its own", id="beside code"),
        pytest.param("FROM jobs AS j\n", "FROM /* all */ jobs AS j\n", 3, "a line of its own", id="in code"),
        pytest.param("j.id = :id;", "j.id = :id AND j.title <> E'a\\nb';", 5, "E'…' hides", id="E''"),
        pytest.param("j.id = :id;", "j.id = :id AND j.title <> $$a$$;", 5, "$$…$$ hides", id="$$"),
        pytest.param("j.id = :id;", "j.id = :id AND j.title <> $t$a$t$;", 5, "$$…$$ hides", id="$t$"),
        pytest.param("j.id = :id;", "j.id = :id AND j.title <> U&'a';", 5, "U&'…' hides", id="U&''"),
    ],
)  # fmt: skip
def test_spelling_is_found_when_it_means_two_things(found: Found, old: str, new: str, line: int, words: str) -> None:
    """At its line, with the statement that it is in."""
    assert old in FIND
    only(found(query=FIND.replace(old, new)), line, words)


def test_slice_is_found_when_it_reads_as_a_parameter(found: Found) -> None:
    """Spaces make it a slice."""
    query = FIND.replace("j.id = :id;", "j.id = ANY ((ARRAY[:id])[1 : 2]);")
    assert found(query=query) == []
    assert any("a[1 : 2]" in said for _, said in found(query=query.replace("1 : 2", "1:2")))


@pytest.mark.parametrize("text", ["'-- no comment'", "'E''x'' and $$ and /* */ and [1:2]'", "(ARRAY['a'])[1]"])
def test_nothing_is_found_when_a_text_only_looks_so(found: Found, text: str) -> None:
    """What stands between quotes is a text."""
    assert found(query=FIND.replace("j.id = :id;", f"j.id = :id AND j.title <> {text};")) == []


def test_statement_is_found_when_its_name_is_taken(found: Found) -> None:
    """The second of two."""
    findings = found(query=f"{FIND}\n{FIND}")
    only(findings, FIND.count("\n") + 1, "has a statement of this name")
