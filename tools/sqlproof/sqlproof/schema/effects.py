"""What the schema's functions and views do, also through each other: which may write, and which tables they read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pglast import ast, parse_plpgsql, parse_sql
from pglast.stream import RawStream

from sqlproof.reading.trees import texts, walk

WRITING_FUNCTIONS = (
    "nextval", "setval", "set_config", "pg_notify", "pg_logical_emit_message", "query_to_xml", "ts_stat",
    "pg_current_xact_id", "txid_current", "pg_export_snapshot", "pg_promote", "pg_reload_conf", "pg_switch_wal",
)  # fmt: skip
WRITING_FAMILIES = (
    "pg_advisory_", "pg_try_advisory_", "pg_terminate_", "pg_cancel_", "pg_create_", "pg_drop_", "pg_replication_",
    "pg_stat_reset", "pg_wal_replay_", "lo_", "dblink",
)  # fmt: skip
ADVISORY_LOCK = re.compile(r"pg_advisory_xact_lock(?:_shared)?$")
UNKNOWN = "what it does is not known before it runs"
ASSIGNMENT = re.compile(r"[^=]*?:?=")


class Deed(NamedTuple):
    """What a function, or a view, does by itself: why it may write, what it calls, which tables it reads and changes.

    `changed` are the tables of which it updates or deletes rows.
    """

    why: str
    calls: frozenset[str]
    tables: frozenset[str]
    changed: frozenset[str]


class Functions(NamedTuple):
    """Why a function or a view may write, which tables it reads, and of which it changes rows, by its name."""

    writing: Mapping[str, str]
    tables: Mapping[str, frozenset[str]]
    changed: Mapping[str, frozenset[str]]


def may_write(function: str) -> bool:
    """Whether a function of PostgreSQL's own may write."""
    return function in WRITING_FUNCTIONS or function.startswith(WRITING_FAMILIES)


def read_functions(made: Iterable[tuple[str, bool, ast.Node]]) -> Functions:
    """What functions and views do: each with its name, whether it is a view, and what makes or defines it."""
    deeds = [(name, _viewed(tree) if is_view else _done(tree)) for name, is_view, tree in made]
    writing = {name: deed.why for name, deed in deeds if deed.why}
    tables: dict[str, frozenset[str]] = {}
    changed: dict[str, frozenset[str]] = {}
    for name, deed in deeds:
        tables[name] = tables.get(name, frozenset()) | deed.tables
        changed[name] = changed.get(name, frozenset()) | deed.changed
    before = None
    while before != (len(writing), sum(map(len, (*tables.values(), *changed.values())))):
        before = len(writing), sum(map(len, (*tables.values(), *changed.values())))
        for name, deed in deeds:
            tables[name] = tables[name].union(*(tables.get(called, ()) for called in deed.calls))
            changed[name] = changed[name].union(*(changed.get(called, ()) for called in deed.calls))
            for called in sorted(deed.calls):
                if called in writing or may_write(called):
                    writing.setdefault(name, f"it calls {called}()")
    return Functions(writing, tables, changed)


def _viewed(query: ast.Node) -> Deed:
    return _deed("", [query])


def _done(function: Any) -> Deed:
    return _deed(_volatility(function.options), list(_body(function)))


def _volatility(options: Any) -> str:
    """Why a function may write, by its own word."""
    given = {option.defname: option.arg for option in options or ()}
    kind = given.get("volatility", ast.String("volatile"))
    return "it is VOLATILE" if texts((kind,)) == ("volatile",) else ""


def _deed(why: str, bodies: list[ast.Node | None]) -> Deed:
    writes = ""
    calls, tables, changed = set(), set(), set()
    for node in (each for body in bodies for each in walk(body)):
        match node:
            case ast.InsertStmt() | ast.UpdateStmt() | ast.DeleteStmt() | ast.MergeStmt():
                writes = f"it writes {node.relation.relname}"
                if not isinstance(node, ast.InsertStmt):
                    changed.add(node.relation.relname)
            case ast.LockingClause():
                writes = "it locks rows"
            case ast.FuncCall():
                calls.add(texts(node.funcname)[-1])
            case ast.RangeVar():
                tables.add(node.relname)
            case _:
                pass
    unknown = UNKNOWN if any(body is None for body in bodies) else ""
    return Deed(writes or unknown or why, frozenset(calls | tables), frozenset(tables), frozenset(changed))


def _body(function: ast.CreateFunctionStmt) -> Iterator[ast.Node | None]:
    """The statements of a function; None where they are not known."""
    options = {option.defname: option.arg for option in function.options or ()}
    language = texts((options.get("language", ast.String("sql")),))[0]
    if function.sql_body is not None:
        yield from (node for node in walk(function.sql_body))
    elif language == "sql":
        for raw in parse_sql(texts(options["as"])[0]):
            yield raw.stmt
    elif language == "plpgsql":
        yield from _procedure(parse_plpgsql(RawStream()(function)))
    else:
        yield None


def _procedure(tree: Any) -> Iterator[ast.Node | None]:
    """The statements and expressions of a PL/pgSQL function."""
    if isinstance(tree, list):
        for each in tree:
            yield from _procedure(each)
    elif isinstance(tree, dict):
        for name, value in tree.items():
            if name in {"PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors"}:
                yield None
            elif name == "PLpgSQL_expr":
                yield from _expression(value["query"], value.get("parseMode", 0))
            else:
                yield from _procedure(value)


def _expression(query: str, mode: int) -> Iterator[ast.Node]:
    """A statement (0), a value (2) or an assignment (3 and more)."""
    if mode > 2:
        query = ASSIGNMENT.sub("", query, count=1)
    for raw in parse_sql(f"SELECT {query}" if mode else query):
        yield raw.stmt
