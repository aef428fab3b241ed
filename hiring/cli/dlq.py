"""`hiring dlq`: list, show, replay and drop dead letters."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

import msgspec
import typer

from hiring.config import load_settings
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, open_broker
from hiring.consumers.all import CONSUMERS
from hiring.dead_letters import drop, find, replay, summarize

FAILED = 1
T = TypeVar("T")
app = typer.Typer()

Queue = Annotated[str, typer.Argument(help="The consumer, as `hiring dlq list` names it.")]


@app.command("list")
def list_() -> None:
    """Count the dead letters of each consumer, by reason."""
    for found in _at_the_broker(lambda broker: summarize(broker, [consumer.name for consumer in CONSUMERS])):
        reasons = ", ".join(f"{reason} {count}" for reason, count in found.reasons.items())
        typer.echo(f"{found.consumer:<16} {found.waiting_count:>8}  {reasons}".rstrip())


@app.command()
def show(
    consumer: Queue, message_id: Annotated[str | None, typer.Argument(help="One message; without, all of them.")] = None
) -> None:
    """Print dead letters, one JSON object a line, oldest first."""
    letters = _at_the_broker(lambda broker: find(broker, _known(consumer), message_id))
    for letter in letters:
        typer.echo(msgspec.json.encode(letter).decode())
    if message_id and not letters:
        _stop(f"{consumer} has no dead letter {message_id}")


@app.command("replay")
def replay_(
    consumer: Queue,
    message_id: Annotated[str | None, typer.Argument(help="The message to send again.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Send every dead letter of the consumer again.")] = False,
) -> None:
    """Send dead letters to their consumer again, as if they had never been tried."""
    _choose_one(message_id, is_all)
    count = _at_the_broker(lambda broker: replay(broker, _known(consumer), message_id))
    if message_id and not count:
        _stop(f"{consumer} has no dead letter {message_id}")
    typer.echo(f"{count} sent again")


@app.command("drop")
def drop_(
    consumer: Queue,
    message_id: Annotated[str | None, typer.Argument(help="The message to delete.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Delete every dead letter of the consumer.")] = False,
    is_confirmed: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete dead letters for good, after a question. Prints what was deleted, one JSON object a line."""
    _choose_one(message_id, is_all)
    letters = _at_the_broker(lambda broker: find(broker, _known(consumer), message_id))
    if message_id and not letters:
        _stop(f"{consumer} has no dead letter {message_id}")
    if letters and not is_confirmed:
        _confirm(f"Delete {len(letters)} of the dead letters of {consumer} for good?")
    # the broker is not asked meanwhile: it would end a connection that is silent for as long as people think
    dropped = _at_the_broker(lambda broker: drop(broker, consumer, letters))
    for letter in dropped:
        typer.echo(msgspec.json.encode(letter).decode())
    typer.echo(f"{len(dropped)} dropped", err=True)


def _confirm(question: str) -> None:
    try:
        is_agreed = typer.confirm(question, err=True)
    except typer.Abort:  # nobody is there to answer
        is_agreed = False
    if not is_agreed:
        _stop("nothing was dropped; answer yes, or say --yes")


def _choose_one(message_id: str | None, is_all: bool) -> None:
    if (message_id is None) is not is_all:
        _stop("name one message, or say --all")


def _at_the_broker(ask: Callable[[Broker], Awaitable[T]]) -> T:
    settings = load_settings()

    async def asked() -> T:
        async with open_broker(settings.rabbitmq, name="hiring dlq") as broker:
            return await ask(broker)

    try:
        return asyncio.run(asked())
    except BrokerUnavailable as error:
        _stop(f"RabbitMQ: {error}")


def _known(consumer: str) -> str:
    names = [each.name for each in CONSUMERS]
    if consumer not in names:
        _stop(f"there is no consumer {consumer}; there is {', '.join(names)}")
    return consumer


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"hiring dlq: {sentence}", err=True)
    raise typer.Exit(FAILED)
