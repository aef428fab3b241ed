"""A command judges once: one CASE names the refusal, and whatever changes rows asks it first."""

from collections.abc import Iterator
from typing import Any

from pglast import ast
from pglast.enums import NullTestType

from sqlproof.configuration import Refusals
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import conditions, literal, nodes, sources_of, texts
from sqlproof.rules.headers import outputs
from sqlproof.schema.model import Schema

WRITES = (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)


def check_refusals(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for codes that nothing declares, changes that ask no judgement, and refusals that nobody is told."""
    if (rule := schema.project.refusals) is None:
        return
    judged = _judged(statement, rule)
    if not judged:
        return
    hooks = schema.project.hook_module
    known = hooks.refusal_codes() if hooks else None
    for code, at in _codes(judged, rule):
        if code is None:
            yield statement.finding("a refusal is made by a function that names its code", at)
        elif known is not None and code not in known:
            yield statement.finding(f"no error and no finding has the code {code}", at)
    yield from _unasked(statement, rule)
    if rule.column not in {each.name or _column(each.val) for each in outputs(statement.tree)}:
        yield statement.finding(f"the client is not told why: the last SELECT returns {rule.column}")


def codes_of(statement: Statement, rule: Refusals) -> list[str]:
    """The codes that a command may refuse with, in the order in which they are judged."""
    return list(dict.fromkeys(code for code, _ in _codes(_judged(statement, rule), rule) if code is not None))


def _judged(statement: Statement, rule: Refusals) -> list[ast.CommonTableExpr]:
    """The CTEs that judge: they are called so, and have the column."""
    ctes = (cte for cte in nodes(statement.tree, ast.CommonTableExpr) if cte.ctename.startswith(rule.judged))
    return [cte for cte in ctes if any(each.name == rule.column for each in outputs(cte.ctequery))]


def _codes(judged: list[ast.CommonTableExpr], rule: Refusals) -> Iterator[tuple[str | None, ast.Node]]:
    """The code of each branch of the judgements, with its place; None where it is not named."""
    for cte in judged:
        for target in cte.ctequery.targetList or ():
            if target.name == rule.column and isinstance(target.val, ast.CaseExpr):
                for branch in target.val.args:
                    yield _code(branch.result, rule), branch.result


def _code(value: Any, rule: Refusals) -> str | None:
    """The code that a call of a refusal's function names."""
    if not isinstance(value, ast.FuncCall):
        return None
    name = texts(value.funcname)[-1]
    if name in rule.fixed:
        return rule.fixed[name]
    return literal(value.args[rule.code_of[name] - 1]) if name in rule.code_of else None


def _unasked(statement: Statement, rule: Refusals) -> Iterator[Finding]:
    """Changes that neither ask the judgement nor read one that did, or rows of such changes alone."""
    asked: set[str] = set()
    for cte in nodes(statement.tree, ast.CommonTableExpr):
        query: Any = cte.ctequery
        reads = {table.relname for table in nodes(query, ast.RangeVar)}
        if not isinstance(query, WRITES):
            if reads and reads <= asked:
                asked.add(cte.ctename)
            continue
        read = query.selectStmt if isinstance(query, ast.InsertStmt) else query
        held = conditions(sources_of(read), getattr(read, "whereClause", None))
        if any(_asks(condition, rule) for condition in held) or asked & reads:
            asked.add(cte.ctename)
        else:
            sentence = (
                f"{cte.ctename} changes rows whatever is refused: join the judgement, `WHERE {rule.column} IS NULL`"
            )
            yield statement.finding(sentence, cte)


def _asks(condition: Any, rule: Refusals) -> bool:
    """Whether a condition is that there is no refusal."""
    return (
        isinstance(condition, ast.NullTest)
        and condition.nulltesttype == NullTestType.IS_NULL
        and _column(condition.arg) == rule.column
    )


def _column(value: Any) -> str:
    return texts(value.fields)[-1] if isinstance(value, ast.ColumnRef) else ""
