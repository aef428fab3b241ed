"""Whether a way back takes away all that a change made, and brings back all that it took away."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import AlterTableType, ObjectType

from sqlproof.migrations.building import dropped, indexed_columns
from sqlproof.reading.trees import texts

ON_RELATION = {ast.DeleteStmt: "rows of", ast.InsertStmt: "rows of", ast.UpdateStmt: "rows of"}
OF_COLUMNS = {
    AlterTableType.AT_AddColumn: "column",
    AlterTableType.AT_AlterColumnType: "type of",
    AlterTableType.AT_ColumnDefault: "default of",
    AlterTableType.AT_DropColumn: "column",
    AlterTableType.AT_DropNotNull: "NOT NULL of",
    AlterTableType.AT_ResetOptions: "options of",
    AlterTableType.AT_SetNotNull: "NOT NULL of",
    AlterTableType.AT_SetOptions: "options of",
}
OF_CONSTRAINTS = {
    AlterTableType.AT_AddConstraint,
    AlterTableType.AT_DropConstraint,
    AlterTableType.AT_ValidateConstraint,
}
KINDS = {
    ObjectType.OBJECT_COLUMN: "column",
    ObjectType.OBJECT_FUNCTION: "function",
    ObjectType.OBJECT_PROCEDURE: "function",
    ObjectType.OBJECT_INDEX: "index",
    ObjectType.OBJECT_POLICY: "policy",
    ObjectType.OBJECT_SEQUENCE: "sequence",
    ObjectType.OBJECT_TABCONSTRAINT: "constraint",
    ObjectType.OBJECT_TABLE: "table",
    ObjectType.OBJECT_TRIGGER: "trigger",
    ObjectType.OBJECT_TYPE: "type",
    ObjectType.OBJECT_DOMAIN: "type",
    ObjectType.OBJECT_VIEW: "table",
}


class Thing(NamedTuple):
    """What a statement makes, changes or takes away; it goes with any of `within`, such as a column's table."""

    kind: str
    name: str
    within: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """As a sentence names it."""
        return f"{self.kind} {self.name}"


def things(statement: Any) -> Iterator[Thing]:
    """What a statement touches and a way back must touch again."""
    match statement:
        case ast.CreateStmt():
            yield Thing("table", statement.relation.relname)
        case ast.ViewStmt():
            yield Thing("table", statement.view.relname)
        case ast.CreateTableAsStmt():
            yield Thing("table", statement.into.rel.relname)
        case ast.CreateFunctionStmt():
            yield Thing("function", texts(statement.funcname)[-1])
        case ast.CreateEnumStmt() | ast.CompositeTypeStmt() | ast.CreateDomainStmt():
            yield Thing("type", _type_name(statement))
        case ast.CreateSeqStmt():
            yield Thing("sequence", statement.sequence.relname)
        case ast.CommentStmt():
            yield _comment(statement)
        case ast.DropStmt():
            yield from _dropped(statement)
        case _:
            yield from _of_tables(statement)


def _of_tables(statement: Any) -> Iterator[Thing]:
    """What is a part of a table."""
    match statement:
        case ast.IndexStmt():
            table = statement.relation.relname
            columns = {f"column {table}.{column}" for column in indexed_columns(statement)}
            yield Thing("index", statement.idxname, frozenset({f"table {table}", *columns}))
        case ast.AlterTableStmt():
            yield from (_altered(statement.relation.relname, command) for command in statement.cmds)
        case ast.RenameStmt() if statement.relation:
            pair = sorted((statement.subname or statement.relation.relname, statement.newname))
            yield Thing("name of", " or ".join(pair), frozenset({f"table {statement.relation.relname}"}))
        case ast.CreateTrigStmt():
            yield Thing("trigger", statement.trigname, frozenset({f"table {statement.relation.relname}"}))
        case ast.CreatePolicyStmt():
            yield Thing("policy", statement.policy_name, frozenset({f"table {statement.table.relname}"}))
        case ast.GrantStmt() if statement.objtype == ObjectType.OBJECT_TABLE:
            for relation in statement.objects:
                yield Thing("rights on", relation.relname, frozenset({f"table {relation.relname}"}))
        case _ if kind := ON_RELATION.get(type(statement)):
            table = statement.relation.relname
            yield Thing(kind, table, frozenset({f"table {table}"}))
        case _:
            pass


def _altered(table: str, command: Any) -> Thing:
    within = frozenset({f"table {table}"})
    if kind := OF_COLUMNS.get(command.subtype):
        column = f"{table}.{command.name or command.def_.colname}"
        return Thing(kind, column, within if kind == "column" else within | {f"column {column}"})
    if command.subtype in OF_CONSTRAINTS:
        constraint = command.def_
        columns = texts(constraint.fk_attrs or constraint.keys) if constraint else ()
        name = command.name or constraint.conname or ""
        return Thing("constraint", name, within | {f"column {table}.{column}" for column in columns})
    return Thing("settings of", table, within)


def _comment(statement: Any) -> Thing:
    """A comment goes with what it is about."""
    kind = KINDS.get(statement.objtype, "object")
    item = statement.object
    name = getattr(item, "objname", None) or getattr(item, "names", None) or item
    words = texts(name if isinstance(name, tuple) else (name,))
    about = ".".join(words[-2:]) if kind == "column" else words[-1]
    tables = {f"table {words[-2]}"} if len(words) > 1 else set()
    return Thing("comment on", f"{kind} {about}", frozenset({f"{kind} {about}", *tables}))


def _dropped(statement: Any) -> Iterator[Thing]:
    kind = KINDS.get(statement.removeType, "object")
    return (Thing(kind, name) for name in dropped(statement))


def _type_name(statement: Any) -> str:
    if isinstance(statement, ast.CompositeTypeStmt):
        return str(statement.typevar.relname)
    return texts(statement.typeName if isinstance(statement, ast.CreateEnumStmt) else statement.domainname)[-1]


def not_undone(up: Sequence[Any], down: Sequence[Any]) -> Iterator[tuple[Any, Thing]]:
    """The statements of a change with what of theirs the way back does not touch, each thing once."""
    touched = {thing.words for statement in down for thing in things(statement)}
    owned = dict(owner for statement in up for owner in _owners(statement))
    for statement in up:
        for thing in things(statement):
            within = {*thing.within, owned.get(thing.words, "")}
            if thing.words not in touched and not within & touched:
                touched.add(thing.words)
                yield statement, thing


def _owners(statement: Any) -> Iterator[tuple[str, str]]:
    """A sequence goes with the table whose column owns it."""
    if isinstance(statement, ast.AlterSeqStmt):
        for option in statement.options or ():
            if option.defname == "owned_by":
                yield f"sequence {statement.sequence.relname}", f"table {texts(option.arg)[0]}"
