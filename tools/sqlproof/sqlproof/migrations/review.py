"""The rules for migrations: a change is what it says of itself, and safe beside the release before."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import AlterTableType, ConstrType, ObjectType

from sqlproof.configuration import Project
from sqlproof.findings import Finding
from sqlproof.migrations.building import dropped
from sqlproof.migrations.changes import Change, Step, read_changes
from sqlproof.migrations.structure import check_structure
from sqlproof.migrations.table_locks import REWRITES, Lock, Mode, strongest
from sqlproof.migrations.undo import not_undone
from sqlproof.reading.statements import Statement, statements_of
from sqlproof.reading.trees import nodes, texts

LABELS = ("Why", "Locks", "Undo")
MODES = re.compile("|".join(mode.words for mode in sorted(Mode, key=lambda mode: -len(mode.words))))
DATA = (ast.DeleteStmt, ast.InsertStmt, ast.MergeStmt, ast.UpdateStmt)
IGNORE = "-- squawk-ignore"
IN_STEPS = "add it here NOT VALID, and VALIDATE CONSTRAINT in the next file"
ON_AN_INDEX = "make a unique index CONCURRENTLY in a file before, then ADD CONSTRAINT … USING INDEX"
BESIDE = "add a column beside it, fill that in batches, let the next release use it, drop the old one in a later one"


def check_migrations(project: Project) -> tuple[int, list[Finding]]:
    """How many migrations there are, and what is wrong with them, in the order of files and lines."""
    changes, findings = read_changes(project.root / project.migrations.folder)
    statements = statements_of(project)
    for change in changes:
        findings.extend(_check(change, project, statements))
    return len(changes), sorted(findings)


def _check(change: Change, project: Project, statements: Sequence[Statement]) -> Iterator[Finding]:
    is_reviewed = change.version >= project.migrations.reviewed_from
    yield from _header(change)
    yield from _form(change)
    yield from _data(change)
    yield from _undone(change)
    yield from check_structure(change, project, is_reviewed=is_reviewed)
    if is_reviewed:
        yield from _locks(change)
        yield from _blocks(change)
        yield from check_unused(change, project, statements)


def _header(change: Change) -> Iterator[Finding]:
    """Why, Locks and Undo in the reader's words; what squawk is told to overlook has a reason."""
    for label in LABELS:
        _, text = change.header.get(label, (1, ""))
        if not text or text.startswith("("):
            yield change.finding(f"the header does not say `-- {label}: …`: write it for who reviews the change", label)
    down = change.way_down.path.name
    if down not in change.header.get("Undo", (1, down))[1]:
        yield change.finding(f"`Undo` does not name {down}, which goes back: name it, and say what is lost", "Undo")
    lines = change.way_up.path.read_text(encoding="utf-8").splitlines()
    for number, (above, line) in enumerate(zip(["", *lines], lines, strict=False), 1):
        if line.startswith(IGNORE) and not above.startswith("--"):
            sentence = "this squawk-ignore gives no reason: add one in a comment on the line above"
            yield Finding(change.way_up.path, number, "", sentence)


def _form(change: Change) -> Iterator[Finding]:
    """What runs CONCURRENTLY has no transaction, and can be repeated; nothing hides what it does."""
    for script, steps in ((change.way_up, change.up), (change.way_down, change.down)):
        for step in steps:
            is_concurrent = bool(getattr(step.tree, "concurrent", False))
            if is_concurrent and script.is_transactional:
                yield step.finding(
                    "CONCURRENTLY cannot run in a transaction: a file of its own, `-- transaction: none`"
                )
            can_repeat = getattr(step.tree, "if_not_exists", False) or getattr(step.tree, "missing_ok", False)
            if is_concurrent and not can_repeat:
                yield step.finding("a killed run could not be repeated: add IF NOT EXISTS, or IF EXISTS to a DROP")
            if step.locks is None and steps is change.up:
                yield step.finding("what this locks cannot be determined: write plain statements")


def _data(change: Change) -> Iterator[Finding]:
    """The first rows of a table may come with it; other rows come in a file of their own."""
    changing = [step for step in change.up if not isinstance(step.tree, DATA)]
    for step in change.up:
        if changing and isinstance(step.tree, DATA) and step.tree.relation.relname in change.tables:
            yield step.finding(
                f"rows of {step.tree.relation.relname} change in the transaction that changes the schema, and its locks"
                " last as long: give the data a migration of its own"
            )


def _undone(change: Change) -> Iterator[Finding]:
    """At the way back, which is where the missing line belongs."""
    steps = {id(step.tree): step for step in change.up}
    for tree, thing in not_undone([step.tree for step in change.up], [step.tree for step in change.down]):
        step = steps[id(tree)]
        sentence = f"the way back leaves {thing.words} as {step.path.name}:{step.line} makes it: undo that here, too"
        yield change.down[0].finding(sentence)


def _locks(change: Change) -> Iterator[Finding]:
    """`Locks` names each table of earlier files with its strongest lock."""
    if "Locks" not in change.header:
        return
    real = {lock.table: lock.mode for lock in strongest(_felt(change)) if lock.mode > Mode.ROW_SHARE}
    told = told_locks(change.header["Locks"][1], change.tables | real.keys())
    for table, mode in real.items():
        if told.get(table) != mode:
            says = f"says {told[table].words}" if table in told else "does not name it"
            yield change.finding(
                f"{table} is locked {mode.words}, and `Locks` {says}: write `{table}, {mode.words}`", "Locks"
            )
    for table in told.keys() - real.keys():
        yield change.finding(f"`Locks` names {table}, on which this file takes no lock: leave it out", "Locks")


def told_locks(text: str, tables: set[str] | frozenset[str]) -> dict[str, Mode]:
    """What `a and b, SHARE, briefly; c, ACCESS EXCLUSIVE` tells of tables."""
    told: dict[str, Mode] = {}
    for clause in text.split(";"):
        if match := MODES.search(clause):
            mode = next(mode for mode in Mode if mode.words == match[0])
            told |= {word: mode for word in re.findall(r"\w+", clause[: match.start()]) if word in tables}
    return told


def _felt(change: Change) -> Iterator[Lock]:
    return (lock for step in change.up for lock in step.locks or ())


def _blocks(change: Change) -> Iterator[Finding]:
    """Nobody waits while a statement goes through a table, unless `Blocks` says why that is short."""
    if "Blocks" in change.header:
        return
    for step in change.up:
        for lock in step.locks or ():
            if lock.work and lock.mode >= Mode.SHARE:
                sentence = f"{lock.mode.blocks} of {lock.table} wait while this {lock.work}: {_mend(step, lock)}"
                yield step.finding(f"{sentence}; where the table is small, say so in the header: `-- Blocks: <why>`")


def _mend(step: Step, lock: Lock) -> str:
    """The way to the same end that blocks nobody."""
    if isinstance(step.tree, ast.IndexStmt):
        return "make the index CONCURRENTLY, in a file of its own with `-- transaction: none`"
    commands = getattr(step.tree, "cmds", None) or ()
    constraints = [command.def_ for command in commands if command.subtype == AlterTableType.AT_AddConstraint]
    if any(command.subtype == AlterTableType.AT_SetNotNull for command in commands):
        return "a CHECK (… IS NOT NULL) that was added NOT VALID and validated in files before spares the reading"
    if any(command.subtype == AlterTableType.AT_AlterColumnType for command in commands):
        return BESIDE
    if any(command.subtype == AlterTableType.AT_AddColumn for command in commands):
        is_rewrite = lock.work == REWRITES
        return (
            "add it plain, and fill it in batches" if is_rewrite else f"add it plain, its constraint apart; {IN_STEPS}"
        )
    if any(each.contype in (ConstrType.CONSTR_UNIQUE, ConstrType.CONSTR_PRIMARY) for each in constraints):
        return ON_AN_INDEX
    return IN_STEPS if constraints else "do it in smaller steps"


KINDS = {
    ObjectType.OBJECT_FUNCTION: "function",
    ObjectType.OBJECT_TABLE: "table",
    ObjectType.OBJECT_VIEW: "table",
}


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


def check_unused(change: Change, project: Project, statements: Sequence[Statement]) -> Iterator[Finding]:
    """A statement that still uses what goes away is named; the release before has a line in the header."""
    for step in change.up:
        for gone in _gone(step, change):
            users = [statement.name for statement in statements if _uses(statement, gone)]
            if users:
                sentence = f"{gone.words} goes away, and {project.sql.name}/{users[0]} still uses it"
                yield step.finding(f"{sentence}: stop using it in this release, and take it away in the next")
            elif "Unused" not in change.header and change.version >= project.migrations.unused_from:
                yield step.finding(
                    f"{gone.words} goes away while the previous release, which may use it, still runs: remove it"
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
