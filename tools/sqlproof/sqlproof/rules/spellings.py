"""What stands in a file but means something else to its readers than to PostgreSQL."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pglast.parser import ParseError, scan

from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement

TIGHT_SLICE = re.compile(r"[\w)\]]:\w")


def check_spellings(path: Path, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Findings for comments beside code, texts that a parameter could hide in, slices, and a name that is taken."""
    text = path.read_text(encoding="utf-8")
    for place, sentence in _odd(text):
        line = text[:place].count("\n") + 1
        around = [statement for statement in statements if statement.first_line <= line]
        yield around[-1].finding(sentence, line) if around else Finding(path, line, "", sentence)
    taken: set[str] = set()
    for statement in statements:
        if statement.verb in taken:
            yield statement.finding("the file has a statement of this name already")
        taken.add(statement.verb)


def _odd(text: str) -> Iterator[tuple[int, str]]:
    """Where something odd stands, and what to do instead."""
    depth = 0
    for name, start, word in _tokens(text):
        if name == "C_COMMENT" or (name == "SQL_COMMENT" and text[:start].rpartition("\n")[2].strip()):
            yield start, "a comment stands on a line of its own, after --: text beside code is taken for SQL"
        elif name == "SCONST" and word[0] in "eE":
            yield start, "E'…' hides what is in it: write the text itself, or chr(10)"
        elif name == "SCONST" and word[0] == "$":
            yield start, "$$…$$ hides parameters: quote a text with '…'"
        elif name == "USCONST":
            yield start, "U&'…' hides what is in it: write the text itself"
        depth += {"[": 1, "]": -1}.get(word, 0)
        if word == ":" and depth and TIGHT_SLICE.match(text[max(start - 1, 0) : start + 2]):
            yield start, "this reads as a parameter: a slice is written with spaces, a[1 : 2]"


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    """Kind, place and text of each token; none of what PostgreSQL cannot read, about which its grammar speaks."""
    try:
        for token in scan(text):
            yield token.name, token.start, text[token.start : token.end + 1]
    except ParseError:
        return
