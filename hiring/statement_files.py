"""Loads the SQL files: what each statement is named, takes and returns, and how it is sent.

The only importer of aiosql. A statement of PostgreSQL is prepared once for each connection and then sent as
`EXECUTE "commands/applications.move"(…)`; one of ClickHouse is sent as its text, with the values for its `{name:Type}`.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

import aiosql
from aiosql.types import SQLOperationType
from aiosql.utils import VAR_REF

from hiring.connectors.postgres_session import Call, Returns, Statement

SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"
MAXIMUM_NAME_BYTES = 63
NAME_LINE = re.compile(r"^-- name: (\w+)", re.MULTILINE)
TAKES = re.compile(r"^Takes: ((?:.+,\n)*.+)$", re.MULTILINE)
SHARED_LOCKS = "locks"
"""The file whose statements `Locks first` may name in every file of its folder."""
LOCKS_FIRST = re.compile(r"^Locks first: (.+)$", re.MULTILINE)
PLANNED_EACH_TIME = re.compile(r"^Plan: custom\b", re.MULTILINE)
STREAMED = re.compile(r"^Streamed: ", re.MULTILINE)
FILLED_IN = re.compile(r"\{(\w+):")
RETURNS = {
    SQLOperationType.SELECT: Returns.ROWS,
    SQLOperationType.SELECT_ONE: Returns.ROW,
    SQLOperationType.SELECT_VALUE: Returns.VALUE,
}

StatementFile = dict[str, Statement]
StatementFolder = Mapping[str, StatementFile]


class _NoDriver:
    """aiosql only parses here; sending is ours."""

    def process_sql(self, query_name: str, op_type: SQLOperationType, sql: str) -> str:
        return sql


class Written(NamedTuple):
    """A statement as its file has it. `parameters` in the order in which its header takes them."""

    verb: str
    name: str
    returns: Returns
    header: str
    parameters: tuple[str, ...]
    sql: str


class Analysis(NamedTuple):
    """A statement of ClickHouse: `parameters` fill the `{name:Type}` of its text."""

    name: str
    parameters: frozenset[str]
    returns: Returns
    is_streamed: bool
    sql: str


def read_file(path: Path, used_in: Callable[[str], set[str]]) -> Iterator[Written]:
    """Yields the statements of one SQL file; `used_in` finds the parameters in the text of one.

    Raises: ValueError or aiosql's own, for what breaks the format of `sql/README.md`.
    """
    parsed = aiosql.from_path(path, cast(Any, _NoDriver), encoding="utf-8", mandatory_parameters=False)
    for verb in NAME_LINE.findall(path.read_text(encoding="utf-8")):
        query = getattr(parsed, verb)
        name = f"{path.parent.name}/{path.stem}.{verb}"
        if len(name.encode()) > MAXIMUM_NAME_BYTES:
            raise ValueError(
                f"{name}: longer than {MAXIMUM_NAME_BYTES} bytes, which is all that PostgreSQL keeps of a name"
            )
        if query.operation not in RETURNS:
            raise ValueError(f"{name}: ends in a suffix other than ^, $ or none")
        header = query.__doc__ or ""
        parameters = taken(header)
        if (used := used_in(query.sql)) != set(parameters):
            raise ValueError(f"{name}: uses {sorted(used)}, and its header takes {sorted(parameters)}")
        yield Written(verb, name, RETURNS[query.operation], header, parameters, query.sql)


def load_file(path: Path, shared_locks: StatementFile | None = None) -> StatementFile:
    """The statements of one file for PostgreSQL, by their names; `shared_locks` are those that every file may name.

    Raises: as `read_file`.
    """
    statements: StatementFile = {}
    for verb, name, returns, header, parameters, sql in read_file(path, used_in):
        arguments = ", ".join(f"%({parameter})s" for parameter in parameters)
        statement = Statement(
            name=name,
            parameters=frozenset(parameters),
            returns=returns,
            prepare=f'PREPARE "{name}" AS /* {name} */ {numbered(sql, parameters)}',
            execute=f'EXECUTE "{name}"({arguments})' if arguments else f'EXECUTE "{name}"',
            is_planned_each_time=PLANNED_EACH_TIME.search(header) is not None,
        )
        statements[verb] = replace(statement, locks=_locks(header, statement, {**(shared_locks or {}), **statements}))
    return statements


@cache
def load_folder(folder: Path) -> StatementFolder:
    """The statements of a folder: by file, then by verb. Read once per process: aiosql takes 10 ms for a statement."""
    path = folder / f"{SHARED_LOCKS}.sql"
    locks = load_file(path) if path.exists() else {}
    return {path.stem: load_file(path, locks) for path in sorted(folder.glob("*.sql"))}


@cache
def load_analytics(folder: Path) -> Mapping[str, Mapping[str, Analysis]]:
    """The statements of a folder for ClickHouse: by file, then by verb. Raises: as `read_file`."""
    return {
        path.stem: {
            each.verb: Analysis(
                each.name, frozenset(each.parameters), each.returns, STREAMED.search(each.header) is not None, each.sql
            )
            for each in read_file(path, filled_in)
        }
        for path in sorted(folder.glob("*.sql"))
    }


def taken(header: str) -> tuple[str, ...]:
    """The parameters that `Takes` names, in its order; groups are written out. Takes nothing where it is missing."""
    declared = TAKES.search(header)
    words, groups = re.split(r",\s*", declared[1]) if declared else [], parameter_groups()
    return tuple(parameter for word in words for parameter in groups.get(word, (word,)))


@cache
def parameter_groups() -> Mapping[str, Sequence[str]]:
    """What `Takes` calls parameters that many statements share, as `sql/rules.toml` says."""
    rules = tomllib.loads((SQL_FOLDER / "rules.toml").read_text(encoding="utf-8"))
    groups: Mapping[str, Sequence[str]] = rules["statements"]["parameter_groups"]
    return groups


def used_in(sql: str) -> set[str]:
    """The parameters that a statement uses."""
    return {match["var_name"] for match in VAR_REF.finditer(sql) if match["var_name"]}


def filled_in(sql: str) -> set[str]:
    """The parameters that a statement of ClickHouse uses: its `{name:Type}`."""
    return set(FILLED_IN.findall(sql))


def numbered(sql: str, parameters: Sequence[str]) -> str:
    """`:name` becomes `$n`, n being its place in the signature; quoted text stays. Raises: ValueError (not in it)."""
    return VAR_REF.sub(lambda m: f"{m['lead']}${parameters.index(m['var_name']) + 1}" if m["var_name"] else m[0], sql)


def _locks(header: str, statement: Statement, known: StatementFile) -> tuple[Statement, ...]:
    """The lock statements that a header names, in its order: of those above it, or shared ones."""
    named = LOCKS_FIRST.search(header)
    locks = []
    for verb in re.split(r",\s*", named[1]) if named else ():
        lock = known.get(verb)
        if lock is None:
            raise ValueError(f"{statement.name}: there is no {verb} above it, nor in {SHARED_LOCKS}.sql")
        if not lock.parameters <= statement.parameters:
            raise ValueError(f"{statement.name}: {verb} takes {sorted(lock.parameters - statement.parameters)} too")
        locks.append(lock)
    return tuple(locks)


def calls_of(statement: Statement, values: Mapping[str, Any]) -> list[Call]:
    """A statement behind its locks, as a message. Raises: TypeError for a value that is missing or too much."""
    check_values(statement, values)
    return [*((lock, values) for lock in statement.locks), (statement, values)]


def check_values(statement: Statement | Analysis, values: Mapping[str, Any]) -> None:
    """Raises: TypeError for a value that is missing or too much."""
    if values.keys() != statement.parameters:
        missing, unknown = statement.parameters - values.keys(), values.keys() - statement.parameters
        raise TypeError(f"{statement.name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
