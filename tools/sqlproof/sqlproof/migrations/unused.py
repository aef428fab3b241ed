"""What a migration takes away was used by no release any more: a release stops, and a later one's migration drops."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import AlterTableType, ObjectType

from sqlproof.findings import Finding
from sqlproof.migrations.built import dropped
from sqlproof.migrations.changes import Change, Step
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import nodes, texts

KINDS = {
    ObjectType.OBJECT_FUNCTION: "function",
    ObjectType.OBJECT_TABLE: "table",
    ObjectType.OBJECT_VIEW: "table",
}
LABELLED_FROM = "0029"
"""The files before were written before there was the label."""


class Gone(NamedTuple):
    """Something that a statement takes away: a column of a table, a table, or a function, by its arguments if given."""

    kind: str
    name: str
    table: str = ""
    argument_count: int | None = None

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return f"{self.kind} {self.table}.{self.name}" if self.table else f"{self.kind} {self.name}"


def check_unused(change: Change, statements: Sequence[Statement]) -> Iterator[Finding]:
    """A statement that still uses what goes away is named; the release before has a line in the header."""
    for step in change.up:
        for gone in _gone(step, change):
            users = [statement.name for statement in statements if _uses(statement, gone)]
            if users:
                sentence = f"{gone.words} goes away, and sql/{users[0]} still uses it: stop using it in this release"
                yield step.finding(f"{sentence}, and take it away in the next")
            elif "Unused" not in change.header and change.migration.version >= LABELLED_FROM:
                yield step.finding(
                    f"{gone.words} goes away under the release before, which may still use it while this runs: take it"
                    " away one release after the last use, and say in the header `-- Unused: since <release>`"
                )


def _gone(step: Step, change: Change) -> Iterator[Gone]:
    """What is taken away, or renamed, of what was there before the file."""
    match step.tree:
        case ast.AlterTableStmt() if step.tree.relation.relname in change.tables:
            for command in step.tree.cmds:
                if command.subtype == AlterTableType.AT_DropColumn:
                    yield Gone("column", command.name, step.tree.relation.relname)
        case ast.RenameStmt() if step.tree.relation and step.tree.relation.relname in change.tables:
            table = step.tree.relation.relname
            if step.tree.renameType == ObjectType.OBJECT_COLUMN:
                yield Gone("column", step.tree.subname, table)
            elif step.tree.renameType == ObjectType.OBJECT_TABLE:
                yield Gone("table", table)
        case ast.DropStmt():
            yield from _dropped(step.tree, change)
        case _:
            pass


def _dropped(tree: Any, change: Change) -> Iterator[Gone]:
    kind = KINDS.get(tree.removeType)
    for item, name in zip(tree.objects, dropped(tree), strict=True):
        if kind == "function":
            yield Gone(kind, name, argument_count=None if item.args_unspecified else len(item.objargs or ()))
        elif kind and name in change.tables:
            yield Gone(kind, name)


def _uses(statement: Statement, gone: Gone) -> bool:
    """Whether a statement of sql/ names it; a column by its table's alias, or in what is written."""
    if statement.tree is None:
        return False
    if gone.kind == "function":
        calls = [each for each in nodes(statement.tree, ast.FuncCall) if texts(each.funcname)[-1] == gone.name]
        return any(gone.argument_count in (None, len(each.args or ())) for each in calls)
    table = gone.table or gone.name
    relations = [each for each in nodes(statement.tree, ast.RangeVar) if each.relname == table]
    if gone.kind == "table" or not relations:
        return bool(relations)
    aliases = {each.alias.aliasname if each.alias else each.relname for each in relations}
    read = {texts(each.fields)[-2:] for each in nodes(statement.tree, ast.ColumnRef)}
    return any((alias, gone.name) in read for alias in aliases) or _writes(statement, gone)


def _writes(statement: Statement, gone: Gone) -> bool:
    for write in nodes(statement.tree, ast.InsertStmt), nodes(statement.tree, ast.UpdateStmt):
        for each in write:
            targets = getattr(each, "cols", None) or getattr(each, "targetList", None) or ()
            if each.relation.relname == gone.table and any(target.name == gone.name for target in targets):
                return True
    return False
