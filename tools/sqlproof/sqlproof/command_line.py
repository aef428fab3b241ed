"""The command `sqlproof`: checks a project's SQL and migrations, and writes what is made from them."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from sqlproof.catalogue.gathered import Server, UnsoundStatements, gather, read_statistics
from sqlproof.catalogue.page import page
from sqlproof.check import ask, check_server, fill
from sqlproof.clickhouse.engine import EngineMissing
from sqlproof.clickhouse.proof import prove
from sqlproof.configuration import FILE, Project, Unreadable, read_project
from sqlproof.explain.plans import write_plans
from sqlproof.explain.session import Asked
from sqlproof.explain.values import Refused
from sqlproof.explain_command import explain_on
from sqlproof.findings import Finding
from sqlproof.migrations.review import check_migrations
from sqlproof.reading.statements import NoSuchStatement, read_files
from sqlproof.schema.model import read_schema
from sqlproof.schema.scratch_server import (
    MigrationFailed,
    ServerMissing,
    arguments,
    environment,
    migrated_server,
    scratch_database,
)
from sqlproof.types.stubs import Describer, TypeUnknown, stubs_of

FOUND, MISSING = 1, 2

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Rules = Annotated[Path, typer.Option("--rules", help="The project's rules.")]


@app.callback()
def sqlproof() -> None:
    """Check every SQL statement and migration of a project on a PostgreSQL made for it, and write what is known."""


@app.command()
def check(rules: Rules = FILE) -> None:
    """Check migrations and statements; exit status 1 with findings, 2 where the check itself cannot be made."""
    project = _project(rules)
    migration_count, findings = check_migrations(project)
    _show(project, findings)
    with _told():
        proven = prove(project)
    with _told(), scratch_database(project) as connection:
        unfilled = fill(connection, project)
        count, of_statements = check_server(project, connection, proven, is_filled=unfilled is None)
    of_statements += [unfilled] if unfilled is not None else []
    _show(project, of_statements)
    found_count = len(findings) + len(of_statements)
    typer.echo(f"{migration_count} migrations, {count} statements, {found_count} findings")
    if found_count:
        raise typer.Exit(FOUND)


@app.command()
def stubs(rules: Rules = FILE) -> None:
    """Write what every statement takes and gives as types for mypy."""
    project = _project(rules)
    files = list(read_files(project))
    _stop_at(project, [problem for _, _, problems in files for problem in problems])
    statements = [statement for _, found, _ in files for statement in found]
    with _told():
        proven = prove(project)
    with _told(), scratch_database(project) as connection:
        descriptions, refused = Describer(connection).all(statements)
        schema = read_schema(connection, project)
    _stop_at(project, [*refused, *proven.refused])
    try:
        seen = [schema.seen_through(each) for each in statements]
        text = stubs_of(seen, descriptions, schema, beside=proven.stubs)
        (project.root / project.stubs.file).write_text(text, encoding="utf-8")
    except TypeUnknown as error:
        _stop_at(project, [error.finding])


@app.command()
def plans(rules: Rules = FILE) -> None:
    """Write the plan of every statement, so that a change of one is seen in review."""
    project = _project(rules)
    statements = [each for _, found, _ in read_files(project) for each in found if each.tree is not None]
    with _told(), scratch_database(project) as connection:
        unfilled = fill(connection, project)
        _stop_at(project, [unfilled] if unfilled is not None else [])
        facts, refused = ask(connection, statements)
    _stop_at(project, refused)
    changed = write_plans(project.sql, facts.plans)
    for path in changed:
        typer.echo(path.relative_to(project.root))
    typer.echo(f"{len(facts.plans)} plans, {len(changed)} files changed")


@app.command()
def catalogue(
    output: Annotated[Path, typer.Option(help="The HTML file to write; what is there is replaced.")],
    rules: Rules = FILE,
    statistics: Annotated[
        bool | None,
        typer.Option(help="What pg_stat_statements of the servers tells.", show_default="where they answer"),
    ] = None,
) -> None:
    """Write every statement and table with all that is known of it on one page that opens offline."""
    project = _project(rules)
    servers, silence = _servers(project, statistics)
    try:
        with _told():
            found = gather(project, servers=servers, silence=silence, made_at=datetime.now(UTC))
    except UnsoundStatements as error:
        _stop(str(error), FOUND)
    written = output.with_name(f".{output.name}.new")
    written.write_text(page(found, project), encoding="utf-8")
    written.replace(output)
    counts = f"{len(found.statements)} statements, {len(found.tables)} tables"
    told = f"without statistics: {silence}" if silence else "with statistics"
    typer.echo(f"{output.absolute()}: {counts}; {told}")


@app.command()
def explain(
    name: Annotated[str, typer.Argument(help="queries/jobs.find, or the beginning of one name.")],
    server: Annotated[str, typer.Option(help="Where, as libpq's connection string.")],
    *,
    rules: Rules = FILE,
    value: Annotated[list[str] | None, typer.Option(metavar="NAME=TEXT", help="A value; others are chosen.")] = None,
    is_generic: Annotated[bool, typer.Option("--generic/--custom", help="The plan for all values, or these.")] = True,
    is_run: Annotated[bool, typer.Option("--analyze/--no-analyze", help="Run it; it is rolled back.")] = True,
) -> None:
    """Explain a statement on a server: its plan, what it costs there, and what is worth a look."""
    given = dict(each.partition("=")[::2] for each in value or ())
    try:
        explain_on(_project(rules), name, server, Asked(given, is_generic=is_generic, is_run=is_run))
    except (NoSuchStatement, Refused) as error:
        _stop(str(error), MISSING)


@app.command(context_settings={"ignore_unknown_options": True})
def scratch(
    words: Annotated[list[str], typer.Argument(metavar="COMMAND...", help="With the scratch server's address.")],
    rules: Rules = FILE,
) -> None:
    """Run a command of the project on a migrated PostgreSQL that is gone afterwards."""
    project = _project(rules)
    with _told(), migrated_server(project) as server:
        done = subprocess.run(
            arguments(words, server), env=environment(project, server), cwd=project.root, check=False
        )  # fmt: skip
    raise typer.Exit(done.returncode)


def _project(rules: Path) -> Project:
    try:
        return read_project(rules.resolve())
    except Unreadable as error:
        _stop(str(error), MISSING)


@contextmanager
def _told() -> Iterator[None]:
    """Ends with a sentence and exit status 2 where there is no server to be made, or the schema fails."""
    try:
        yield
    except (ServerMissing, EngineMissing, MigrationFailed) as error:
        _stop(str(error), MISSING)


def _servers(project: Project, is_wanted: bool | None) -> tuple[list[Server], str]:
    """What the project's servers tell, and why nothing is told; None wants it where it can be had."""
    if is_wanted is False or project.hook_module is None:
        return [], "they were not asked for."
    try:
        servers = read_statistics(project)
    except project.hook_module.Unset as error:
        if is_wanted:
            _stop(str(error), MISSING)
        return [], f"{error}."
    if any(server.usages or not server.refusal for server in servers):
        return servers, ""
    silence = "; ".join(f"{server.label} {server.address}: {server.refusal}" for server in servers) + "."
    if is_wanted:
        _stop(silence, MISSING)
    return [], silence


def _show(project: Project, findings: Sequence[Finding]) -> None:
    for finding in findings:
        typer.echo(str(finding._replace(path=finding.path.relative_to(project.root))), err=True)


def _stop_at(project: Project, findings: Sequence[Finding]) -> None:
    """Ends with exit status 1 where there are findings."""
    _show(project, findings)
    if findings:
        raise typer.Exit(FOUND)


def _stop(sentence: str, status: int) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(status)
