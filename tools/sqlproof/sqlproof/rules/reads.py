"""A query only reads: no write at any depth, no lock, no function or view that may write, also through another."""

from collections.abc import Iterator

from pglast import ast

from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import texts, walk
from sqlproof.schema.functions import may_write
from sqlproof.schema.schema import Schema


def check_reads(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for what a query does besides reading."""
    if not statement.is_query:
        return
    for node in walk(statement.tree):
        match node:
            case ast.InsertStmt() | ast.UpdateStmt() | ast.DeleteStmt() | ast.MergeStmt():
                verb = type(node).__name__.removesuffix("Stmt").upper()
                yield statement.finding(f"{verb} in a query: what writes belongs to sql/commands", node.relation)
            case ast.LockingClause():
                relation = node.lockedRels[0] if node.lockedRels else None
                yield statement.finding("a query locks no rows: take the clause out, or make it a command", relation)
            case ast.IntoClause():
                yield statement.finding("SELECT INTO makes a table: a query makes none", node.rel)
            case _:
                yield from _calls(statement, node, schema)


def _calls(statement: Statement, node: ast.Node, schema: Schema) -> Iterator[Finding]:
    """A call that may write: `f(x)`, `x.f`, which PostgreSQL takes for the same, or a view that calls one."""
    writing = schema.functions.writing
    match node:
        case ast.FuncCall():
            name = texts(node.funcname)[-1]
            said = f"{name}()"
            why = "" if name in writing else "it is PostgreSQL's own" if may_write(name) else ""
        case ast.ColumnRef() if len(node.fields) > 1:
            name = texts(node.fields)[-1]
            said, why = f"{name}()", ""
        case ast.RangeVar():
            name = said = node.relname
            why = ""
        case _:
            return
    if name in writing or why:
        sentence = f"{said} may write, for {why or writing[name]}: a query calls what only reads"
        yield statement.finding(sentence, node)
