"""What ClickHouse tells of a statement: its parameters, its columns, its tree."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlproof.clickhouse.engine import Engine, Refused
from sqlproof.clickhouse.schema import refusal
from sqlproof.clickhouse.trees import Node, tree_of
from sqlproof.configuration import Analytics
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement

PARAMETER = re.compile(r"^ *QueryParameter (\w+):(.*?)(?: \(alias \S+\))?$", re.MULTILINE)
WRAPPED = re.compile(r"(Array|Nullable|LowCardinality)\((.*)\)")
READS = re.compile(r"\s*(?:\(|WITH\b|SELECT\b|FROM\b|$)", re.IGNORECASE)


class Described(NamedTuple):
    """Types by the names of parameters and columns; the tree; what each parameter is in it.

    `is_some`: there is a row even while the tables are empty, as one of a count.
    """

    statement: Statement
    parameters: Mapping[str, str]
    columns: list[tuple[str, str]]
    tree: Node
    shapes: Mapping[str, Node]
    is_some: bool


class Unasked(Exception):
    """ClickHouse is not asked about a statement: a parameter has two types, or one without a known value."""


def describe(engine: Engine, statement: Statement, analytics: Analytics) -> Described | Finding:
    """Asks about a statement. What is refused is a finding. Raises: OSError."""
    text = statement.text
    if READS.match(text) is None:
        return statement.finding("a statement for ClickHouse only reads: it is a SELECT")
    try:
        parameters = parameters_of(engine, text)
        values = values_of(parameters, analytics)
        rows = engine.run(f"DESCRIBE (\n{text}\n)\nFORMAT TSVRaw", values).splitlines()
        columns = [(each.split("\t")[0], each.split("\t")[1]) for each in rows]
        is_some = bool(statement.suffix and engine.rows(text, values))
        return Described(statement, parameters, columns, *read_tree(engine, text, parameters, values), is_some)
    except Unasked as error:
        return statement.finding(str(error))
    except Refused as error:
        sentence, line = refusal(error, text, lines_before=1)
        return statement.finding(sentence, statement.first_line + line)


def parameters_of(engine: Engine, text: str) -> dict[str, str]:
    """The `{name:Type}` of a SELECT, of which ClickHouse's grammar makes a view; so nothing that writes passes here.

    Raises: Refused, Unasked, OSError.
    """
    found = PARAMETER.findall(engine.run(f"EXPLAIN AST CREATE VIEW asked AS\n{text}"))
    parameters: dict[str, str] = {}
    for name, type_ in found:
        if parameters.setdefault(name, type_) != type_:
            raise Unasked(f"{name} is {parameters[name]}, and {type_} elsewhere in it: give it one type")
    return parameters


def read_tree(
    engine: Engine, text: str, parameters: Mapping[str, str], values: Mapping[str, str]
) -> tuple[Node, dict[str, Node]]:
    """The tree of a SELECT, and what each parameter is in it. Raises: Refused, OSError."""
    asked = "EXPLAIN QUERY TREE run_passes = 0\n"
    tree = tree_of(engine.run(asked + text, values))
    if not parameters:
        return tree, {}
    named = ", ".join(f"{{{name}:{type_}}}" for name, type_ in parameters.items())
    projection = tree_of(engine.run(f"{asked}SELECT {named}", values)).part("PROJECTION")
    assert projection is not None  # a SELECT has one
    return tree, dict(zip(parameters, projection.children[0].children, strict=True))


def values_of(parameters: Mapping[str, str], analytics: Analytics) -> dict[str, str]:
    """A value for each parameter, each another one, as far as its type allows. Raises: Unasked."""
    numbered = enumerate(parameters.items(), 1)
    return {name: analytics.values.get(name) or sample(name, type_, number) for number, (name, type_) in numbered}


def sample(name: str, type_: str, number: int) -> str:
    """A value of a type, as a request spells it. Raises: Unasked."""
    if (wrapped := WRAPPED.fullmatch(type_)) is not None:
        inner = sample(name, wrapped[2], number)
        is_bare = re.match(r"U?Int|Float|Bool|Array", wrapped[2]) is not None
        return inner if wrapped[1] != "Array" else f"[{inner}]" if is_bare else f"['{inner}']"
    spelled = {
        "UUID": f"5eed0000-0000-4000-8000-{number:012d}", "Bool": "true", "String": f"sample {number}",
        "Date": f"2020-01-{number:02d}", "Date32": f"2020-01-{number:02d}",
        "DateTime": f"2020-01-01 00:00:{number:02d}", "DateTime64": f"2020-01-01 00:00:00.{number:06d}",
    }  # fmt: skip
    base = type_.partition("(")[0]
    if base in spelled or re.match(r"U?Int|Float|Decimal", base):
        return spelled.get(base, str(number))
    raise Unasked(f"{name} is {type_}, of which no value is known: give it one under [analytics.values]")
