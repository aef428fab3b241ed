"""One stem per noun: the path is guessable from the word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hiring.handlers.routes import API
from tests.architecture.checkout import files, functions, modules, parsed, text_of, told

MACHINERY = {
    "commands/feed": "the relay leads, sequences and publishes",
    "commands/heartbeats": "the database's own sign of life",
    "commands/idempotency_keys": "claimed around a command, by `Database.once`",
    "commands/inbox": "claimed around an effect, by `Database.inbox`",
    "commands/locks": "commands name them in `Locks first`",
    "commands/mails": "what the worker does with the mails that commands have scheduled",
    "commands/outbox": "the sequencer empties it",
    "commands/sweeps": "the sweeper deletes what has expired",
    "queries/events": "the freshness proof before a query",
    "queries/feed": "the relay reads on",
    "queries/idempotency_keys": "the answer of a request that came again",
    "queries/mails": "what the consumer makes the text of a mail of",
    "queries/principal_changes": "what a process asks the primary several times a second",
    "queries/replication": "the health of a replica",
    "queries/sweeps": "the sweeper looks for what has expired",
    "queries/vocabularies": "whether the lists that a process has in memory still hold",
}
"""Folder and stem → who needs it without a module of the stem."""
NO_NOUN = {"base"}
SHARED = (Path("tests/api/journeys.py"), Path("tests/api/words.py"))
"""Functions for requests that tests of several nouns call."""


def stems(folder: str, suffix: str) -> set[str]:
    """The names of a folder's files, without `__init__`."""
    return {path.stem for path in files() if str(path.parent) == folder and path.suffix == suffix} - {"__init__"}


def routed() -> Iterator[tuple[str, str]]:
    """Each module of handlers with a word of its paths: the last one that is no parameter, as a request spells it."""
    for _, path, operation, _ in API:
        named = [part for part in path.split("/") if part and "{" not in part]
        if named:
            yield operation.run.__module__.rpartition(".")[2], named[-1]


def requests_of(stem: str) -> str:
    """What a file of tests asks for: its text, and the functions for requests that it shares with others."""
    path = Path("tests/api") / f"test_{stem}.py"
    asked = text_of(path) if path in files() else ""
    shared = [each for path in SHARED for each in functions(parsed(path)) if re.search(rf"\b{each.name}\(", asked)]
    return "\n".join([asked, *map(ast.unparse, shared)])


@pytest.mark.parametrize("kind", ["commands", "queries"])
def test_noun_has_its_module_when_it_has_statements(kind: str) -> None:
    """Both ways: a module of the stem calls them, and no module is without statements of its own."""
    written, called = stems(f"sql/{kind}", ".sql"), stems(f"hiring/{kind}", ".py") - NO_NOUN
    assert written - called == {name.split("/")[1] for name in MACHINERY if name.startswith(f"{kind}/")}
    assert called - written == set()


@pytest.mark.parametrize(("kind", "folders"), [("commands", "commands"), ("queries", "queries|analytics")])
def test_module_sends_statements_of_its_noun_when_it_has_its_stem(kind: str, folders: str) -> None:
    """A stem that stands for something else would mislead."""
    found = [
        str(module.path)
        for module in modules("hiring")
        if module.package == f"hiring.{kind}"
        and module.path.stem not in NO_NOUN | {"__init__"}
        and not re.search(rf"\b(?:{folders})\.{module.path.stem}\b", module.text)
    ]
    assert not found, told(found)


def test_noun_has_its_tests_when_the_api_has_it() -> None:
    """In a file of its stem, which asks for the noun's own paths, by itself or through the functions that it shares."""
    missing = set()
    for stem, word in routed():
        if not re.search(rf"[/\"]{re.escape(word)}\b", requests_of(stem)):
            missing.add(f"{stem}: /{word}")
    assert not missing, told(sorted(missing))
