"""Finds a statement by what people type of its name."""

import difflib
import re
from pathlib import Path

from hiring.connectors.postgres_session import Statement
from hiring.database import NAME_LINE, load_file

SHOWN_NAMES = 12
POOL_OF = re.compile(r"^-- Pool: primary, the (relay|worker)'s", re.MULTILINE)


class NoSuchStatement(Exception):
    """Its sentence says what there is instead."""


def find(sql_folder: Path, typed: str) -> Statement:
    """The statement that `typed` names: `queries/jobs.find`, `jobs.find`, or a beginning that only one has.

    Raises: NoSuchStatement.
    """
    names = _names(sql_folder)
    exact = [name for name in names if typed in (name, name.partition("/")[2])]
    found = exact or [name for name in names if name.startswith(typed) or name.partition("/")[2].startswith(typed)]
    found = found or [name for name in names if name.partition(".")[2] == typed]
    if len(found) > 1:
        raise NoSuchStatement(f"{typed} is {len(found)} statements: {_listed(found)}")
    if not found:
        short = {name.partition("/")[2]: name for name in names} | {name: name for name in names}
        near = dict.fromkeys(short[each] for each in difflib.get_close_matches(typed, short, SHOWN_NAMES))
        raise NoSuchStatement(
            f"there is no statement {typed}{f': did you mean {_listed(list(near))}?' if near else ''}"
        )
    file, _, verb = found[0].partition(".")
    return load_file(sql_folder / f"{file}.sql")[verb]


def role_of(sql_folder: Path, statement: Statement) -> str:
    """Who sends it, as its file's second line tells: command, query, worker or relay."""
    file = statement.name.partition(".")[0]
    if file.startswith("queries/"):
        return "query"
    named = POOL_OF.search((sql_folder / f"{file}.sql").read_text(encoding="utf-8"))
    return named[1] if named else "command"


def _names(sql_folder: Path) -> list[str]:
    files = sorted([*sql_folder.glob("commands/*.sql"), *sql_folder.glob("queries/*.sql")])
    return [
        f"{path.parent.name}/{path.stem}.{verb}"
        for path in files
        for verb in NAME_LINE.findall(path.read_text(encoding="utf-8"))
    ]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN_NAMES]) + (", …" if len(names) > SHOWN_NAMES else "")
