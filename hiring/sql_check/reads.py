"""A query only reads: no write at any depth, no lock, no function that may write."""

from collections.abc import Iterator

from pglast import ast

from hiring.sql_check.findings import Finding
from hiring.sql_check.schema import Schema
from hiring.sql_check.statements import Statement
from hiring.sql_check.trees import texts, walk

WRITING_FUNCTIONS = ("nextval", "setval", "set_config", "pg_notify", "pg_logical_emit_message", "query_to_xml")
WRITING_FAMILIES = ("pg_advisory_", "pg_try_advisory_", "pg_terminate_", "pg_cancel_", "lo_", "dblink")


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
            case ast.FuncCall() if _may_write(function := texts(node.funcname)[-1], schema):
                yield statement.finding(f"{function}() may write: a query calls what is STABLE or IMMUTABLE", node)
            case _:
                pass


def _may_write(function: str, schema: Schema) -> bool:
    return (
        function in schema.volatile_functions or function in WRITING_FUNCTIONS or function.startswith(WRITING_FAMILIES)
    )
