"""Where the outside enters: endpoints, consumers, commands of the command line; and which statements each reaches."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hiring.consumers.all import CONSUMERS
from hiring.handlers.routes import documented
from hiring.http.handler import Handler
from hiring.http.operation import operation_of
from hiring.openapi.document import METHODS
from sqlproof.catalogue.calls import reached_from, read_graph
from sqlproof.reading.callers import Call, all_calls, functions_of, locks_first
from sqlproof.reading.statements import Statement

BEFORE_THE_METHOD = ("prepare", "admit")
"""Methods of a handler that run before that of the request."""
OPENING = "hiring.database.Database.open"
"""What it names is sent along with others' statements, and to each server from time to time."""
MEASURING = ("sql",)
"""Commands that send every statement, to see what it costs: no way in."""
MACHINERY = (
    ("every request", "Who asks, and what they may do.", "hiring.http.handler.Handler.prepare"),
    (
        "every POST with an Idempotency-Key", "It happens once; its repeats get the first answer.",
        "hiring.http.idempotency.answer_once",
    ),
    (
        "every refusal as taken", "Who holds the value already, where the caller may see it.",
        "hiring.http.holders.told",
    ),
    ("every process", "The freshness proof before a query, the health of servers, the sign of life.", OPENING),
    ("the sequencer", "Moves events from the outbox to the feed.", "hiring.relay.Sequencer.run"),
    ("the relay", "Publishes the feed to the broker.", "hiring.relay.Relay.run"),
    ("the mailer", "Hands mails to the mail server and records its answers.", "hiring.mailer.Mailer.run"),
    ("the sweep", "Deletes what has expired.", "hiring.sweeper.Sweeper.run"),
)  # fmt: skip
"""What runs without being asked for by name: its name, what it does, and its first function."""


class Entry(NamedTuple):
    """An endpoint, a consumer, a command or a part of the machinery, and the statements that it leads to."""

    kind: str
    name: str
    summary: str
    statements: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """How the page calls its place."""
        return "entry-" + "".join(letter if letter.isalnum() else "-" for letter in self.name)


class Caller(NamedTuple):
    """A place in the package that sends a statement: `hiring/relay.py`, its line, `Lease.hold`."""

    path: str
    line: int
    function: str


def read_callers(statements: Sequence[Statement], package: Path) -> dict[str, list[Caller]]:
    """Who sends each statement, by its name; a lock has those of the statements that it goes before."""
    calls = list(all_calls(package))
    found: dict[str, list[Caller]] = {}
    for statement in statements:
        sent = {statement.name, *(each.name for each in statements if statement.name in locks_first(each))}
        places = (Caller(_path(call, package), call.line, call.function) for call in calls if call.name in sent)
        found[statement.name] = sorted(dict.fromkeys(places))
    return found


def read_entries(callers: Mapping[str, Sequence[Caller]], package: Path) -> list[Entry]:
    """Every way in with the statements that it reaches; one that reaches none is left out."""
    by_themselves = {OPENING, *(_place(consumer.handle) for consumer in CONSUMERS)}
    graph = {name: leads - by_themselves for name, leads in read_graph(package).items()}
    sent: dict[str, set[str]] = {}
    for name, places in callers.items():
        for place in places:
            sent.setdefault(f"{place.path.removesuffix('.py').replace('/', '.')}.{place.function}", set()).add(name)
    found = []
    for kind, name, summary, starts in _ways(package):
        reached = {statement for place in reached_from(graph, *starts) for statement in sent.get(place, ())}
        found.append(Entry(kind, name, summary, tuple(sorted(reached))))
    return [entry for entry in found if entry.statements]


type_of_way = tuple[str, str, str, tuple[str, ...]]


def _ways(package: Path) -> Iterator[type_of_way]:
    """Kind, name, summary and first functions of every way in."""
    for path, handler in documented():
        for method in METHODS:
            if (operation := operation_of(handler, method)) is not None:
                starts = [_place(getattr(handler, method.lower())), *_own_admission(handler)]
                yield "endpoint", f"{method} {path}", operation.summary, tuple(starts)
    for consumer in CONSUMERS:
        yield "consumer", consumer.name, ", ".join(consumer.event_types), (_place(consumer.handle),)
    for module in sorted((package / "cli").glob("*.py")):
        if module.stem not in MEASURING:
            yield from _commands(module)
    for name, summary, start in MACHINERY:
        yield "machinery", name, summary, (start,)


def _commands(path: Path) -> Iterator[type_of_way]:
    """The commands of a module of the command line: its decorated functions, but for the group's own."""
    for name, function in functions_of(ast.parse(path.read_text(encoding="utf-8"))):
        words = [ast.unparse(each) for each in function.decorator_list]
        if any(word.startswith("app.command(") for word in words):
            feature, command = path.stem.replace("_", "-"), name.strip("_").replace("_", "-")
            called = f"hiring {feature}" if command in (feature, path.stem) else f"hiring {feature} {command}"
            summary = (ast.get_docstring(function) or "").partition("\n")[0]
            yield "command", called, summary, (f"hiring.cli.{path.stem}.{name}",)


def _own_admission(handler: type[Handler]) -> Iterator[str]:
    """What a handler does before its method, where that is not what all do."""
    for above in handler.__mro__[: handler.__mro__.index(Handler)]:
        yield from (_place(vars(above)[name]) for name in BEFORE_THE_METHOD if name in vars(above))


def _place(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _path(call: Call, package: Path) -> str:
    return call.path.relative_to(package.parent).as_posix()
