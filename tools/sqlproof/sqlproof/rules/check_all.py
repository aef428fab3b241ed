"""All rules over all files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlproof.explain.recorded import check_recorded
from sqlproof.findings import Finding
from sqlproof.reading.callers import check_callers
from sqlproof.reading.statements import Statement, read_files
from sqlproof.rules.budgets import check_budget
from sqlproof.rules.labels import check_labels
from sqlproof.rules.locks import check_locks
from sqlproof.rules.moments import check_moments
from sqlproof.rules.names import check_names
from sqlproof.rules.pages import check_pages
from sqlproof.rules.proofs import check_plan
from sqlproof.rules.reads import check_reads
from sqlproof.rules.shapes import check_file, check_header, check_shape
from sqlproof.rules.spellings import check_spellings
from sqlproof.rules.tenants import check_tenants
from sqlproof.rules.writes import check_writes
from sqlproof.schema.facts import Facts
from sqlproof.schema.schema import Schema, read_schema
from sqlproof.types.stubs import STUBS, check_stubs

type_of_ask = Callable[[Sequence[Statement]], tuple[Facts, list[Finding]]]


def check(
    sql_folder: Path, migrations: Path, package: Path, ask: type_of_ask | None = None
) -> tuple[int, list[Finding]]:
    """How many statements there are, and what is wrong with them, in the order of files and lines.

    `ask` asks a server about them (`facts.py`); without it the text alone is looked at. Raises: as `ask` does.
    """
    schema = read_schema(migrations, sql_folder)
    statements: list[Statement] = []
    findings: list[Finding] = []
    for path, found, problems in read_files(sql_folder):
        statements.extend(found)
        findings.extend([*problems, *check_file(path), *check_spellings(path, found)])
        file = {statement.verb: statement for statement in found}
        for statement in found:
            findings.extend(_check_text(statement, file, schema))
    findings.extend(check_callers(statements, package))
    if ask is not None:
        has_types = not findings  # of a text that breaks a rule nobody makes types
        sound = [each for each in statements if each.tree is not None]
        facts, refused = ask(sound)
        findings.extend([*refused, *_check_plans(sound, facts, schema)])
        findings.extend(check_recorded(sql_folder, sound, facts.plans))
        if has_types and len(facts.descriptions) == len(statements):
            findings.extend(check_stubs(package / STUBS, statements, facts.descriptions, facts.catalog))
    return len(statements), sorted(set(findings))


def _check_text(statement: Statement, file: Mapping[str, Statement], schema: Schema) -> Iterator[Finding]:
    """What the grammar alone tells; `file` has the statements beside it by their verbs."""
    yield from check_header(statement)
    yield from check_budget(statement)
    if statement.tree is not None:
        yield from check_shape(statement)
        yield from check_reads(statement, schema)
        yield from check_tenants(statement, schema)
        yield from check_locks(statement, file, schema)
        yield from check_writes(statement, schema)
        yield from check_pages(statement, schema)
        yield from check_moments(statement, schema)
        yield from check_labels(statement, file, schema)
        yield from check_names(statement, schema)


def _check_plans(statements: Sequence[Statement], facts: Facts, schema: Schema) -> Iterator[Finding]:
    """What the plans tell."""
    for statement in statements:
        if (plan := facts.plans.get(statement.name)) is not None:
            yield from check_plan(statement, plan, schema, facts.indexes)
