"""What the tests of the tool share: a PostgreSQL, the schemas that texts make on it, a small tree that is checked."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from small_analytics import Asked, tree
from small_tree import ADD, CALLER, FIND, HEADER, MIGRATION, RULES, Found, project_of
from sqlproof.check import check_texts
from sqlproof.clickhouse.engine import Engine, started
from sqlproof.clickhouse.proof import Proven, prove_on
from sqlproof.configuration import Project
from sqlproof.schema.model import Schema, read_schema
from sqlproof.schema.scratch_server import Scratch, scratch_server

NUMBERS = count(1)
MadeSchema = Callable[[str, Project], Schema]


@pytest.fixture(scope="session")
def server() -> Iterator[Scratch]:
    """A PostgreSQL without a database of the tests' own."""
    with scratch_server({}) as scratch:
        yield scratch


@contextmanager
def database(server: Scratch, text: str, number: int) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a database of its own in which a text has run, gone afterwards."""
    name = f"trial_{number}"
    with server.connect("postgres") as administrator:
        administrator.execute(f"CREATE DATABASE {name}".encode())
        try:
            with server.connect(name) as connection:
                connection.execute(text.encode())
                yield connection
        finally:
            administrator.execute(f"DROP DATABASE {name}".encode())


@pytest.fixture(scope="session")
def made_schema(server: Scratch) -> MadeSchema:
    """Gives the schema that a text makes; each text runs once."""
    known: dict[str, Schema] = {}

    def made(text: str, project: Project) -> Schema:
        if text not in known:
            with database(server, text, next(NUMBERS)) as connection:
                known[text] = read_schema(connection, project)
        return known[text]

    return made


@pytest.fixture
def found(tmp_path: Path, made_schema: MadeSchema) -> Found:
    """Checks a tree with these texts as its only files; gives lines and sentences."""

    def checked(
        query: str = FIND,
        command: str = ADD,
        caller: str = CALLER,
        verbs: Sequence[str] = ("find",),
        migration: str = "",
        stem: str = "trials",
        header: str = HEADER,
        rules: str = RULES,
        shared_locks: str = "",
    ) -> list[tuple[int, str]]:
        texts = {
            f"sql/queries/{stem}.sql": header + query,
            f"sql/commands/{stem}.sql": HEADER + command,
            "shop/trials.py": caller.replace("trials", stem)
            + "".join(f"    await statements.{verb}()\n" for verb in verbs),
        }
        if shared_locks:
            texts["sql/commands/locks.sql"] = HEADER + shared_locks
        project = project_of(tmp_path, texts, rules)
        _, findings = check_texts(project, made_schema(MIGRATION + migration, project))
        return [(finding.line, finding.sentence) for finding in findings]

    return checked


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A ClickHouse, started once."""
    project = tree(tmp_path_factory.mktemp("engine"))
    assert project.analytics is not None
    with started(project, project.analytics) as running:
        yield running


@pytest.fixture
def asked(tmp_path: Path, engine: Engine) -> Iterator[Asked]:
    """Proves a tree with these texts on a database of its own."""
    name = f"trial_{next(NUMBERS)}"
    engine.run(f"CREATE DATABASE {name}")

    def proven(*given: str, **texts: Any) -> Proven:
        project = tree(tmp_path, *given, **texts)
        assert project.analytics is not None
        return prove_on(engine._replace(database=name), project, project.analytics)

    yield proven
    engine.run(f"DROP DATABASE {name} SYNC")
    engine.run("DROP FUNCTION IF EXISTS whole")
