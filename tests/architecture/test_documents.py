"""What the documents name is there: files, targets of make, commands, settings, statements."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from hiring.__main__ import FEATURES, command_line
from hiring.config import Settings
from hiring.config_sources import read_environment
from tests.architecture.checkout import CHECKOUT, files, text_of, told

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
STATEMENT = re.compile(r"(?P<file>(?:commands|queries)/\w+)\.(?P<verb>\w+)")
TARGET = re.compile(r"\bmake ([a-z][a-z-]+)")
COMMAND = re.compile(r"\bhiring ([a-z][a-z-]+)(?: ([a-z][a-z-]+))?")
SETTING = re.compile(r"\bHIRING__(?!SECTION__)[A-Z0-9_]+")
GENERATED = re.compile(r"\.envs/(infra/\.env|secrets)$|\.run(-test)?/")
"""What the first start of a stack makes, and what a stack then makes of its own."""

EVERY = pytest.mark.parametrize("document", DOCUMENTS, ids=str)


def is_guide(document: Path) -> bool:
    """Whether a document is a page of the service, whose own addresses `tests/guide` follows."""
    return document.parent == Path("docs/guide")


def code_of(document: Path) -> list[str]:
    """What a document sets apart as code."""
    return [each.strip("`") for each in CODE.findall(text_of(document))]


def paths_of(document: Path) -> Iterator[str]:
    """What a document spells as a path: words with a slash whose first part is a file or folder here, or beside it."""
    for code in code_of(document):
        word = code.split()[0] if code.split() else ""
        first = word.partition("/")[0]
        if "/" in word and first and any((place / first).exists() for place in (CHECKOUT, CHECKOUT / document.parent)):
            yield word.removesuffix("/")


def is_there(document: Path, name: str) -> bool:
    """Whether a path leads somewhere, from the checkout or from the document; `<any>` and `*` stand for what fits."""
    pattern = re.sub(r"<[^>]+>", "*", name)
    if GENERATED.match(name) or any(
        next(place.glob(pattern), None) for place in (CHECKOUT, CHECKOUT / document.parent)
    ):
        return True
    named = STATEMENT.fullmatch(name)
    file = CHECKOUT / "sql" / f"{named['file']}.sql" if named else None
    if named is None or file is None or not file.exists():
        return False
    return re.search(rf"^-- name: {named['verb']}\b", file.read_text(encoding="utf-8"), re.MULTILINE) is not None


def commands_of(feature: str) -> set[str]:
    """The commands of a group."""
    app: typer.Typer = command_line([feature])
    [group] = [each for each in app.registered_groups if each.name == feature]
    assert group.typer_instance is not None
    registered = group.typer_instance.registered_commands
    return {each.name or each.callback.__name__.replace("_", "-") for each in registered if each.callback}


@EVERY
def test_file_is_there_when_a_document_names_it(document: Path) -> None:
    """Links from the document's folder, paths from the checkout or from the document's folder."""
    named = [link for link in LINK.findall(text_of(document)) if not (is_guide(document) and link.startswith("/"))]
    links = [link for link in named if not (CHECKOUT / document.parent / link).exists()]
    assert not [*links, *(path for path in paths_of(document) if not is_there(document, path))]


@EVERY
def test_target_is_there_when_a_document_makes_it(document: Path) -> None:
    """In code only: a sentence may make sure."""
    targets = set(re.findall(r"^([a-z-]+(?: [a-z-]+)*):(?!=)", text_of(Path("Makefile")), re.MULTILINE))
    assert {name for code in code_of(document) for name in TARGET.findall(code)} <= targets


@EVERY
def test_command_is_there_when_a_document_gives_it(document: Path) -> None:
    """`hiring` with its feature, and with the feature's command where that is a group."""
    found = {pair for code in code_of(document) for pair in COMMAND.findall(code)}
    assert {feature for feature, _ in found} - {"cli"} <= FEATURES.keys()
    for feature, command in found:
        if command and feature != "cli" and FEATURES[feature].is_group:
            assert command in commands_of(feature)


def test_setting_is_there_when_a_text_gives_it_a_value() -> None:
    """`HIRING__SECTION__KEY` in documents, examples and templates of environments."""
    for path in files():
        if path.suffix in (".md", ".yaml", ".env", ".sh", ".yml"):
            for name in SETTING.findall(text_of(path)):
                read_environment({name: ""}, Settings)


def test_folder_is_explained_when_it_is_in_the_checkout() -> None:
    """The README's table has a line for each folder that people open."""
    explained = set(re.findall(r"`([a-z]+)(?:/[\w./]+)?`", text_of(Path("README.md"))))
    folders = {path.parts[0] for path in files() if len(path.parts) > 1 and not path.parts[0].startswith(".")}
    assert folders <= explained


def test_continuous_integration_runs_what_a_person_runs() -> None:
    """All tests, then the check, each as the README tells."""
    script = Path(".ci/run")
    run = [line for line in text_of(script).splitlines() if line.startswith("make ")]
    assert run == ["make test", "make test-long", "make check"]
    assert (CHECKOUT / script).stat().st_mode & 0o111


def test_file_of_conf_is_used_when_it_is_there() -> None:
    """By the name of its file, or of its stem, in another file; a program finds its own hidden one by itself."""
    texts = {path: text_of(path) for path in files() if path.parts[0] != "tests" and path.suffix != ".json"}
    found = [
        str(path)
        for path in files()
        if path.parts[0] == "conf"
        and not path.name.startswith(".")
        and not any(path.stem in text for other, text in texts.items() if other != path)
    ]
    assert not found, told(found)
