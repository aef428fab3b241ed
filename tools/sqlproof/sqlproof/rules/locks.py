"""Rows are locked in one order, no more strongly than they must be, and many of them by ascending ids."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import LockClauseStrength, LockWaitPolicy, OnConflictAction, SortByDir
from pglast.parser import scan

from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import alias_of, column, items, nodes, own, parts_of, texts, walk
from sqlproof.rules.single_rows import is_single, single_rows
from sqlproof.schema.model import Schema

STRENGTHS = {
    LockClauseStrength.LCS_FORUPDATE: "FOR UPDATE",
    LockClauseStrength.LCS_FORNOKEYUPDATE: "FOR NO KEY UPDATE",
    LockClauseStrength.LCS_FORSHARE: "FOR SHARE",
    LockClauseStrength.LCS_FORKEYSHARE: "FOR KEY SHARE",
}
WEAK = {LockClauseStrength.LCS_FORSHARE, LockClauseStrength.LCS_FORKEYSHARE}

File = Mapping[str, Statement]


class Lock(NamedTuple):
    """A table whose rows a part of a statement locks, or changes; `at` is where it says so, or calls what does."""

    table: str
    at: ast.Node
    part: str
    is_weak: bool


def check_locks(statement: Statement, file: File, schema: Schema) -> Iterator[Finding]:
    """Findings in the locks that a command takes, and in those that go before it."""
    if statement.is_query:
        return
    ctes = {part.name: part.query for part in parts_of(statement.tree)}
    for select in nodes(statement.tree, ast.SelectStmt):
        for clause in select.lockingClause or ():
            yield from _clause(statement, select, clause, file, schema)
            yield from _rows(statement, select, clause, ctes, schema)
    yield from _in_order(statement, file, schema)
    yield from _many(statement, file, ctes, schema)


def first_locks(statement: Statement, file: File) -> list[Statement]:
    """The statements that a header's `Locks first` names, as far as they are in the file and parse."""
    named = (file.get(verb) for verb in statement.locks_first)
    return [lock for lock in named if lock is not None and lock.tree is not None]


def locks_of(tree: ast.Node, changed: Mapping[str, frozenset[str]] = MappingProxyType({})) -> Iterator[Lock]:
    """What a statement locks, part by part: by a clause, and by changing or deleting rows that are there.

    `changed` has the tables of which functions change rows.
    """
    for part in parts_of(tree):
        inside = walk(part.query) if part.name else (part.query, *own(part.query))
        for node in inside:
            yield from _locks_in(node, part.name, changed)


def _locks_in(node: ast.Node, part: str, changed: Mapping[str, frozenset[str]]) -> Iterator[Lock]:
    match node:
        case ast.SelectStmt():
            for clause in node.lockingClause or ():
                for table in _locked(node, clause):
                    yield Lock(table.relname, table, part, clause.strength in WEAK)
        case ast.UpdateStmt() | ast.DeleteStmt():
            yield Lock(node.relation.relname, node.relation, part, is_weak=False)
        case ast.InsertStmt() if conflict := node.onConflictClause:
            if conflict.action == OnConflictAction.ONCONFLICT_UPDATE:
                yield Lock(node.relation.relname, node.relation, part, is_weak=False)
        case ast.FuncCall():
            for table in sorted(changed.get(texts(node.funcname)[-1], ())):
                yield Lock(table, node, part, is_weak=False)
        case _:
            pass


def _locked(select: ast.SelectStmt, clause: ast.LockingClause) -> list[ast.RangeVar]:
    """The tables that a clause locks, in its order; all of the level's when it names none."""
    here = {alias_of(each): each for each in items(select.fromClause) if isinstance(each, ast.RangeVar)}
    if clause.lockedRels:
        return [here[named.relname] for named in clause.lockedRels if named.relname in here]
    return list(here.values())


def _clause(statement: Statement, select: ast.SelectStmt, clause: Any, file: File, schema: Schema) -> Iterator[Finding]:
    """The strength of a clause, whether it waits, and whether it names what it locks."""
    at = clause.lockedRels[0] if clause.lockedRels else _line_of(statement, select)
    tables = _locked(select, clause)
    if clause.strength == LockClauseStrength.LCS_FORKEYSHARE:
        yield statement.finding("FOR KEY SHARE lets the row change: what must stay is locked FOR SHARE", at)
    elif clause.strength == LockClauseStrength.LCS_FORUPDATE:
        for table in tables:
            if table.relname not in _deleted(statement, file):
                sentence = (
                    f"FOR UPDATE fights foreign keys: nothing deletes from {table.relname}, FOR NO KEY UPDATE does"
                )
                yield statement.finding(sentence, at)
    if clause.waitPolicy == LockWaitPolicy.LockWaitSkip and statement.path.stem not in schema.project.locks.queues:
        yield statement.finding("SKIP LOCKED leaves rows out in silence, which only a queue may: wait for them", at)
    if not clause.lockedRels and len(list(items(select.fromClause))) > 1:
        yield statement.finding("this locks every table of the join: name those that it is for, FOR … OF alias", at)
    places = [place for table in tables if (place := schema.place(table.relname)) is not None]
    if clause.lockedRels and places != sorted(places):
        yield statement.finding(f"OF must name the tables in the order in which they are locked: {_order(schema)}", at)


def _line_of(statement: Statement, select: ast.SelectStmt) -> int:
    """The line of a clause without OF: the first FOR behind all else, for the tree has no place for it."""
    behind = max(getattr(node, "location", 0) or 0 for node in walk(select))
    start = next((token.start for token in scan(statement.text) if token.name == "FOR" and token.start > behind), 0)
    return statement.first_line + statement.text[:start].count("\n")


def _deleted(statement: Statement, file: File) -> set[str]:
    """The tables that a statement deletes from, or one that it goes before."""
    after = [each for each in file.values() if each.tree is not None and statement in first_locks(each, file)]
    return {node.relation.relname for each in (statement, *after) for node in nodes(each.tree, ast.DeleteStmt)}


def _rows(
    statement: Statement, select: ast.SelectStmt, clause: Any, ctes: Mapping[str, Any], schema: Schema
) -> Iterator[Finding]:
    """Several rows are locked by ascending ids: two that lock the same rows wait for each other in no other order.

    SKIP LOCKED waits for nobody, so its order is free.
    """
    if clause.waitPolicy == LockWaitPolicy.LockWaitSkip:
        return
    several = [
        table for table in _locked(select, clause)
        if table.relname in schema.tables and alias_of(table) not in single_rows(select, ctes, schema)
    ]  # fmt: skip
    if several and not is_single(select, ctes, schema):
        at = clause.lockedRels[0] if clause.lockedRels else _line_of(statement, select)
        for table in several[:1]:
            key = [name for name in schema.tables[table.relname].primary_key if name != schema.tenant] or [
                schema.tenant
            ]
            sorted_by = [
                column(each.node) if each.sortby_dir != SortByDir.SORTBY_DESC else None
                for each in select.sortClause or ()
            ]
            if sorted_by != [(alias_of(table), name) for name in key]:
                keys = ", ".join(f"{alias_of(table)}.{name}" for name in key)
                yield statement.finding(f"several rows of {table.relname} are locked: ORDER BY {keys}", at)
        for table in several[1:]:
            yield statement.finding(f"rows of {several[0].relname} and {table.relname}: lock one table at a time", at)


def _many(statement: Statement, file: File, ctes: Mapping[str, Any], schema: Schema) -> Iterator[Finding]:
    """Changes of several rows, which an UPDATE meets in any order: they are locked before, in theirs, or skipped."""
    first = {lock.table for each in first_locks(statement, file) for lock in locks_of(each.tree)}
    first |= {
        table.relname
        for select in nodes(statement.tree, ast.SelectStmt)
        for clause in select.lockingClause or ()
        if clause.waitPolicy == LockWaitPolicy.LockWaitSkip
        for table in _locked(select, clause)
    }
    for part in parts_of(statement.tree):
        if isinstance(part.query, ast.UpdateStmt | ast.DeleteStmt):
            table = part.query.relation
            is_many = alias_of(table) not in single_rows(part.query, ctes, schema)
            if is_many and schema.place(table.relname) is not None and table.relname not in first:
                sentence = f"several rows of {table.relname} may change: lock them before, by ascending ids"
                yield statement.finding(f"{sentence}, in `Locks first`", table)


def _in_order(statement: Statement, file: File, schema: Schema) -> Iterator[Finding]:
    """The locks of a command and of those before it: each comes after what it must wait behind."""
    first = [lock for each in first_locks(statement, file) for lock in locks_of(each.tree)]
    places = [place for lock in first if (place := schema.place(lock.table)) is not None]
    if places != sorted(places):
        sentence = f"`Locks first` must follow the order of locks: {_order(schema)}"
        yield statement.finding(sentence, statement.line_of("Locks first"))
    own_locks = list(locks_of(statement.tree, schema.functions.changed))
    reads = {part.name: part.reads for part in parts_of(statement.tree)}
    for number, lock in enumerate(own_locks):
        before = [*first, *(each for each in own_locks if each.part in reads[lock.part])]
        if isinstance(lock.at, ast.FuncCall):  # what it is called for is changed by then
            before += [each for each in own_locks[:number] if each.part == lock.part]
        held = [each for each in before if each.table == lock.table]
        if held and not lock.is_weak and all(each.is_weak for each in held):
            sentence = f"{lock.table} is locked FOR SHARE before it is changed: two of these would wait for each other"
            yield statement.finding(f"{sentence}; lock it FOR NO KEY UPDATE", lock.at)
        elif not held:
            tables = {each.table for each in first}
            beside = [each for each in own_locks[:number] if each.part != lock.part and each.table not in tables]
            yield from _behind(statement, lock, before, [each for each in beside if each not in before], schema)


def _behind(
    statement: Statement, lock: Lock, before: Sequence[Lock], beside: Sequence[Lock], schema: Schema
) -> Iterator[Finding]:
    """A lock behind one that it must come before, or beside one with neither of the two first."""
    place = schema.place(lock.table)
    if place is None:
        return
    others = [(schema.place(other.table), other.table) for other in before]
    if late := [table for its_place, table in others if its_place is not None and its_place > place]:
        sentence = f"{lock.table} is locked after {late[0]}: name a lock of it in `Locks first`"
        yield statement.finding(f"{sentence}; the order is {_order(schema)}", lock.at)
    elif loose := [other.table for other in beside if schema.place(other.table) not in {None, place}]:
        sentence = (
            f"{lock.table} and {loose[0]} are locked in no particular order: name a lock of both in `Locks first`"
        )
        yield statement.finding(f"{sentence}, or let one read the other", lock.at)


def _order(schema: Schema) -> str:
    return ", ".join(schema.lock_order)
