"""Functions of `sql/functions/`: applied when a file has changed, all or none, and taken out before a way back."""

import asyncio
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hiring.config import Settings
from hiring.migration_files import MigrationError
from hiring.migrations import NOTHING, down, up
from hiring.statement_files import load_folder
from tests.migrations.conftest import Query

TABLE = "CREATE TABLE a (b int);\nCREATE FUNCTION a_body(a a) RETURNS text LANGUAGE sql STABLE RETURN a.b::text;\n"
FUNCTIONS = """\
CREATE OR REPLACE FUNCTION a_body(a a) RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'new ' || a.b $$;
CREATE OR REPLACE FUNCTION seen_a(b int) RETURNS SETOF a LANGUAGE sql STABLE AS $$
    SELECT a.* FROM shown_a() AS a WHERE a.b = seen_a.b
$$;
CREATE OR REPLACE FUNCTION shown_a() RETURNS SETOF a LANGUAGE sql STABLE AS $$ SELECT a.* FROM a $$;
"""
STATEMENT = "-- name: find^\n-- Finds one.\n-- Takes: b\nSELECT a_body(a) AS body FROM seen_a(:b) AS a;\n"
BODIES = "SELECT a_body(a) FROM a"


class Tree(NamedTuple):
    """A checkout with one table, its functions and one statement."""

    root: Path
    settings: Settings

    def up(self, to: str | None = None) -> list[str]:
        """What the runner reports; a process reads the statements once, and each run here stands for one of its own."""
        load_folder.cache_clear()
        told: list[str] = []
        asyncio.run(up(self.settings, told.append, folder=self.root / "migrations", to=to))
        return told

    def down(self, to: str | None = None) -> list[str]:
        told: list[str] = []
        asyncio.run(down(self.settings, told.append, folder=self.root / "migrations", to=to))
        return told

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture
def tree(database: Settings, tmp_path: Path) -> Tree:
    tree = Tree(tmp_path, database)
    tree.write("migrations/0001_add_a.sql", TABLE + "INSERT INTO a VALUES (1);")
    tree.write("migrations/0001_add_a.down.sql", "DROP FUNCTION a_body(a);\nDROP TABLE a;")
    tree.write("sql/functions/a.sql", FUNCTIONS)
    tree.write("sql/queries/a.sql", STATEMENT)
    (tmp_path / "sql/commands").mkdir()
    return tree


def made(query: Query) -> list[Any]:
    """The functions that are there."""
    text = "SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
    return [name for (name,) in query(text)]


def test_functions_are_applied_again_when_a_file_has_changed(tree: Tree, query: Query) -> None:
    """In any order, behind the migrations; unchanged files are left alone; a new one counts as a change."""
    assert tree.up()[-1] == "applied sql/functions (1 files)"
    assert query(BODIES) == [("new 1",)]
    assert made(query) == ["a_body", "seen_a", "shown_a"]
    assert tree.up() == []
    tree.write("sql/functions/a.sql", FUNCTIONS.replace("'new '", "'newer '"))
    assert tree.up() == ["applied sql/functions (1 files)"]
    assert query(BODIES) == [("newer 1",)]
    tree.write("sql/functions/b.sql", "CREATE FUNCTION b() RETURNS int LANGUAGE sql STABLE AS $$ SELECT 1 $$;")
    assert tree.up() == ["applied sql/functions (2 files)"]


def test_functions_wait_when_a_migration_stays_pending(tree: Tree, query: Query) -> None:
    """They go with the newest schema: an older one may lack what they read."""
    tree.write("migrations/0002_add_c.sql", "ALTER TABLE a ADD c int;")
    tree.write("migrations/0002_add_c.down.sql", "ALTER TABLE a DROP c;")
    assert len(tree.up(to="0001")) == 1
    assert made(query) == ["a_body"]
    assert tree.up(to="0002")[-1] == "applied sql/functions (1 files)"


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("sql/functions/b.sql", "CREATE FUNCTION b() RETURNS nothing LANGUAGE sql AS $$ SELECT 1 $$;", "b.sql:1: type"),
        ("sql/functions/b.sql", "-- transaction: none\nSELECT 1;", "share one transaction"),
        (
            "sql/functions/b.sql",
            "CREATE OR REPLACE FUNCTION a_body(a a) RETURNS int LANGUAGE sql STABLE AS $$ SELECT 1 $$;",
            "cannot change return type",
        ),
        ("sql/queries/b.sql", STATEMENT.replace("seen_a(:b)", "seen_b(:b)"), "queries/b.find cannot be prepared"),
        ("sql/queries/b.sql", STATEMENT.replace("a_body(a)", "a.c"), "queries/b.find cannot be prepared"),
    ],
)
def test_nothing_of_any_file_is_kept_when_one_does_not_fit(
    tree: Tree, query: Query, path: str, text: str, sentence: str
) -> None:
    """Nor where a statement of the release does not fit the functions; the next run goes on."""
    tree.up()
    tree.write("sql/functions/a.sql", FUNCTIONS.replace("'new '", "'newer '"))
    wrong = tree.write(path, text)
    with pytest.raises(MigrationError, match=sentence):
        tree.up()
    assert query(BODIES) == [("new 1",)]
    wrong.unlink()
    assert tree.up() == ["applied sql/functions (1 files)"]
    assert query(BODIES) == [("newer 1",)]


def test_what_stood_before_comes_back_when_migrations_are_undone(tree: Tree, query: Query) -> None:
    """Functions of a table go before the table, and one of a migration is again what the migration made."""
    tree.up()
    tree.write("sql/functions/a.sql", FUNCTIONS.replace("'new '", "'newer '"))
    tree.up()
    tree.write("migrations/0002_add_c.sql", "ALTER TABLE a ADD c int;")
    tree.write("migrations/0002_add_c.down.sql", "ALTER TABLE a DROP c;")
    assert len(tree.up()) == 1, "the functions have not changed"
    assert tree.down()[0].startswith("withdrew sql/functions: ")
    assert (query(BODIES), made(query)) == ([("1",)], ["a_body"])
    assert tree.up()[-1] == "applied sql/functions (1 files)"
    assert query(BODIES) == [("newer 1",)]
    assert len(tree.down(to=NOTHING)) == 3
    assert made(query) == []
    assert tree.down(to=NOTHING) == []


def test_functions_are_applied_once_when_two_runners_start(tree: Tree, query: Query) -> None:
    """The second waits for the first, and finds nothing to do."""
    told: list[str] = []

    async def both() -> None:
        runs = (up(tree.settings, told.append, folder=tree.root / "migrations") for _ in range(2))
        await asyncio.gather(*runs)

    asyncio.run(both())
    assert told.count("applied sql/functions (1 files)") == 1
    assert query(BODIES) == [("new 1",)]
