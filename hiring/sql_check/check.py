"""All rules over all files."""

from pathlib import Path

from hiring.sql_check.callers import check_callers
from hiring.sql_check.findings import Finding
from hiring.sql_check.reads import check_reads
from hiring.sql_check.schema import read_schema
from hiring.sql_check.shapes import check_file, check_header, check_shape
from hiring.sql_check.statements import Statement, read_files
from hiring.sql_check.tenants import check_tenants


def check(sql_folder: Path, migrations: Path, package: Path) -> tuple[int, list[Finding]]:
    """How many statements there are, and what is wrong with them, in the order of files and lines."""
    schema = read_schema(migrations, sql_folder)
    statements: list[Statement] = []
    findings: list[Finding] = []
    for path, found, problems in read_files(sql_folder):
        statements.extend(found)
        findings.extend([*problems, *check_file(path)])
    for statement in statements:
        findings.extend(check_header(statement))
        if statement.tree is not None:
            findings.extend(check_shape(statement))
            findings.extend(check_reads(statement, schema))
            findings.extend(check_tenants(statement, schema))
    findings.extend(check_callers(statements, package))
    return len(statements), sorted(findings)
