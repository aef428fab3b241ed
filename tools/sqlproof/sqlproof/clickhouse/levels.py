"""What each query level reads: its tenant's rows alone, each once, through views that are given what they are named.

As for PostgreSQL, the conjunct stands in the level's WHERE or PREWHERE, or in the ON of a join that drops rows of the
table, and the column has its alias, since the bare name may be another column of the SELECT. `Tenant: none, <why>` in
the header of a statement is an exception.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from sqlproof.clickhouse.described import Described, Unasked, read_tree, values_of
from sqlproof.clickhouse.engine import Engine, Refused
from sqlproof.clickhouse.schema import Schema, View, line_of_name, refusal
from sqlproof.clickhouse.trees import Node, Source, arguments_of, conjuncts, is_call, sources_of
from sqlproof.configuration import Analytics
from sqlproof.findings import Finding

LABEL = "Tenant"
NOTHING = "system.one"
"""What a SELECT without FROM reads."""
MEMBERSHIPS = {"in", "notIn", "globalIn", "globalNotIn", "nullIn", "notNullIn", "globalNullIn", "globalNotNullIn"}
READS = re.compile(r"dict(Get|Has|Is)|joinGet|file$")
"""Functions that read by themselves."""
FILTERS = ("PREWHERE", "WHERE")

Told = Callable[[str, str], Finding]
"""Makes a finding of a sentence and the name that it is about."""


class _Query(NamedTuple):
    """A tree and what its names stand for."""

    tree: Node
    shapes: Mapping[str, Node]
    schema: Schema
    tenant: str
    told: Told


def check_statement(described: Described, schema: Schema, tenant: str) -> Iterator[Finding]:
    """Findings in what a statement reads."""
    statement = described.statement

    def told(sentence: str, name: str) -> Finding:
        return statement.finding(sentence, statement.first_line + line_of_name(name, statement.text))

    query = _Query(described.tree, described.shapes, schema, tenant, told)
    yield from _check_sources(query)
    yield from _check_out_of_sight(query)
    without = list(_check_tenant(query))
    if (reason := statement.labels.get(LABEL)) is None:
        yield from without
    elif not reason.startswith("none, "):
        yield statement.finding(f"an exception reads `{LABEL}: none, <why>`", statement.line_of(LABEL))
    elif not without:
        sentence = f"every table here has its tenant: remove `{LABEL}: none`"
        yield statement.finding(sentence, statement.line_of(LABEL))


def check_view(view: View, engine: Engine, schema: Schema, tenant: str, analytics: Analytics) -> Iterator[Finding]:
    """Findings in a view, which ClickHouse looks at first when it is read; there is no exception. Raises: OSError."""

    def told(sentence: str, name: str) -> Finding:
        return view.piece.finding(f"{view.name}: {sentence}", line_of_name(name, view.piece.text))

    try:
        values = values_of(view.parameters, analytics)
        engine.run(f"DESCRIBE ({view.select})", values)
        tree, shapes = read_tree(engine, view.select, view.parameters, values)
    except Unasked as error:
        yield told(str(error), view.name)
    except Refused as error:
        sentence, line = refusal(error, view.piece.text)
        yield view.piece.finding(f"{view.name}: {sentence}", line)
    else:
        query = _Query(tree, shapes, schema, tenant, told)
        yield from _check_sources(query)
        yield from _check_out_of_sight(query)
        yield from _check_tenant(query)


def _levels(query: _Query) -> Iterator[tuple[Node, Source]]:
    """Each query level with each thing that it reads."""
    for level in query.tree.walk():
        if level.kind == "QUERY" and (tree := level.part("JOIN TREE")) is not None:
            yield from ((level, source) for child in tree.children for source in sources_of(child))


def _check_sources(query: _Query) -> Iterator[Finding]:
    """Each source is a table, read with FINAL where its rows merge, a sub-select, or a view with its parameters."""
    schema, ctes = query.schema, _ctes(query.tree)
    for name in sorted(ctes & {*schema.tables, *schema.views}):
        yield query.told(f"a CTE is called as the table or view {name}: give it another name", name)
    for _, (node, _) in _levels(query):
        name = _table_of(node)
        if node.kind == "TABLE_FUNCTION":
            yield from _check_given(query, node)
        elif node.kind != "IDENTIFIER" or name in ctes or node.name("identifier") == NOTHING:
            pass
        elif name not in schema.tables:
            yield query.told(f"{name} is no table of the migrations, nor a view with parameters", name)
        elif schema.tables[name].is_merged and node.name("final") != "1":
            yield query.told(f"{name} is read without FINAL: a row that was repeated would count twice", name)


def _check_out_of_sight(query: _Query) -> Iterator[Finding]:
    """What a function reads is no source of a level, so no rule would hold for it."""
    known = {*query.schema.tables, *_ctes(query.tree)}
    for node in query.tree.walk():
        name = node.name("function_name")
        if READS.match(name):
            yield query.told(f"{name} reads out of sight: join what it reads", name)
        elif name in MEMBERSHIPS:
            tables = (_table_of(each) for each in arguments_of(node)[1:])
            yield from (
                query.told(f"IN reads {each} out of sight: write a SELECT", each) for each in tables if each in known
            )


def _ctes(tree: Node) -> set[str]:
    return {node.name("cte_name") for node in tree.walk() if node.name("cte_name")}


def _check_given(query: _Query, node: Node) -> Iterator[Finding]:
    """A view is given each of its parameters from the parameter of the same name, so the tenant and the jobs seen."""
    name = node.name("table_function_name")
    if (view := query.schema.views.get(name)) is None:
        yield query.told(f"{name}(…) is no view of the project: read tables and views only", name)
        return
    given = {}
    for each in arguments_of(node):
        if is_call(each, "equals") and len(pair := arguments_of(each)) == 2:
            given[pair[0].name("identifier")] = pair[1]
    for parameter, type_ in view.parameters.items():
        value = given.get(parameter)
        if value is None or value != query.shapes.get(parameter):
            yield query.told(f"{name} is to be given {parameter} = {{{parameter}:{type_}}}", name)


def _check_tenant(query: _Query) -> Iterator[Finding]:
    """Each table of tenants is compared with the tenant at its level."""
    tenant = query.tenant
    for level, (node, given) in _levels(query):
        table = query.schema.tables.get(_table_of(node)) if node.kind == "IDENTIFIER" else None
        if table is None or not table.has_tenant:
            continue
        alias = node.name("alias") or table.name
        filters = (each for kind in FILTERS for each in conjuncts(level.part(kind)))
        if not any(_compares(each, f"{alias}.{tenant}", query.shapes.get(tenant)) for each in (*filters, *given)):
            sentence = f"{alias} lacks {alias}.{tenant} = {{{tenant}:UUID}} at its own query level"
            yield query.told(sentence, table.name)


def _compares(condition: Node, column: str, parameter: Node | None) -> bool:
    """Whether a condition is that a column is a parameter."""
    if parameter is None or not is_call(condition, "equals"):
        return False
    one, other = arguments_of(condition)
    return any(
        left.kind == "IDENTIFIER" and left.name("identifier") == column and right == parameter
        for left, right in ((one, other), (other, one))
    )


def _table_of(node: Node) -> str:
    """The name that a source has, without its database."""
    return node.name("identifier").rpartition(".")[2] if node.kind == "IDENTIFIER" else ""
