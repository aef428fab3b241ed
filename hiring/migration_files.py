"""Migration files: what a file says about itself, the statements in it, and the pairs that a folder holds."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

LOCK_TIMEOUT_MS = 5_000  # a schema change that waits for a lock makes everybody behind it wait too
STATEMENT_TIMEOUT_MS = 60_000
LOCK_TIMEOUT_ALONE_MS = 600_000  # CREATE INDEX CONCURRENTLY waits for others without being in their way
STATEMENT_TIMEOUT_ALONE_MS = 3_600_000
UNITS_MS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}

FILE_NAME = re.compile(r"(?P<version>[0-9]{4})_(?P<name>[a-z][a-z0-9]*(_[a-z0-9]+)+)(?P<down>\.down)?\.sql")
SUBJECT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
SETTING = re.compile(r"--\s*(lock_timeout|statement_timeout|transaction):\s*(.*?)\s*$")
DURATION = re.compile(r"([1-9][0-9]{0,5}) ?(ms|s|min|h)")
TOKEN = re.compile(
    r"(?P<blank>\s+|--[^\n]*|/\*.*?\*/)"
    r"|(?P<quoted>[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"
    r"|(?P<word>\w[\w$]*)"
    r"|(?P<sign>.)",
    re.DOTALL,
)
TRANSACTION_WORDS = {"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare"}

NEW_UP = """\
-- Why:   (what the system can do afterwards that it could not do before)
-- Locks: (which tables are locked, how strongly, for how long)
-- Undo:  {down} (what is lost by going back)

"""
NEW_DOWN = """\
-- Undo of the file of the same number: (what is lost)

"""


class MigrationError(Exception):
    """Migrations cannot go on; the text says where, why, and what to do."""


class Statement(msgspec.Struct, frozen=True):
    """One statement of a file and the line on which it starts."""

    line: int
    text: str


class Script(msgspec.Struct, frozen=True):
    """One file: its statements, the limits they run under, and whether they share a transaction."""

    path: Path
    checksum: str
    statements: tuple[Statement, ...]
    is_transactional: bool
    lock_timeout_ms: int
    statement_timeout_ms: int


class Migration(msgspec.Struct, frozen=True):
    """A change of the schema or of data, and its way back."""

    version: str
    name: str
    up: Script
    down: Script


def read_migrations(folder: Path) -> list[Migration]:
    """Reads all migrations of a folder, in order.

    Raises:
        MigrationError: a file's name or header is wrong, one of a pair is missing, or a number is given twice.
    """
    pairs: dict[str, dict[bool, Path]] = {}
    for path in sorted(folder.glob("*.sql")):
        match = FILE_NAME.fullmatch(path.name)
        if match is None:
            raise MigrationError(f"{path}: expected a name like 0042_add_offers.sql or 0042_add_offers.down.sql")
        pair = pairs.setdefault(match["version"], {})
        is_down = match["down"] is not None
        if is_down in pair or any(_name(other) != match["name"] for other in pair.values()):
            raise MigrationError(f"{path}: number {match['version']} is taken by {next(iter(pair.values())).name}")
        pair[is_down] = path
    return [_migration(version, pair) for version, pair in sorted(pairs.items())]


def read_script(path: Path) -> Script:
    """Reads one file and checks what it says about itself.

    Raises:
        MigrationError: the header is wrong, there is no statement, one ends the transaction that the file runs in, or a
            file without a transaction holds more than one.
    """
    content = path.read_bytes()
    text = content.decode("utf-8")
    header = _header(path, text)
    statements = tuple(split_statements(text))
    is_transactional = "transaction" not in header
    for statement in statements:
        word = statement.text.split(maxsplit=1)[0].rstrip(";").lower()
        if word in TRANSACTION_WORDS:
            raise MigrationError(f"{path}:{statement.line}: the runner opens and ends the transaction; remove {word}")
    if not statements or (len(statements) > 1 and not is_transactional):
        expected = "a statement" if is_transactional else "exactly one statement, for it runs without a transaction"
        raise MigrationError(f"{path}: expected {expected}, found {len(statements)}")
    return Script(
        path=path,
        checksum=hashlib.sha256(content).hexdigest(),
        statements=statements,
        is_transactional=is_transactional,
        lock_timeout_ms=header.get("lock_timeout", LOCK_TIMEOUT_MS if is_transactional else LOCK_TIMEOUT_ALONE_MS),
        statement_timeout_ms=header.get(
            "statement_timeout", STATEMENT_TIMEOUT_MS if is_transactional else STATEMENT_TIMEOUT_ALONE_MS
        ),
    )


def split_statements(text: str) -> Iterator[Statement]:
    """Cuts SQL at the semicolons that end a statement: not in quotes, comments, parentheses or a BEGIN ATOMIC body."""
    start, depth, body_depth = 0, 0, 0
    is_begun, previous = False, ""
    for token in TOKEN.finditer(text):
        if token["blank"]:
            continue
        if not is_begun:
            start, is_begun = token.start(), True
        word = (token["word"] or "").lower()
        if (previous, word) == ("begin", "atomic") or (body_depth and word == "case"):
            body_depth += 1
        elif body_depth and word == "end":
            body_depth -= 1
        depth += {"(": 1, ")": -1}.get(token["sign"] or "", 0)
        if token["sign"] == ";" and not depth and not body_depth:
            yield Statement(line=text.count("\n", 0, start) + 1, text=text[start : token.end()])
            is_begun = False
        previous = word
    if is_begun:
        yield Statement(line=text.count("\n", 0, start) + 1, text=text[start:].rstrip())


def create_migration(folder: Path, subject: str) -> tuple[Path, Path]:
    """Writes the two empty files of a new migration under the next free number and returns their paths.

    Raises:
        MigrationError: `subject` is not of the form verb_object.
    """
    if not SUBJECT.fullmatch(subject):
        raise MigrationError(f"expected verb_object, such as add_offers, found {subject!r}")
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(match["version"]) for path in folder.iterdir() if (match := FILE_NAME.fullmatch(path.name))]
    stem = f"{max(numbers, default=0) + 1:04d}_{subject}"
    up, down = folder / f"{stem}.sql", folder / f"{stem}.down.sql"
    with up.open("x", encoding="utf-8") as file:
        file.write(NEW_UP.format(down=down.name))
    with down.open("x", encoding="utf-8") as file:
        file.write(NEW_DOWN)
    return up, down


def _migration(version: str, pair: dict[bool, Path]) -> Migration:
    if len(pair) == 1:
        path = next(iter(pair.values()))
        kind = "the change itself" if True in pair else "its way back"
        raise MigrationError(f"{path}: {kind} is missing beside it")
    return Migration(
        version=version, name=_name(pair[False]), up=read_script(pair[False]), down=read_script(pair[True])
    )


def _name(path: Path) -> str:
    return path.name.partition(".")[0].partition("_")[2]


def _header(path: Path, text: str) -> dict[str, int]:
    """The settings in the comment at the top: durations in milliseconds; `transaction` is there when it is none."""
    header: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("--"):
            break
        if not (setting := SETTING.match(line)):
            continue
        key, value = setting[1], setting[2]
        duration = DURATION.fullmatch(value)
        if key == "transaction" and value == "none":
            header[key] = 0
        elif key != "transaction" and duration:
            header[key] = int(duration[1]) * UNITS_MS[duration[2]]
        else:
            expected = "none" if key == "transaction" else "a duration such as 500ms, 30s, 5min, 1h"
            raise MigrationError(f"{path}:{number}: {key}: expected {expected}, found {value!r}")
    return header
