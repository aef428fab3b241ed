"""`hiring sql list`, without settings or a server."""

import re

import msgspec
import pytest

from tests.architecture.checkout import files, text_of
from tests.cli.command import hiring

NOTHING = {"HIRING_DEPLOYMENT": "nowhere", "NO_COLOR": "1"}
NAME = re.compile(r"^-- name: (\w+)\S*\n-- (.+)$", re.MULTILINE)


def written() -> dict[str, str]:
    """Every statement of the checkout by its name, with the first line of its header."""
    return {
        f"{path.parent.name}/{path.stem}.{verb}": sentence
        for path in files()
        if str(path.parent) in ("sql/analytics", "sql/commands", "sql/queries") and path.suffix == ".sql"
        for verb, sentence in NAME.findall(text_of(path))
    }


@pytest.fixture(scope="module")
def page() -> list[str]:
    """The lines that people read."""
    answer = hiring("sql", "list", **NOTHING)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout.splitlines()


def test_statement_has_a_line_when_all_are_listed(page: list[str]) -> None:
    """Each once, with its sentence."""
    lines = [line.split(maxsplit=1) for line in page if line.startswith("  ")]
    assert len(lines) == len(written()) > 200
    assert dict(lines) == written()


def test_statements_are_below_their_noun_when_they_are_listed(page: list[str]) -> None:
    """The nouns ascend; of each, the commands come before the queries, and the sentences begin in one column."""
    nouns = [line for line in page if not line.startswith("  ")]
    assert nouns == sorted({name.partition("/")[2].partition(".")[0] for name in written()})
    first, last = page.index("openings"), page.index("organizations")
    group = page[first + 1 : last]
    assert {line.split()[0].partition(".")[0] for line in group} == {"commands/openings", "queries/openings"}
    folders = [line.split("/")[0].strip() for line in group]
    assert folders == sorted(folders)
    sentences = written()
    assert len({line.index(sentences[line.split()[0]]) for line in group}) == 1


def test_list_is_json_when_a_program_asks() -> None:
    """The same statements, each with its noun and kind."""
    answer = hiring("sql", "list", "--json", **NOTHING)
    assert (answer.returncode, answer.stderr) == (0, "")
    listed = msgspec.json.decode(answer.stdout)
    assert {each["name"]: each["sentence"] for each in listed} == written()
    assert {
        "noun": "openings", "kind": "command", "name": "commands/openings.close",
        "sentence": "Closes an open opening for a reason; a closed one stays as it is.",
    } in listed  # fmt: skip
    assert {each["kind"] for each in listed if each["name"].startswith("queries/")} == {"query"}


def test_help_tells_both_commands_when_a_group_is_asked_for() -> None:
    """With a sentence each."""
    answer = hiring("sql", "--help", **NOTHING)
    assert answer.returncode == 0
    for words in ("list", "Print every command and query by noun", "explain", "Explain a statement"):
        assert words in answer.stdout
