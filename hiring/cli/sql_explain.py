"""`hiring sql explain`: the plan of a statement on a server, with what it cost."""

import asyncio
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from hiring.config import Postgres, load_settings
from hiring.connectors.postgres_owner import failure
from hiring.connectors.postgres_session import Statement
from hiring.errors import ApiError
from sqlproof.explain.explain import Asked, Explained, Server, explain, parameters_of
from sqlproof.explain.named import NoSuchStatement, find, role_of
from sqlproof.explain.page import difference_lines, document, page
from sqlproof.explain.plans import lines
from sqlproof.explain.recorded import difference, path_of, read_plan

SQL = Path(__file__).resolve().parents[2] / "sql"
DIFFERS, FAILED = 1, 2


class On(StrEnum):
    """A server."""

    PRIMARY = "primary"
    REPLICA = "replica"


def explain_statement(
    name: Annotated[str, typer.Argument(help="applications.list_by_job, or the beginning of one name.")],
    *,
    value: Annotated[
        list[str] | None, typer.Option(metavar="NAME=TEXT", help="A value, as PostgreSQL reads it.")
    ] = None,
    on: Annotated[On | None, typer.Option(help="Where; a query on the replica, a command on the primary.")] = None,
    is_generic: Annotated[
        bool, typer.Option("--generic/--custom", help="The plan for all values, which the service uses, or for these.")
    ] = True,
    is_run: Annotated[bool, typer.Option("--analyze/--no-analyze", help="Run it; a command is rolled back.")] = True,
    compare: Annotated[bool, typer.Option("--compare", help="With the recorded plan; nothing is run.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Explain a statement with real values; exit status 1 when --compare finds another plan than the recorded one.

    Values that are not given are chosen: large organizations, jobs with many applications, first pages of 25, optional
    filters not given. A command runs in a transaction that is rolled back.
    """
    try:
        statement = find(SQL, name)
    except NoSuchStatement as error:
        _stop(str(error))
    settings = load_settings().postgres
    server = _server(settings, statement, on)
    given = _given(statement, value or ())
    asked = Asked({}, is_run=False) if compare else Asked(given, is_generic=is_generic, is_run=is_run)
    explained = _explained(settings, statement, server, asked)
    console = Console(highlight=False, soft_wrap=True)
    if compare:
        _compare(console, statement, explained, _title(statement, server, asked))
    elif as_json:
        typer.echo(msgspec.json.encode({"statement": statement.name, "server": server.name, **document(explained)}))
    else:
        console.print(_title(statement, server, asked), Text(), sep="\n")
        for line in page(explained, width=console.width):
            console.print(line)


def _server(settings: Postgres, statement: Statement, on: On | None) -> Server:
    """Where the service would send it, unless somebody says otherwise; without a replica that is the primary."""
    role = role_of(SQL, statement)
    is_query = role == "query"
    if on is On.REPLICA and not is_query:
        _stop(f"{statement.name} is a command, and a replica takes none: explain it on the primary, where it is undone")
    if on is On.REPLICA and not settings.replicas:
        _stop("the settings name no replica")
    is_replica = is_query and on is not On.PRIMARY and bool(settings.replicas)
    address = settings.replicas[0] if is_replica else settings.primary
    return Server("replica" if is_replica else "primary", address, getattr(settings.roles, role), is_query)


def _given(statement: Statement, values: Sequence[str]) -> Mapping[str, str]:
    given = dict(value.partition("=")[::2] for value in values)
    for name in given:
        if name not in statement.parameters:
            _stop(f"{statement.name} has no parameter {name}; it has {', '.join(parameters_of(statement))}")
    return given


def _explained(settings: Postgres, statement: Statement, server: Server, asked: Asked) -> Explained:
    try:
        return asyncio.run(explain(settings, statement, server, asked))
    except ApiError as error:
        told = failure(error)
        reason = " ".join(told.sentence.split())
        advice = ": give values with --value, or see the plan alone with --no-analyze" if asked.is_run else ""
        _stop(f"{statement.name} on the {server.name}, as {server.role.user}: {reason}{told.sqlstate and advice}")


def _compare(console: Console, statement: Statement, explained: Explained, title: Text) -> None:
    place = path_of(SQL, statement.name).relative_to(SQL.parent)
    if (recorded := read_plan(SQL, statement.name)) is None:
        _stop(f"{place} has no plan of {statement.name}: make sql-plans")
    changes = difference(recorded, [*lines(explained.plan)])
    if not changes:
        console.print(f"{statement.name}: the plan is the one in {place}")
        return
    console.print(title, f"- {place}", "+ this server, whose tables may have other sizes", Text(), sep="\n")
    for line in difference_lines(changes):
        console.print(line)
    raise typer.Exit(DIFFERS)


def _title(statement: Statement, server: Server, asked: Asked) -> Text:
    kind = "the plan for all values" if asked.is_generic else "the plan for these values"
    undone = ", rolled back" if asked.is_run and not server.is_read_only else ""
    place = f"{server.name} {server.address.host}:{server.address.port} as {server.role.user}"
    return Text.assemble((statement.name, "bold"), f"\n{place}, {kind}{undone}")


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"hiring sql explain: {sentence}", err=True)
    raise typer.Exit(FAILED)
