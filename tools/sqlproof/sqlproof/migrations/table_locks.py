"""Which locks a statement of a migration takes on tables, and what it does to them meanwhile.

As in PostgreSQL's documentation, chapter Explicit Locking and each command's page; a test compares it with pg_locks.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import AlterTableType, ConstrType, ObjectType

from sqlproof.migrations.building import Built, dropped, foreign_keys
from sqlproof.reading.trees import nodes, texts

NOBODY = "nobody"


class Mode(IntEnum):
    """A lock on a table, from weak to strong."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def words(self) -> str:
        """As people and PostgreSQL write it."""
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> str:
        """Who waits while it is held."""
        if self is Mode.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self >= Mode.SHARE else NOBODY


class Lock(NamedTuple):
    """A lock on a table, and what the statement does to all of its rows while it holds it."""

    table: str
    mode: Mode
    work: str = ""


REWRITES, SCANS, INDEXES = "rewrites it", "reads all of it", "indexes all of it"
VOLATILE = {
    "clock_timestamp", "gen_random_uuid", "nextval", "random", "timeofday", "uuid_generate_v4",
    "uuid_v7", "uuidv4", "uuidv7",
}  # fmt: skip
WEAK = {
    AlterTableType.AT_AttachPartition, AlterTableType.AT_ClusterOn, AlterTableType.AT_DropCluster,
    AlterTableType.AT_ResetOptions, AlterTableType.AT_ResetRelOptions, AlterTableType.AT_SetOptions,
    AlterTableType.AT_SetRelOptions, AlterTableType.AT_SetStatistics, AlterTableType.AT_ValidateConstraint,
}  # fmt: skip
"""Forms of ALTER TABLE that let rows be read and written."""
OF_TRIGGERS = {
    AlterTableType.AT_DisableTrig, AlterTableType.AT_DisableTrigAll, AlterTableType.AT_DisableTrigUser,
    AlterTableType.AT_EnableAlwaysTrig, AlterTableType.AT_EnableReplicaTrig, AlterTableType.AT_EnableTrig,
    AlterTableType.AT_EnableTrigAll, AlterTableType.AT_EnableTrigUser,
}  # fmt: skip
WORK = {
    AlterTableType.AT_AlterColumnType: REWRITES,
    AlterTableType.AT_SetLogged: REWRITES,
    AlterTableType.AT_SetNotNull: SCANS,
    AlterTableType.AT_SetTableSpace: REWRITES,
    AlterTableType.AT_SetUnLogged: REWRITES,
    AlterTableType.AT_ValidateConstraint: SCANS,
}
WITHOUT_TABLES = (
    ast.CallStmt,  # of a procedure that commits its batches: what it locks, it soon gives back
    ast.AlterDefaultPrivilegesStmt, ast.AlterEnumStmt, ast.AlterFunctionStmt, ast.AlterOwnerStmt, ast.AlterSeqStmt,
    ast.CompositeTypeStmt, ast.CreateDomainStmt, ast.CreateEnumStmt, ast.CreateExtensionStmt, ast.CreateFunctionStmt,
    ast.CreateRangeStmt, ast.CreateSchemaStmt, ast.CreateSeqStmt, ast.GrantRoleStmt, ast.GrantStmt, ast.VariableSetStmt,
)  # fmt: skip
RELATIONS = {
    ObjectType.OBJECT_FOREIGN_TABLE, ObjectType.OBJECT_MATVIEW, ObjectType.OBJECT_TABLE, ObjectType.OBJECT_VIEW,
}  # fmt: skip


def locks_of(statement: ast.Node, built: Built) -> list[Lock] | None:
    """The locks on tables that are there before it, the strongest of each; None where the grammar does not tell."""
    found = _found(statement, built)
    return None if found is None else strongest(lock for lock in found if lock.table in built.tables)


def strongest(locks: Iterable[Lock]) -> list[Lock]:
    """One lock of each table; what is done to its rows stays with it."""
    by_table: dict[str, Lock] = {}
    for lock in locks:
        other = by_table.get(lock.table, lock)
        work = REWRITES if REWRITES in (lock.work, other.work) else lock.work or other.work
        by_table[lock.table] = Lock(lock.table, max(lock.mode, other.mode), work)
    return list(by_table.values())


def _found(statement: Any, built: Built) -> Iterable[Lock] | None:
    kind = type(statement)
    if kind in ON_RELATION:
        relation = statement.relation
        return [Lock(relation.relname, ON_RELATION[kind]), *_read(statement)] if relation else []
    if kind in ON_RELATIONS:
        return [Lock(relation.relname, ON_RELATIONS[kind]) for relation in statement.relations]
    if kind in BY_KIND:
        return BY_KIND[kind](statement, built)
    return [] if kind in WITHOUT_TABLES else None


def _by_index(statement: Any, _: Built) -> Iterator[Lock]:
    mode = Mode.SHARE_UPDATE_EXCLUSIVE if statement.concurrent else Mode.SHARE
    yield Lock(statement.relation.relname, mode, INDEXES)


def _by_select(statement: Any, _: Built) -> Iterable[Lock] | None:
    """What it calls might lock more than it reads."""
    return None if any(nodes(statement, ast.FuncCall)) else _read(statement)


def _by_view(statement: Any, _: Built) -> Iterator[Lock]:
    yield Lock(statement.view.relname, Mode.ACCESS_EXCLUSIVE)
    yield from _read(statement.query)


def _by_policy(statement: Any, _: Built) -> Iterator[Lock]:
    yield Lock(statement.table.relname, Mode.ACCESS_EXCLUSIVE)


def _by_refresh(statement: Any, _: Built) -> Iterator[Lock]:
    yield Lock(statement.relation.relname, Mode.EXCLUSIVE if statement.concurrent else Mode.ACCESS_EXCLUSIVE, REWRITES)


def _by_lock(statement: Any, _: Built) -> Iterator[Lock]:
    return (Lock(relation.relname, Mode(statement.mode)) for relation in statement.relations)


def _by_create(statement: Any, _: Built) -> Iterator[Lock]:
    for key in foreign_keys(statement):
        yield Lock(key.referenced, Mode.SHARE_ROW_EXCLUSIVE)
    for parent in statement.inhRelations or ():
        yield Lock(parent.relname, Mode.ACCESS_EXCLUSIVE if statement.partbound else Mode.SHARE_UPDATE_EXCLUSIVE)
    for copied in nodes(statement.tableElts, ast.TableLikeClause):
        yield Lock(copied.relation.relname, Mode.ACCESS_SHARE)


def _by_alter(statement: Any, built: Built) -> Iterator[Lock]:
    table = statement.relation.relname
    for command in statement.cmds:
        yield Lock(table, _mode(command), _work(command))
        if command.subtype == AlterTableType.AT_DropConstraint:
            gone = built.keys_of(table, name=command.name)
        elif command.subtype == AlterTableType.AT_DropColumn:
            gone = built.keys_of(table, column=command.name)
        else:
            gone = iter(())
        yield from (Lock(key.referenced, Mode.ACCESS_EXCLUSIVE) for key in gone)
        if command.subtype == AlterTableType.AT_ValidateConstraint:
            for key in built.keys_of(table, name=command.name):
                yield Lock(key.referenced, Mode.ROW_SHARE)
    for key in foreign_keys(statement):
        yield Lock(key.referenced, Mode.SHARE_ROW_EXCLUSIVE)


def _mode(command: Any) -> Mode:
    if command.subtype in WEAK:
        return Mode.SHARE_UPDATE_EXCLUSIVE
    is_key = command.subtype == AlterTableType.AT_AddConstraint and command.def_.contype == ConstrType.CONSTR_FOREIGN
    return Mode.SHARE_ROW_EXCLUSIVE if is_key or command.subtype in OF_TRIGGERS else Mode.ACCESS_EXCLUSIVE


def _work(command: Any) -> str:
    """What one form of ALTER TABLE does to the rows."""
    if command.subtype == AlterTableType.AT_AddColumn:
        return _work_of_column(command.def_)
    if command.subtype == AlterTableType.AT_AddConstraint:
        constraint = command.def_
        if constraint.contype in (ConstrType.CONSTR_PRIMARY, ConstrType.CONSTR_UNIQUE, ConstrType.CONSTR_EXCLUSION):
            return "" if constraint.indexname else INDEXES
        return "" if constraint.skip_validation else SCANS
    return WORK.get(command.subtype, "")


def _work_of_column(column: Any) -> str:
    """A constant default is kept beside the rows; what differs from row to row is written into each."""
    work = ""
    for constraint in column.constraints or ():
        match constraint.contype:
            case ConstrType.CONSTR_IDENTITY | ConstrType.CONSTR_GENERATED:
                return REWRITES
            case ConstrType.CONSTR_DEFAULT if _is_volatile(constraint.raw_expr):
                return REWRITES
            case ConstrType.CONSTR_PRIMARY | ConstrType.CONSTR_UNIQUE:
                work = INDEXES
            case ConstrType.CONSTR_CHECK:
                work = work or SCANS
            case _:
                pass
    is_serial = texts(column.typeName.names)[-1] in ("serial", "bigserial", "smallserial")
    return REWRITES if is_serial else work


def _is_volatile(expression: Any) -> bool:
    return any(texts(call.funcname)[-1] in VOLATILE for call in nodes(expression, ast.FuncCall))


def _by_vacuum(statement: Any, built: Built) -> Iterator[Lock]:
    """ANALYZE and VACUUM, of the tables that are named or of all."""
    is_full = any(option.defname == "full" for option in statement.options or ())
    for table in [each.relation.relname for each in statement.rels or ()] or sorted(built.tables):
        yield Lock(table, Mode.ACCESS_EXCLUSIVE, REWRITES) if is_full else Lock(table, Mode.SHARE_UPDATE_EXCLUSIVE)


def _by_drop(statement: Any, built: Built) -> Iterator[Lock]:
    mode = Mode.SHARE_UPDATE_EXCLUSIVE if statement.concurrent else Mode.ACCESS_EXCLUSIVE
    for item, name in zip(statement.objects, dropped(statement), strict=True):
        if statement.removeType == ObjectType.OBJECT_INDEX:
            if index := built.indexes.get(name):
                yield Lock(index.table, mode)
        elif statement.removeType in (ObjectType.OBJECT_TRIGGER, ObjectType.OBJECT_POLICY, ObjectType.OBJECT_RULE):
            yield Lock(texts(item)[-2], mode)
        elif statement.removeType in RELATIONS:
            yield Lock(name, mode)
            for key in built.keys_of(name):
                yield Lock(key.referenced, mode)
                yield Lock(key.table, mode)


def _by_comment(statement: Any, _: Built) -> Iterator[Lock]:
    """On a constraint, a trigger, a policy it locks those alone."""
    if statement.objtype == ObjectType.OBJECT_COLUMN:
        yield Lock(texts(statement.object)[-2], Mode.SHARE_UPDATE_EXCLUSIVE)
    elif statement.objtype in RELATIONS:
        yield Lock(texts(statement.object)[-1], Mode.SHARE_UPDATE_EXCLUSIVE)


def _read(statement: ast.Node) -> Iterator[Lock]:
    return (Lock(relation.relname, Mode.ACCESS_SHARE) for relation in nodes(statement, ast.RangeVar))


ON_RELATION = {
    ast.AlterObjectSchemaStmt: Mode.ACCESS_EXCLUSIVE,
    ast.CreateTrigStmt: Mode.SHARE_ROW_EXCLUSIVE,
    ast.DeleteStmt: Mode.ROW_EXCLUSIVE,
    ast.InsertStmt: Mode.ROW_EXCLUSIVE,
    ast.MergeStmt: Mode.ROW_EXCLUSIVE,
    ast.RenameStmt: Mode.ACCESS_EXCLUSIVE,
    ast.RuleStmt: Mode.ACCESS_EXCLUSIVE,
    ast.UpdateStmt: Mode.ROW_EXCLUSIVE,
}
ON_RELATIONS = {ast.CreateStatsStmt: Mode.SHARE_UPDATE_EXCLUSIVE, ast.TruncateStmt: Mode.ACCESS_EXCLUSIVE}
BY_KIND: dict[type, Callable[[Any, Built], Iterable[Lock] | None]] = {
    ast.AlterPolicyStmt: _by_policy,
    ast.AlterTableStmt: _by_alter,
    ast.CommentStmt: _by_comment,
    ast.CreatePolicyStmt: _by_policy,
    ast.CreateStmt: _by_create,
    ast.CreateTableAsStmt: _by_select,
    ast.DropStmt: _by_drop,
    ast.IndexStmt: _by_index,
    ast.LockStmt: _by_lock,
    ast.RefreshMatViewStmt: _by_refresh,
    ast.SelectStmt: _by_select,
    ast.VacuumStmt: _by_vacuum,
    ast.ViewStmt: _by_view,
}
