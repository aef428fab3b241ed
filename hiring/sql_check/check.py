"""All rules over all files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from hiring.sql_check.budgets import check_budget
from hiring.sql_check.callers import check_callers
from hiring.sql_check.facts import Facts
from hiring.sql_check.findings import Finding
from hiring.sql_check.labels import check_labels
from hiring.sql_check.locks import check_locks
from hiring.sql_check.moments import check_moments
from hiring.sql_check.names import check_names
from hiring.sql_check.pages import check_pages
from hiring.sql_check.proofs import check_plan
from hiring.sql_check.reads import check_reads
from hiring.sql_check.recorded import check_recorded
from hiring.sql_check.schema import Schema, read_schema
from hiring.sql_check.shapes import check_file, check_header, check_shape
from hiring.sql_check.spellings import check_spellings
from hiring.sql_check.statements import Statement, read_files
from hiring.sql_check.stubs import STUBS, check_stubs
from hiring.sql_check.tenants import check_tenants
from hiring.sql_check.writes import check_writes

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
