"""A change tells of itself: its event is recorded in its RETURNING, of the row that it changed, as that row is now.

A row that gets a new version has changed for those who read it, so there is an event. Functions that write besides are
called there, too: once for each changed row. In a SELECT whose result nothing reads they would not run at all.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from pglast import ast

from sqlproof.configuration import Events
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import alias_of, bare, column, literal, nodes, texts
from sqlproof.schema.model import Schema

WRITES = (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)
VERSION = "version"


def check_events(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for calls of the function that records events, and of those that write besides."""
    if (rule := schema.project.events) is None:
        return
    told: set[int] = set()
    for write in nodes(statement.tree, ast.Node):
        if isinstance(write, WRITES):
            calls = list(_calls(write.returningClause or (), rule.functions))
            events = [call for call in calls if _name(call) == rule.function]
            told.update(map(id, calls))
            for call in calls:
                yield from _of_the_tenant(statement, call, rule, schema)
            for call in events:
                yield from _of_the_row(statement, write, call, rule, schema)
            if not events and any(target.name == VERSION for target in getattr(write, "targetList", None) or ()):
                sentence = f"a new version of {write.relation.relname} that no event tells of: call {rule.function}()"
                yield statement.finding(f"{sentence} in RETURNING", write.relation)
    for call in _calls(statement.tree, rule.functions):
        if id(call) not in told:
            sentence = f"{_name(call)}() is lost where nothing reads its result: call it in RETURNING of the change"
            yield statement.finding(sentence, call)


def types_of(statement: Statement, rule: Events) -> set[str]:
    """The types of the events that a statement records."""
    kinds = (literal(_arguments(call, rule).get("type")) for call in _calls(statement.tree, [rule.function]))
    return {kind for kind in kinds if kind is not None}


def _name(call: ast.FuncCall) -> str:
    return texts(call.funcname)[-1]


def _calls(tree: Any, functions: Collection[str]) -> Iterator[ast.FuncCall]:
    return (call for call in nodes(tree, ast.FuncCall) if _name(call) in functions)


def _of_the_tenant(statement: Statement, call: ast.FuncCall, rule: Events, schema: Schema) -> Iterator[Finding]:
    """What is written is the tenant's own."""
    given = _arguments(call, rule).get("tenant") if _name(call) == rule.function else (call.args or (None,))[0]
    parameter = bare(given)
    if not (isinstance(parameter, ast.ParamRef) and statement.parameters[parameter.number - 1] == schema.tenant):
        sentence = f"what {_name(call)}() writes belongs to the tenant itself: give it :{schema.tenant}"
        yield statement.finding(sentence, call)


def _of_the_row(
    statement: Statement, write: Any, call: ast.FuncCall, rule: Events, schema: Schema
) -> Iterator[Finding]:
    """An event is of a known type, of the changed row and of the version that it has now."""
    given = _arguments(call, rule)
    alias, table = alias_of(write.relation), write.relation.relname
    known = schema.project.hook_module.event_types() if schema.project.hook_module else None
    kind = literal(given.get("type"))
    if kind is not None and known is not None and kind not in known:
        yield statement.finding(f"no event is of the type {kind}: declare it, or use one that is", call)
    elif kind is not None and known is not None:
        members = _members(given.get("data"), schema)
        yield from (statement.finding(each, call) for each in _unlike(kind, known[kind], members))
    version = given.get("version")
    if VERSION in schema.tables[table].columns and column(version) != (alias, VERSION):
        sentence = f"an event has the version of the changed row: give {rule.function}() {alias}.version"
        yield statement.finding(sentence, version or call)


def _unlike(kind: str, declared: Mapping[str, bool], members: Sequence[str] | None) -> Iterator[str]:
    """What is wrong with the members of the data of an event, as far as they are known."""
    if members is None:
        return
    for name in members:
        if name not in declared:
            yield f"the data of {kind} has {name}, which is not declared"
    for name, is_required in declared.items():
        if is_required and name not in members:
            yield f"the data of {kind} lacks {name}, which is always there by its declaration"


def _members(data: Any, schema: Schema) -> Sequence[str] | None:
    """The names of the members of a JSON object that is written out in place or in a function, else None."""
    if isinstance(data, ast.FuncCall) and _name(data) == "jsonb_build_object":
        names = [literal(each) for each in (data.args or ())[::2]]
        return [name for name in names if name is not None] if None not in names else None
    if isinstance(data, ast.FuncCall):
        match schema.queries.get(_name(data)):
            case (ast.SelectStmt(targetList=(target,)),):
                return _members(target.val, schema)
        return None
    text = literal(bare(data))
    return None if text is None else list(json.loads(text))


def _arguments(call: ast.FuncCall, rule: Events) -> dict[str, Any]:
    """The arguments that the rule names, by what they are."""
    in_place = [each for each in call.args or () if not isinstance(each, ast.NamedArgExpr)]
    places: Mapping[str, int] = rule.arguments
    return {name: in_place[place - 1] for name, place in places.items() if place <= len(in_place)}
