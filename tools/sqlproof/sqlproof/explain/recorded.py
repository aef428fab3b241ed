"""The plans that were reviewed: a committed text for each file of statements, so that a change of one is a diff."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlproof.explain.plans import Node, lines
from sqlproof.findings import Finding

if TYPE_CHECKING:  # as in `plans.py`
    from sqlproof.reading.statements import Statement

FOLDER = "plans"
HEADING = "-- Plans for all values, on the volume that `hiring sql check` fills. Written by `make sql-plans`."
MEND = "see whether it is meant, then `make sql-plans`"
CONTEXT_LINES = 1

type_of_plans = Mapping[str, Sequence[str]]


def path_of(sql_folder: Path, name: str) -> Path:
    """Where the plan of a statement is recorded: `queries/jobs.find` in `plans/queries/jobs.txt`."""
    return sql_folder / FOLDER / f"{name.partition('.')[0]}.txt"


def read_plan(sql_folder: Path, name: str) -> Sequence[str] | None:
    """The recorded plan of one statement, None where there is none."""
    return _read(path_of(sql_folder, name)).get(name)


def write(sql_folder: Path, plans: Mapping[str, Node]) -> list[Path]:
    """Records plans, removes what has none any more, and returns the files that are others than before."""
    texts: dict[Path, list[str]] = {}
    for name, plan in plans.items():
        texts.setdefault(path_of(sql_folder, name), [HEADING]).append("\n".join(["", name, *lines(plan)]))
    changed = [path for path in _files(sql_folder) if path not in texts]
    for path in changed:
        path.unlink()
    for path, parts in texts.items():
        text = "\n".join(parts) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return sorted(changed)


def check_recorded(sql_folder: Path, statements: "Sequence[Statement]", plans: Mapping[str, Node]) -> Iterator[Finding]:
    """Findings for plans that are others than recorded, for those that are not, and for records without a statement."""
    files = {path: _read(path) for path in _files(sql_folder)}
    for statement in statements:
        path = path_of(sql_folder, statement.name)
        place = path.relative_to(sql_folder.parent)
        if (plan := plans.get(statement.name)) is None:
            continue  # refused, which has a finding of its own
        if (recorded := files.get(path, {}).get(statement.name)) is None:
            yield statement.finding(f"its plan is not in {place}: `make sql-plans`")
        elif changes := difference(recorded, list(lines(plan))):
            yield statement.finding("\n    ".join([f"its plan is another than in {place}: {MEND}", *changes]))
    names = {statement.name for statement in statements}
    for path, recorded_plans in files.items():
        for name in recorded_plans:
            if name not in names or path != path_of(sql_folder, name):
                yield Finding(path, 1, name, "a plan without a statement: `make sql-plans`")


def difference(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """What is other, with a line around it: each line begins with `-`, `+`, `@` or a space."""
    return list(difflib.unified_diff(old, new, lineterm="", n=CONTEXT_LINES))[2:]


def _files(sql_folder: Path) -> list[Path]:
    return sorted((sql_folder / FOLDER).glob("*/*.txt"))


def _read(path: Path) -> type_of_plans:
    """The plans of a file by the names of their statements."""
    if not path.exists():
        return {}
    _, *parts = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return {name: plan for name, *plan in (part.split("\n") for part in parts)}
