"""Who sees what is decided in functions alone: a statement asks one, a gate, or says why it need not."""

from collections.abc import Iterator
from typing import Any

from pglast import ast

from sqlproof.configuration import Visibility
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import bare, nodes
from sqlproof.schema.model import Schema


def check_visibility(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for a viewer whom no gate is asked about, and for rows that a query shows to everybody."""
    if (rule := schema.project.visibility) is None:
        return
    has_gate, label = _asks_a_gate(statement, rule), rule.label in statement.labels
    instead = f"or say `{rule.label}: <why>`"
    if label and has_gate:
        yield statement.finding(f"a gate decides who sees this, not {rule.label}", statement.line_of(rule.label))
    elif has_gate or label:
        return
    elif rule.viewer in statement.parameters:
        yield statement.finding(
            f"takes :{rule.viewer} and asks no gate: read through a function that takes it, {instead}"
        )
    elif statement.is_query and (table := _shown(statement, rule)) is not None:
        sentence = f"shows {table.relname} to everybody: read through a function that takes :{rule.viewer}, {instead}"
        yield statement.finding(sentence, table)


def _asks_a_gate(statement: Statement, rule: Visibility) -> bool:
    """Whether a function in FROM takes the viewer."""
    given: list[Any] = []
    for function in nodes(statement.written, ast.RangeFunction):
        for call in nodes(function, ast.FuncCall):
            given += [bare(each) for each in call.args or ()]
    parameters = [statement.parameters[each.number - 1] for each in given if isinstance(each, ast.ParamRef)]
    return rule.viewer in parameters


def _shown(statement: Statement, rule: Visibility) -> ast.RangeVar | None:
    """The first table that only some may see, where the statement reads it by itself."""
    return next((each for each in nodes(statement.written, ast.RangeVar) if each.relname in rule.tables), None)
