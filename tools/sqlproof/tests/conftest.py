"""What the tests of the SQL check share."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from small_tree import ADD, CALLER, FIND, HEADER, MIGRATION, README, type_of_found
from sqlproof.rules.check_all import check


@pytest.fixture
def found(tmp_path: Path) -> type_of_found:
    """Checks a tree with these texts as its only files; gives lines and sentences."""

    def checked(
        query: str = FIND,
        command: str = ADD,
        caller: str = CALLER,
        verbs: Sequence[str] = ("find",),
        migration: str = "",
        stem: str = "trials",
    ) -> list[tuple[int, str]]:
        texts = {
            "sql/README.md": README,
            f"sql/queries/{stem}.sql": HEADER + query,
            f"sql/commands/{stem}.sql": HEADER + command,
            "migrations/0001_create.sql": MIGRATION,
            "migrations/0002_change.sql": migration,
            "hiring/trials.py": caller.replace("trials", stem)
            + "".join(f"    await statements.{verb}()\n" for verb in verbs),
        }
        shutil.rmtree(tmp_path / "sql", ignore_errors=True)
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        _, findings = check(tmp_path / "sql", tmp_path / "migrations", tmp_path / "hiring")
        return [(finding.line, finding.sentence) for finding in findings]

    return checked
