"""`hiring sql list`: every statement that the service sends, with what it does."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated

import msgspec
import typer

from hiring.cli.sql_explain import PROJECT
from sqlproof.reading.analytics import analytics_of
from sqlproof.reading.statements import Statement, statements_of


def list_statements(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Print every command and query by noun: its name, and what it does. Needs neither settings nor a server."""
    statements = sorted([*analytics_of(PROJECT), *statements_of(PROJECT)], key=noun_of)
    if as_json:
        typer.echo(msgspec.json.encode([shown(each) for each in statements]))
        return
    for noun, group in groupby(statements, key=noun_of):
        typer.secho(noun, bold=True)
        for line in lines_of([*group]):
            typer.echo(line)


def noun_of(statement: Statement) -> str:
    """What a statement is about."""
    return statement.path.stem


def sentence_of(statement: Statement) -> str:
    """What a statement does, as its header says first."""
    return statement.header[0].text


def lines_of(statements: Sequence[Statement]) -> Iterator[str]:
    """Yields a line for each statement, with the sentences below each other."""
    width = max(len(each.name) for each in statements)
    for each in statements:
        yield f"  {each.name:<{width}}  {sentence_of(each)}"


def shown(statement: Statement) -> dict[str, str]:
    """A statement as programs read it."""
    return {
        "noun": noun_of(statement), "kind": "query" if statement.is_query else "command", "name": statement.name,
        "sentence": sentence_of(statement),
    }  # fmt: skip
