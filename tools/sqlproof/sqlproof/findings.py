"""What the check has to say about a line."""

from pathlib import Path
from typing import NamedTuple


class Finding(NamedTuple):
    """A rule that a statement breaks; the sentence says how to mend it. `statement` is empty for a whole file."""

    path: Path
    line: int
    statement: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.statement + ': ' if self.statement else ''}{self.sentence}"
