"""What the SQL checker asks of the service: the error of a constraint, every way in, and where statistics are kept."""

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from hiring.config import SettingsError as Unset
from hiring.config import load_settings
from hiring.consumers.all import CONSUMERS
from hiring.domain.event_types import EVENT_TYPES
from hiring.domain.findings import FINDINGS
from hiring.errors import Internal, declared, from_constraint
from hiring.handlers.routes import OPERATIONS
from hiring.http.handler import Handler
from hiring.http.holders import HOLDERS

WayIn = tuple[str, str, str, tuple[str, ...]]
"""Its kind, its name, what it does, and the functions that it begins with."""
COMMANDS = Path(__file__).resolve().parent / "cli"
MAINTENANCE_DATABASE = "postgres"
BEFORE_THE_METHOD = ("prepare", "admit")
"""Methods of a handler that run before that of the request."""
OPENING = "hiring.database.Database.open"
"""What it names is sent along with others' statements, and to each server from time to time."""
MACHINERY = (
    ("every request", "Who asks, and what they may do.", "hiring.http.handler.Handler.prepare"),
    ("every 404 of a candidate", "The survivor, where they were merged.", "hiring.http.survivors.told"),
    ("every request with a board key", "Whether the key is one of the board.", "hiring.http.board_keys.admit"),
    (
        "every POST with an Idempotency-Key", "It happens once; its repeats get the first answer.",
        "hiring.http.idempotency.answer_once",
    ),
    ("every process", "The freshness proof before a query, the health of servers, the sign of life.", OPENING),
    ("the sequencer", "Moves events from the outbox to the feed.", "hiring.relay.Sequencer.run"),
    ("the relay", "Publishes the feed to the broker.", "hiring.relay.Relay.run"),
    ("the mailer", "Hands mails to the mail server and records its answers.", "hiring.mailer.Mailer.run"),
    ("the sweep", "Deletes what has expired.", "hiring.sweeper.Sweeper.run"),
)  # fmt: skip
"""What runs without being asked for by name: its name, what it does, and its first function."""


def missing_error(constraint: str, table: str) -> str:
    """What to do about a constraint whose refusal a client would see as an internal error; nothing if it has one."""
    if not isinstance(from_constraint(constraint, table, {}), Internal):
        return ""
    return (
        f"{constraint} leads to no error, so a client would see an internal one: call it {table}_<column>_exists or"
        " _taken, or give it one in BY_CONSTRAINT of hiring/errors.py"
    )


def event_types() -> Mapping[str, Mapping[str, bool]]:
    """Every type that an event may have, with the members of its data: whether each is always there."""
    return {
        name: {each.encode_name: each.required for each in msgspec.structs.fields(kind)}
        for name, kind in EVENT_TYPES.items()
    }


def refusal_codes() -> Collection[str]:
    """Every code of an error or of a finding that a command may refuse with."""
    return {*(error.code for error in declared()), *FINDINGS}


def statistics_servers() -> list[tuple[str, dict[str, Any], str]]:
    """The primary and every replica: how the superuser connects, who alone sees every text; the service's database.

    Raises: Unset.
    """
    settings = load_settings().postgres
    superuser = settings.superuser
    if superuser.user is None or superuser.password is None:
        raise Unset("postgres.superuser: expected HIRING_POSTGRES_SUPERUSER and …_PASSWORD, found none")
    replicas = settings.replicas
    labels = [f"replica {number}" if len(replicas) > 1 else "replica" for number in range(1, len(replicas) + 1)]
    login = {"dbname": MAINTENANCE_DATABASE, "user": superuser.user, "password": superuser.password}
    return [
        (label, {"host": address.host, "port": address.port, **login}, settings.database)
        for label, address in zip(("primary", *labels), (settings.primary, *replicas), strict=True)
    ]


def begins_by_itself() -> set[str]:
    """Functions that are ways in of their own, also where another function names them."""
    return {OPENING, *(_place(consumer.handle) for consumer in CONSUMERS)}


def ways_in() -> Iterator[WayIn]:
    """Every endpoint, consumer and command, and what runs without being asked for by name."""
    for each in OPERATIONS:
        starts = _place(each.run), *_own_admission(each.handler)
        yield "endpoint", f"{each.method} {each.path}", each.summary, starts
    for consumer in CONSUMERS:
        yield "consumer", consumer.name, ", ".join(consumer.event_types), (_place(consumer.handle),)
    for module in sorted(COMMANDS.glob("*.py")):
        yield from _commands(module)
    summary = "Who holds the value already, where the caller may see it."
    yield "machinery", "every refusal as taken", summary, tuple(_place(each.reader) for each in HOLDERS.values())
    for name, summary, start in MACHINERY:
        yield "machinery", name, summary, (start,)


def _commands(path: Path) -> Iterator[WayIn]:
    """The commands of a module of the command line: its decorated functions, except the group's own."""
    for function in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(function, ast.FunctionDef):
            continue
        if any(ast.unparse(each).startswith("app.command(") for each in function.decorator_list):
            feature, command = path.stem.replace("_", "-"), function.name.strip("_").replace("_", "-")
            called = f"hiring {feature}" if command in (feature, path.stem) else f"hiring {feature} {command}"
            summary = (ast.get_docstring(function) or "").partition("\n")[0]
            yield "command", called, summary, (f"hiring.cli.{path.stem}.{function.name}",)


def _own_admission(handler: type[Handler]) -> Iterator[str]:
    """What a handler does before its method, where that is not what all do."""
    for above in handler.__mro__[: handler.__mro__.index(Handler)]:
        yield from (_place(vars(above)[name]) for name in BEFORE_THE_METHOD if name in vars(above))


def _place(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"
