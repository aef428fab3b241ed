"""Migration files: names, headers, statements, pairs."""

from collections.abc import Callable
from pathlib import Path

import pglast
import pytest

from hiring.migration_files import MigrationError, create_migration, read_migrations, read_script, split_statements
from hiring.migration_session import MIGRATIONS

Write = Callable[..., Path]

TRICKY = """\
-- a comment; with a semicolon
CREATE TABLE a (b text DEFAULT 'x;''y', "c;d" int); /* one; more */
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $body$ BEGIN RETURN 1; END; $body$;
CREATE FUNCTION g(n int) RETURNS int LANGUAGE sql
BEGIN ATOMIC
    SELECT CASE WHEN n > 1 THEN 2 ELSE 3 END;
    SELECT 1; -- END;
END;
CREATE RULE r AS ON INSERT TO a DO ALSO (SELECT 1; SELECT 2);
SELECT E'it\\'s; one', $$;$$, U&'d;', 'a' AS "end", CASE WHEN true THEN ';' END;;
INSERT INTO a SELECT 1"""


def bare(text: str) -> str:
    """A statement as the grammar's own splitter gives it, without the comments before it and the semicolon after it."""
    lines = text.strip().rstrip(";").strip().splitlines()
    while lines and (lines[0].startswith("--") or not lines[0].strip()):
        del lines[0]
    return "\n".join(lines)


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.sql")), ids=lambda path: path.name)
def test_statements_are_what_the_grammar_says_when_a_migration_is_split(path: Path) -> None:
    """Our splitter and PostgreSQL's own grammar agree on every file."""
    text = path.read_text(encoding="utf-8")
    assert [bare(statement.text) for statement in split_statements(text)] == [bare(each) for each in pglast.split(text)]


def test_statements_are_cut_right_when_semicolons_stand_everywhere() -> None:
    """Quotes, comments, dollar quotes, parentheses and BEGIN ATOMIC bodies hide semicolons; lines are counted."""
    statements = [each for each in split_statements(TRICKY) if each.text != ";"]
    assert [(each.line, each.text.split()[0], each.text[-12:]) for each in statements] == [
        (2, "CREATE", "x;''y', \"c;d\" int);"[-12:]),
        (3, "CREATE", "END; $body$;"),
        (4, "CREATE", "; -- END;\nEND;"[-12:]),
        (9, "CREATE", "1; SELECT 2);"[-12:]),
        (10, "SELECT", "THEN ';' END;"[-12:]),
        (11, "INSERT", "INTO a SELECT 1"[-12:]),
    ]


def test_limits_come_from_the_header_when_it_gives_them(write: Write) -> None:
    """Durations become milliseconds; what the header does not say has a default; below the header nothing counts."""
    path = write("0001_add_x", "-- Why: x\n-- lock_timeout: 250ms\n-- statement_timeout: 5min\n\nSELECT 1;")
    script = read_script(path)
    assert (script.lock_timeout_ms, script.statement_timeout_ms, script.is_transactional) == (250, 300_000, True)
    script = read_script(write("0001_add_x", "-- transaction: none\nSELECT 1;"))
    assert (script.lock_timeout_ms, script.statement_timeout_ms, script.is_transactional) == (600_000, 3_600_000, False)
    script = read_script(write("0001_add_x", "-- Why: x\n\n-- lock_timeout: 1h\nSELECT 1;"))
    assert (script.lock_timeout_ms, script.statement_timeout_ms, script.is_transactional) == (5_000, 60_000, True)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("250ms", 250), ("2s", 2_000), ("2 s", 2_000), ("3min", 180_000), ("2h", 7_200_000), ("999999s", 999_999_000)],
)
def test_duration_is_told_in_its_unit(write: Write, text: str, milliseconds: int) -> None:
    """Milliseconds, seconds, minutes, hours, with up to six digits."""
    script = read_script(write("0001_add_x", f"-- lock_timeout: {text}\n-- statement_timeout: {text}\nSELECT 1;"))
    assert (script.lock_timeout_ms, script.statement_timeout_ms) == (milliseconds, milliseconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-- Why: x\n-- lock_timeout: soon\nSELECT 1;", ":2: lock_timeout: expected a duration"),
        ("-- statement_timeout: 0s\nSELECT 1;", ":1: statement_timeout: expected a duration"),
        ("-- transaction: yes\nSELECT 1;", ":1: transaction: expected none, found 'yes'"),
        ("-- transaction: none\nSELECT 1; SELECT 2;", "expected exactly one statement"),
        ("-- nothing\n", "expected a statement, found 0"),
        ("SELECT 1;\nCOMMIT;\nSELECT 2;", ":2: the runner opens and ends the transaction; remove commit"),
    ],
)
def test_file_is_refused_when_it_says_something_wrong(write: Write, text: str, expected: str) -> None:
    """The sentence names the file and where it can the line."""
    path = write("0001_add_x", text)
    with pytest.raises(MigrationError) as refused:
        read_migrations(path.parent)
    assert str(refused.value).startswith(str(path))
    assert expected in str(refused.value)


def test_folder_is_refused_when_a_file_is_misnamed_alone_or_doubled(write: Write, tmp_path: Path) -> None:
    """Every number has exactly one pair of files of one name."""
    path = write("0001_add_x", "SELECT 1;")
    (tmp_path / "0001_add_x.down.sql").unlink()
    with pytest.raises(MigrationError, match=r"0001_add_x\.sql: its way back is missing"):
        read_migrations(tmp_path)
    path.unlink()
    write("0002_add_y", "SELECT 1;")
    write("0002_add_z", "SELECT 1;")
    with pytest.raises(MigrationError, match="number 0002 is taken by 0002_add_y"):
        read_migrations(tmp_path)
    write("0001-add_x", "SELECT 1;")
    with pytest.raises(MigrationError, match="expected a name like 0042_add_offers"):
        read_migrations(tmp_path)


def test_create_writes_a_pair_under_the_next_number(tmp_path: Path) -> None:
    """The header is there to be filled in; a wrong name is refused."""
    folder = tmp_path / "new"
    assert [path.name for path in create_migration(folder, "add_offers")] == [
        "0001_add_offers.sql",
        "0001_add_offers.down.sql",
    ]
    up, _ = create_migration(folder, "drop_offers")
    assert up.name == "0002_drop_offers.sql"
    assert [line[:9] for line in up.read_text(encoding="utf-8").splitlines()[:3]] == [
        "-- Why:  ",
        "-- Locks:",
        "-- Undo: ",
    ]
    for wrong in ("offers", "Add_offers", "../add_offers", "add-offers"):
        with pytest.raises(MigrationError, match="expected verb_object"):
            create_migration(folder, wrong)
