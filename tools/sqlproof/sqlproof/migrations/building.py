"""What migrations have built so far: tables, the indexes on them, the foreign keys between them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import AlterTableType, ConstrType, ObjectType

from sqlproof.reading.trees import nodes, texts


class Index(NamedTuple):
    """An index: `columns` are those that its keys and its predicate name."""

    table: str
    columns: frozenset[str]


class ForeignKey(NamedTuple):
    """A foreign key of a table."""

    table: str
    name: str
    columns: tuple[str, ...]
    referenced: str
    referenced_columns: tuple[str, ...]


class Built:
    """A schema that grows by one statement after the other."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.indexes: dict[str, Index] = {}
        self.keys: list[ForeignKey] = []

    def add(self, statement: ast.Node) -> None:
        """Does to this schema what a statement does to the server's."""
        match statement:
            case ast.CreateStmt():
                self.tables.add(statement.relation.relname)
            case ast.CreateTableAsStmt():
                self.tables.add(statement.into.rel.relname)
            case ast.ViewStmt():
                self.tables.add(statement.view.relname)
            case ast.IndexStmt():
                self.indexes[statement.idxname] = Index(statement.relation.relname, indexed_columns(statement))
            case ast.AlterTableStmt():
                self._drop_keys(statement)
            case ast.DropStmt():
                self._drop(set(dropped(statement)))
            case ast.RenameStmt() if statement.renameType == ObjectType.OBJECT_TABLE:
                self._rename(statement.relation.relname, statement.newname)
            case _:
                pass
        self.keys.extend(foreign_keys(statement))
        self.indexes.update(constraint_indexes(statement))

    def keys_of(self, table: str, *, name: str = "", column: str = "") -> Iterator[ForeignKey]:
        """The foreign keys from a table or to it; or those from it of this name, or with this column."""
        for key in self.keys:
            if name or column:
                if key.table == table and (key.name == name or column in key.columns):
                    yield key
            elif table in (key.table, key.referenced):
                yield key

    def _drop_keys(self, statement: Any) -> None:
        table = statement.relation.relname
        for command in statement.cmds:
            gone: list[ForeignKey] = []
            if command.subtype == AlterTableType.AT_DropConstraint:
                gone = list(self.keys_of(table, name=command.name))
                self.indexes.pop(command.name, None)
            elif command.subtype == AlterTableType.AT_DropColumn:
                gone = list(self.keys_of(table, column=command.name))
            self.keys = [key for key in self.keys if key not in gone]

    def _drop(self, names: set[str]) -> None:
        self.tables -= names
        self.keys = [key for key in self.keys if not names & {key.table, key.referenced}]
        self.indexes = {
            name: index for name, index in self.indexes.items() if name not in names and index.table not in names
        }

    def _rename(self, old: str, new: str) -> None:
        self.tables.discard(old)
        self.tables.add(new)
        self.indexes = {
            name: index._replace(table=new) if index.table == old else index for name, index in self.indexes.items()
        }
        self.keys = [
            key._replace(
                table=new if key.table == old else key.table,
                referenced=new if key.referenced == old else key.referenced,
            )
            for key in self.keys
        ]


def dropped(statement: Any) -> Iterator[str]:
    """The names that a DROP takes away; of a trigger or policy its own, not its table's."""
    for item in statement.objects:
        name = getattr(item, "objname", None) or getattr(item, "names", None) or item
        yield texts(name if isinstance(name, tuple) else (name,))[-1]


def indexed_columns(statement: Any) -> frozenset[str]:
    """The columns that an index's keys and predicate name."""
    keys = {element.name for element in nodes(statement.indexParams, ast.IndexElem) if element.name}
    named = {texts(reference.fields)[-1] for reference in nodes(statement, ast.ColumnRef)}
    return frozenset(keys | named)


def constraints_of(statement: ast.Node) -> Iterator[tuple[str, str, Any]]:
    """The constraints that a statement makes: table, column where it stands with one, constraint."""
    if isinstance(statement, ast.CreateStmt | ast.AlterTableStmt):
        table = statement.relation.relname
        within = {
            id(constraint): column.colname
            for column in nodes(statement, ast.ColumnDef)
            for constraint in column.constraints or ()
        }
        for constraint in nodes(statement, ast.Constraint):
            yield table, within.get(id(constraint), ""), constraint


def columns_of(constraint: Any, column: str) -> tuple[str, ...]:
    """The columns of a key."""
    return texts(constraint.fk_attrs or constraint.keys) or (column,)


def foreign_keys(statement: ast.Node) -> Iterator[ForeignKey]:
    """The foreign keys that a statement makes."""
    for table, column, constraint in constraints_of(statement):
        if constraint.contype == ConstrType.CONSTR_FOREIGN:
            columns = columns_of(constraint, column)
            name = constraint.conname or f"{table}_{'_'.join(columns)}_fkey"
            yield ForeignKey(table, name, columns, constraint.pktable.relname, texts(constraint.pk_attrs))


def constraint_indexes(statement: ast.Node) -> Iterator[tuple[str, Index]]:
    """The indexes of the primary keys and unique constraints that a statement makes, by name."""
    for table, column, constraint in constraints_of(statement):
        columns = columns_of(constraint, column)
        if constraint.contype == ConstrType.CONSTR_PRIMARY:
            yield constraint.conname or f"{table}_pkey", Index(table, frozenset(columns))
        elif constraint.contype == ConstrType.CONSTR_UNIQUE and not constraint.indexname:
            yield constraint.conname or f"{table}_{'_'.join(columns)}_key", Index(table, frozenset(columns))
