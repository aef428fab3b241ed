"""The tables that the migrations leave behind: columns with their types and options, keys and indexes."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import AlterTableType, ConstrType, ObjectType

from sqlproof.reading.trees import nodes, texts

KEYS = {ConstrType.CONSTR_PRIMARY, ConstrType.CONSTR_UNIQUE}


class Unique(NamedTuple):
    """A unique constraint or index; `where` is the condition of a partial one."""

    name: str
    columns: tuple[str, ...]
    where: ast.Node | None = None

    @property
    def touched(self) -> frozenset[str]:
        """The columns whose change may break it, or make room in it."""
        read = (texts(column.fields)[-1] for column in nodes(self.where, ast.ColumnRef))
        return frozenset([*self.columns, *read])


class Table(NamedTuple):
    """A table or a view: types and options by column, the columns of its primary key, what is unique, its indexes."""

    name: str
    columns: dict[str, str]
    options: dict[str, dict[str, str]]
    uniques: dict[str, Unique]
    indexes: set[str]
    is_view: bool = False
    is_partitioned: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        primary = self.uniques.get(f"{self.name}_primary")
        return primary.columns if primary else ("id",)


def read_tables(statements: Iterable[ast.Node]) -> dict[str, Table]:
    """What is there when all of the migrations' statements have run."""
    tables: dict[str, Table] = {}
    for statement in statements:
        _apply(statement, tables)
    return tables


def _apply(statement: ast.Node, tables: dict[str, Table]) -> None:
    match statement:
        case ast.CreateStmt():
            _create(statement, tables)
        case ast.ViewStmt():
            _add(tables, statement.view.relname, is_view=True)
        case ast.CreateTableAsStmt():
            _add(tables, statement.into.rel.relname, is_view=True)
        case ast.AlterTableStmt() if table := tables.get(statement.relation.relname):
            for command in statement.cmds:
                _alter(table, command)
        case ast.IndexStmt() if table := tables.get(statement.relation.relname):
            _index(table, statement)
        case ast.DropStmt():
            _drop(tables, [texts(name if isinstance(name, tuple) else (name,))[-1] for name in statement.objects])
        case ast.RenameStmt():
            _rename(tables, statement)
        case _:
            pass


def _add(tables: dict[str, Table], name: str, *, is_view: bool = False, is_partitioned: bool = False) -> Table:
    table = tables[name] = Table(name, {}, {}, {}, set(), is_view, is_partitioned)
    return table


def _create(statement: ast.CreateStmt, tables: dict[str, Table]) -> None:
    table = _add(tables, statement.relation.relname, is_partitioned=statement.partspec is not None)
    likes = [element.relation for element in statement.tableElts or () if isinstance(element, ast.TableLikeClause)]
    for parent in (*(statement.inhRelations or ()), *likes):
        if parent.relname in tables:
            table.columns.update(tables[parent.relname].columns)
    for element in statement.tableElts or ():
        if isinstance(element, ast.ColumnDef):
            _column(table, element)
        elif isinstance(element, ast.Constraint):
            _constrain(table, element, texts(element.keys))


def _column(table: Table, column: ast.ColumnDef) -> None:
    table.columns[column.colname] = texts(column.typeName.names)[-1]
    for constraint in column.constraints or ():
        _constrain(table, constraint, (column.colname,))


def _constrain(table: Table, constraint: ast.Constraint, columns: Sequence[str]) -> None:
    if constraint.contype in KEYS:
        is_primary = constraint.contype == ConstrType.CONSTR_PRIMARY
        usual = f"{table.name}_pkey" if is_primary else f"{table.name}_{'_'.join(columns)}_key"
        key = Unique(constraint.conname or usual, tuple(columns) or _columns_of_index(table, constraint))
        table.indexes.add(key.name)
        table.uniques[f"{table.name}_primary" if is_primary else key.name] = key


def _index(table: Table, index: ast.IndexStmt) -> None:
    table.indexes.add(index.idxname)
    if index.unique:
        columns = tuple(element.name or "" for element in index.indexParams)
        table.uniques[index.idxname] = Unique(index.idxname, columns, index.whereClause)


def _columns_of_index(table: Table, constraint: ast.Constraint) -> tuple[str, ...]:
    index = table.uniques.pop(constraint.indexname or "", None)
    return index.columns if index else ()


def _alter(table: Table, command: ast.AlterTableCmd) -> None:
    match command.subtype:
        case AlterTableType.AT_AddColumn:
            _column(table, command.def_)
        case AlterTableType.AT_DropColumn:
            table.columns.pop(command.name, None)
        case AlterTableType.AT_AlterColumnType:
            table.columns[command.name] = texts(command.def_.typeName.names)[-1]
        case AlterTableType.AT_SetOptions | AlterTableType.AT_ResetOptions:
            _set_options(table.options.setdefault(command.name, {}), command)
        case AlterTableType.AT_AddConstraint:
            _constrain(table, command.def_, texts(command.def_.keys))
        case AlterTableType.AT_DropConstraint:
            _drop({table.name: table}, (command.name,))
        case _:
            pass


def _set_options(options: dict[str, str], command: ast.AlterTableCmd) -> None:
    for option in command.def_:
        if command.subtype == AlterTableType.AT_ResetOptions:
            options.pop(option.defname, None)
        else:
            values = (getattr(option.arg, name, None) for name in ("ival", "fval", "sval"))
            options[option.defname] = str(next(value for value in values if value is not None))


def _drop(tables: dict[str, Table], names: Iterable[str]) -> None:
    for name in names:
        tables.pop(name, None)
        for table in tables.values():
            table.indexes.discard(name)
            for known, key in list(table.uniques.items()):
                if key.name == name:
                    del table.uniques[known]


def _rename(tables: dict[str, Table], statement: Any) -> None:
    table = tables.get(statement.relation.relname) if statement.relation else None
    if table is None:
        return
    if statement.renameType in {ObjectType.OBJECT_TABLE, ObjectType.OBJECT_VIEW}:
        tables[statement.newname] = tables.pop(table.name)._replace(name=statement.newname)
    elif statement.renameType == ObjectType.OBJECT_COLUMN and statement.subname in table.columns:
        table.columns[statement.newname] = table.columns.pop(statement.subname)
