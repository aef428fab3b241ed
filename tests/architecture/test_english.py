"""The worst patterns of English stay out of what clients, operators and developers read (docs, headers, docstrings)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hiring.errors import declared
from hiring.handlers.routes import OPERATIONS
from tests.architecture.checkout import files, modules, text_of, told

INSTEAD = {
    r"\bwhoever\b": "the caller, the client, every user who …",
    r"\b(?:by|for|from|of|than|to|with) who (?:\w+s|can|could|has|had|is|may|will)\b": "by the caller who …",
    r"\bnothing but\b": "only …",
    r"\bnone but\b": "only …",
    r"\b(?:hence|lest|thereby|whence|whereby)\b": "so, so that, if, from where",
    r"\bas it were\b": "leave it out",
    r"\bmake another one it\b": "make another one the default instead",
}
"""Pattern → what to write instead (the table of plain English has more)."""


def sentences() -> Iterator[tuple[str, str]]:
    """Where a text stands, and the text: documents, headers of SQL, docstrings, errors, operations."""
    for path in files():
        if path.suffix == ".md":
            yield str(path), " ".join(text_of(path).split())
        elif path.suffix == ".sql" and path.parts[0] == "sql" and path.parts[1] != "plans":
            comments = [line.removeprefix("--") for line in text_of(path).splitlines() if line.startswith("--")]
            yield str(path), " ".join(" ".join(comments).split())
    for module in modules():
        if module.path.parts[0] != "tests":
            for node in module.nodes:
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    name = getattr(node, "name", "")
                    yield f"{module.path}: {name}", " ".join((ast.get_docstring(node) or "").split())
    yield from ((error.code, error.sentence()) for error in declared())
    yield from ((each.name, f"{each.summary}. {each.description}") for each in OPERATIONS)


SENTENCES = list(sentences())


@pytest.mark.parametrize("pattern", INSTEAD)
def test_pattern_is_not_written_when_there_are_plain_words(pattern: str) -> None:
    """Each hit with the words around it, and what to write instead."""
    found = [
        f"{place}: …{text[max(0, hit.start() - 40) : hit.end() + 40]}… (instead: {INSTEAD[pattern]})"
        for place, text in SENTENCES
        for hit in re.finditer(pattern, text, re.IGNORECASE)
    ]
    assert not found, told(found)


def test_every_kind_of_text_is_read() -> None:
    """A folder that moved would pass unread."""
    places = [place for place, _ in SENTENCES]
    for begin in ("README.md", "docs/runbook.md", "sql/commands/openings.sql", "hiring/relay.py", "status_conflict"):
        assert any(place.startswith(begin) for place in places), begin
    assert {Path(place).suffix for place in places} >= {".md", ".sql"}
