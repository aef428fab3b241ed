"""`make noun` writes a vocabulary that passes the checks as it is; here in a copy of the checkout."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".venv*", ".git", ".run*", ".pytest_cache", ".hypothesis", "__pycache__", "*.egg-info", "node_modules"
)
ENGINE = ".venv-clickhouse"
NAME = "interview_kinds"
LOOKED_AT = (
    "tests/architecture/test_nouns.py", "tests/architecture/test_routes.py", "tests/sqlproof/test_declared_outcomes.py",
)  # fmt: skip
TIMEOUT_S = 120


class Copy:
    """A copy of the checkout in which commands run on its own code."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        shutil.copytree(CHECKOUT, self.folder, ignore=LEFT_OUT)
        (self.folder / ENGINE).symlink_to(CHECKOUT / ENGINE)
        # The server that sqlproof makes is migrated by the copy's code, not by that of the checkout.
        self.change("sql/rules.toml", '["hiring", ', '["python", "-m", "hiring", ')

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Runs a module of Python to its end."""
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=self.folder, capture_output=True, text=True, timeout=TIMEOUT_S,
            check=False,
        )  # fmt: skip

    def make_noun(self, name: str) -> "subprocess.CompletedProcess[str]":
        """What `make noun` does in an environment that is there."""
        return subprocess.run(
            [sys.executable, "tools/noun/make_noun.py", name], cwd=self.folder, capture_output=True, text=True,
            timeout=TIMEOUT_S, check=False,
        )  # fmt: skip

    def findings(self) -> list[str]:
        """What `sqlproof check` says of the noun's statements, by themselves and on few rows: the others take minutes.

        Their plans are not recorded in the copy; that they are missing is left out.
        """
        self.change("sql/rules.toml", '"volume.applications" = "40000"', '"volume.applications" = "2000"')
        for folder in ("commands", "queries", "analytics"):
            for path in (self.folder / "sql" / folder).glob("*.sql"):
                if path.stem != NAME:
                    path.unlink()
        lines = self.run("sqlproof", "check").stdout.splitlines()
        assert re.match(r"\d+ migrations, 7 statements, \d+ findings$", lines[-1]), lines
        return [line for line in lines if NAME in line and "`sqlproof plans`" not in line]

    def change(self, path: str, old: str, new: str) -> None:
        """Puts a text in the place of another, wherever that is."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, told: str) -> None:
        """Adds the lines that the command tells of, behind those of sources."""
        lines = re.findall(r'^    \("[A-Z]+", "/interview-kinds.*\),$', told, re.MULTILINE)
        access = re.findall(r"^[A-Z]+ /interview-kinds.*$", told, re.MULTILINE)
        assert len(lines) == len(access) == 5
        routes = "hiring/handlers/routes.py"
        last = '    ("POST", "/sources/{source_id}/archive", sources.archive_source, "structure.write"),\n'
        self.change(routes, last, last + "\n".join(lines) + "\n")
        self.change(routes, "    departments,\n", f"    departments,\n    {NAME},\n")
        self.run("ruff", "check", "--fix", "--quiet", routes)
        row = "POST /sources/{source_id}/archive\tstructure.write\tall\tprincipal\t\n"
        self.change("tests/api/access.tsv", row, row + "\n".join(access) + "\n")


def passed(done: "subprocess.CompletedProcess[str]") -> None:
    """A command that failed fails the test with what it said."""
    assert done.returncode == 0, (done.args, done.stdout, done.stderr)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """Gone afterwards: it is large."""
    yield Copy(tmp_path)
    shutil.rmtree(tmp_path)


def test_vocabulary_passes_the_checks_when_its_lines_are_added(copy: Copy) -> None:
    """Statements, form, types, names, routes and permissions; half a minute, most of it the check of the SQL."""
    made = copy.make_noun(NAME)
    assert made.returncode == 0, made.stderr
    body = (copy.folder / f"sql/functions/{NAME}.sql").read_text(encoding="utf-8")
    assert len(re.findall(r"as_utc\(\w+\.(?:created|updated)_at\)", body)) == 2, "as other bodies write instants"
    copy.add(made.stdout)
    passed(copy.run("sqlproof", "stubs"))
    passed(copy.run("ruff", "format", "--check", "."))
    passed(copy.run("ruff", "check", "."))
    passed(copy.run("mypy", *(f"hiring/{folder}/{NAME}.py" for folder in ("commands", "queries", "handlers"))))
    passed(copy.run("pytest", "-q", "-p", "no:cacheprovider", *LOOKED_AT))
    assert copy.findings() == []
    twice = copy.make_noun(NAME)
    assert (twice.returncode, twice.stdout) == (1, "")
    assert twice.stderr.startswith(f"{NAME} exists: ")


@pytest.mark.parametrize(
    "name", ["interview_kind", "InterviewKinds", "interview-kinds", "_kinds", "class", "", "sources"]
)
def test_nothing_is_written_when_the_name_is_refused(name: str) -> None:
    """No plural, no snake case, or there already; what is refused is told in a line."""
    before = sorted(CHECKOUT.glob("migrations/*"))
    refused = subprocess.run(
        [sys.executable, "tools/noun/make_noun.py", "--", name], cwd=CHECKOUT, capture_output=True, text=True,
        timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), refused.stderr
    assert sorted(CHECKOUT.glob("migrations/*")) == before
