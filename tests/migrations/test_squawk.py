"""squawk, as `make check` runs it, finds what would block a live system, at its line, and nothing beside it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SOUND = "-- Why:   a trial.\n\nALTER TABLE jobs ADD COLUMN grade text;\n"
LINE = 3


def squawked(path: Path) -> "subprocess.CompletedProcess[str]":
    """What `make check` runs, on one file."""
    command = [str(Path(sys.executable).with_name("squawk")), "--config", "migrations/squawk.toml", str(path)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("up", "rule"),
    [
        pytest.param("ALTER TABLE jobs ADD COLUMN grade text NOT NULL;", "adding-required-field", id="required"),
        pytest.param("ALTER TABLE jobs ALTER COLUMN pay TYPE numeric;", "changing-column-type", id="type"),
        pytest.param("CREATE INDEX jobs_by_pay ON jobs (pay);", "require-concurrent-index-creation", id="index"),
        pytest.param("ALTER TABLE jobs ADD CONSTRAINT jobs_paid CHECK (pay > 0);", "constraint-missing-not-valid",
                     id="constraint"),
        pytest.param("ALTER TABLE jobs ADD CONSTRAINT jobs_paid CHECK (pay > 0) NOT VALID;\n"
                     "ALTER TABLE jobs VALIDATE CONSTRAINT jobs_paid;", "constraint-missing-not-valid", id="one file"),
        pytest.param("DROP INDEX jobs_by_pay;", "require-concurrent-index-deletion", id="index dropped"),
    ],
)  # fmt: skip
def test_fault_is_found_by_squawk_when_a_statement_is_unsafe(tmp_path: Path, up: str, rule: str) -> None:
    """At its line; the file before the fault has none."""
    path = tmp_path / "0010_try_jobs.sql"
    path.write_text(SOUND)
    assert squawked(path).returncode == 0
    path.write_text("-- Why:   a trial.\n\n" + up)
    found = squawked(path)
    assert found.returncode == 1
    text = re.sub(r"\x1b(?:\[[0-9;]*m|\]8;;[^\x1b]*\x1b\\)", "", found.stdout)
    assert f"warning[{rule}]: " in text
    assert f"0010_try_jobs.sql:{LINE + up.count(chr(10))}:" in text
