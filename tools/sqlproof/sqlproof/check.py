"""Every rule over every file, on a PostgreSQL with the migrated schema and a volume of rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg

from sqlproof.clickhouse.proof import UNASKED, Proven
from sqlproof.configuration import Project
from sqlproof.explain.plans import Node, plan_of
from sqlproof.findings import Finding
from sqlproof.migrations.changes import read_changes
from sqlproof.reading.analytics import analytics_of
from sqlproof.reading.calls import check_callers
from sqlproof.reading.statements import Statement, read_files
from sqlproof.rules.events import check_events
from sqlproof.rules.files import check_budget, check_file, check_header, check_shape, check_spellings
from sqlproof.rules.headers import check_labels
from sqlproof.rules.lists import check_moments, check_pages
from sqlproof.rules.locks import check_locks
from sqlproof.rules.names import check_names
from sqlproof.rules.proofs import check_plan, check_recorded
from sqlproof.rules.refusals import check_refusals
from sqlproof.rules.tenants import check_statistics, check_tenants
from sqlproof.rules.visibility import check_visibility
from sqlproof.rules.writes import check_reads, check_writes
from sqlproof.schema.model import Schema, read_schema
from sqlproof.types.stubs import Describer, Description, check_stubs


class Facts(NamedTuple):
    """Types and plans by the names of statements; what the schema refuses has none."""

    descriptions: Mapping[str, Description]
    plans: Mapping[str, Node]


def fill(connection: psycopg.Connection[Any], project: Project) -> Finding | None:
    """Runs the volume's script; what the schema refuses in it is a finding, and there are no rows to plan for."""
    script = project.root / project.volume.script
    text = script.read_text(encoding="utf-8")
    try:
        for name, value in project.volume.settings.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        connection.execute(text.encode())
    except psycopg.Error as error:
        connection.execute("ROLLBACK")
        line = text[: int(error.diag.statement_position or 1) - 1].count("\n") + 1
        return Finding(script, line, "", f"the migrated schema refuses it: {error.diag.message_primary}")
    return None


def ask(
    connection: psycopg.Connection[Any], statements: Sequence[Statement], *, is_filled: bool = True
) -> tuple[Facts, list[Finding]]:
    """Asks a server that has the schema for the types and, if it has rows to plan for, the plan of each statement."""
    descriptions, findings = Describer(connection).all(statements)
    plans: dict[str, Node] = {}
    for statement in statements if is_filled else ():
        try:
            if statement.name in descriptions and not statement.is_planned_each_time:
                plans[statement.name] = plan_of(connection, statement)
        except psycopg.Error as error:  # such as a function whose text the schema refuses
            findings.append(statement.finding(f"PostgreSQL cannot plan it: {error.diag.message_primary}"))
    return Facts(descriptions, plans), findings


def check_server(
    project: Project, connection: psycopg.Connection[Any], proven: Proven = UNASKED, *, is_filled: bool = True
) -> tuple[int, list[Finding]]:
    """How many statements there are, and what is wrong with them and the tables, in the order of files and lines.

    `proven` is what ClickHouse has told of its own.
    """
    schema = read_schema(connection, project)
    statements, findings = check_texts(project, schema)
    has_types = not findings  # of a text that breaks a rule nobody makes types
    sound = [each for each in statements if each.tree is not None]
    facts, refused = ask(connection, sound, is_filled=is_filled)
    findings.extend([*refused, *_check_plans(sound, facts, schema), *check_recorded(project, sound, facts.plans)])
    changes, _ = read_changes(project.root / project.migrations.folder)
    findings.extend(check_statistics(changes, schema))
    findings.extend([*proven.refused, *proven.broken])
    if has_types and not proven.refused and len(facts.descriptions) == len(statements):
        findings.extend(check_stubs(project, statements, facts.descriptions, schema, beside=proven.stubs))
    return len(statements) + proven.statement_count, sorted(set(findings))


def check_texts(project: Project, schema: Schema) -> tuple[list[Statement], list[Finding]]:
    """The statements, and what their texts and those that send them tell, in the order of files and lines."""
    statements: list[Statement] = []
    findings: list[Finding] = []
    files = list(read_files(project))
    shared = {
        path.parent: {statement.verb: schema.seen_through(statement) for statement in written}
        for path, written, _ in files
        if path.stem == project.locks.shared
    }
    for path, written, problems in files:
        found = [schema.seen_through(statement) for statement in written]
        statements.extend(found)
        findings.extend([*problems, *check_file(path, project.statements), *check_spellings(path, found)])
        file = {**shared.get(path.parent, {}), **{statement.verb: statement for statement in found}}
        for statement in found:
            findings.extend(_check_text(statement, file, schema))
    findings.extend(check_callers([*statements, *analytics_of(project)], project))
    return statements, sorted(set(findings))


def _check_text(statement: Statement, file: Mapping[str, Statement], schema: Schema) -> Iterator[Finding]:
    """What the text of a statement tells; `file` has the statements beside it and the shared locks by their verbs."""
    rules = schema.project.statements
    yield from check_header(statement, rules)
    yield from check_budget(statement, rules)
    if statement.tree is not None:
        yield from check_shape(statement, rules)
        yield from check_reads(statement, schema)
        yield from check_tenants(statement, schema)
        yield from check_locks(statement, file, schema)
        yield from check_writes(statement, schema)
        yield from check_pages(statement, schema)
        yield from check_moments(statement, schema)
        yield from check_events(statement, schema)
        yield from check_refusals(statement, schema)
        yield from check_visibility(statement, schema)
        yield from check_labels(statement, file, schema)
        yield from check_names(statement, schema)


def _check_plans(statements: Sequence[Statement], facts: Facts, schema: Schema) -> Iterator[Finding]:
    """What the plans tell."""
    for statement in statements:
        if (plan := facts.plans.get(statement.name)) is not None:
            yield from check_plan(statement, plan, schema)
