"""Writes the skeleton of a small vocabulary, such as reasons and sources: `make noun NAME=interview_kinds`.

A word has a name, is active or archived, and has a version. What is written is code like any other: it is read, changed
and kept; nothing is generated again. `templates/` mirrors the checkout; NOUNS and NUMBER stand for names in its paths.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from jinja2 import Environment, FileSystemLoader, StrictUndefined

CHECKOUT = Path(__file__).resolve().parents[2]
TEMPLATES = Path(__file__).with_name("templates")
SUFFIX = ".jinja"
PLURAL = re.compile(r"[a-z]+(_[a-z]+)*(?<!s)s")
MAXIMUM_LETTERS = 26
"""So that no line of SQL has more than 120 columns."""
ENDINGS = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("s", ""))
ALIASES = frozenset("glnxh")
"""Aliases that the statements give to other rows."""
NEXT = "make stubs schema sql-plans examples openapi matrix check"


class Noun(NamedTuple):
    """A noun in each of the forms that code spells it in."""

    nouns: str
    noun: str
    number: str
    """Of its migration."""

    def spellings(self) -> dict[str, str]:
        """What templates call them."""
        last = self.noun.rpartition("_")[2]
        word = self.noun.replace("_", " ")
        return {
            "nouns": self.nouns, "noun": self.noun, "number": self.number, "words": self.nouns.replace("_", " "),
            "word": word, "a": "an" if word[0] in "aeiou" else "a", "path": self.nouns.replace("_", "-"),
            "Noun": camel(self.noun), "Nouns": camel(self.nouns), "alias": last[: 2 if last[0] in ALIASES else 1],
        }  # fmt: skip


class NameRefused(Exception):
    """No noun is made of this name; the text says why."""


def camel(name: str) -> str:
    """InterviewKinds for interview_kinds."""
    return "".join(part.capitalize() for part in name.split("_"))


def singular(nouns: str) -> str:
    """interview_kind for interview_kinds."""
    return next(nouns.removesuffix(ending) + one for ending, one in ENDINGS if nouns.endswith(ending))


def noun_of(name: str, checkout: Path) -> Noun:
    """The noun of a name. Raises: NameRefused."""
    if not PLURAL.fullmatch(name) or len(name) > MAXIMUM_LETTERS:
        raise NameRefused(f"{name!r} is no plural in snake_case of up to {MAXIMUM_LETTERS} letters: interview_kinds")
    numbers = [int(path.name[:4]) for path in (checkout / "migrations").glob("[0-9]*.sql")]
    noun = Noun(name, singular(name), f"{max(numbers, default=0) + 1:04}")
    taken = [path for path, _ in files(noun) if (checkout / path).exists()]
    if f"CREATE TABLE public.{name} (" in (checkout / "docs/schema.sql").read_text(encoding="utf-8"):
        taken.append(Path("docs/schema.sql"))
    if taken:
        raise NameRefused(f"{name} exists: {taken[0]}")
    return noun


def rendered(template: str, noun: Noun) -> str:
    """The text of a template with the noun in it."""
    # What comes out is code, not HTML, and what goes in is a name of letters.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False,  # noqa: S701
    )  # fmt: skip
    return environment.get_template(template).render(noun.spellings())


def files(noun: Noun) -> Iterator[tuple[Path, str]]:
    """The path and the text of each file of its own."""
    for path in sorted(TEMPLATES.rglob(f"*/*{SUFFIX}")):
        template = str(path.relative_to(TEMPLATES))
        named = template.removesuffix(SUFFIX).replace("NOUNS", noun.nouns).replace("NUMBER", noun.number)
        yield Path(named), rendered(template, noun)


def additions(noun: Noun) -> dict[str, str]:
    """The lines that a person adds to files of all nouns, by what they are added to."""
    routes, access = rendered(f"routes{SUFFIX}", noun), rendered(f"access{SUFFIX}", noun)
    return {
        "hiring/handlers/routes.py, to the import of handlers": f"    {noun.nouns},\n",
        "hiring/handlers/routes.py, to API": routes,
        "tests/api/access.tsv, at the place that they have among the routes": access,
    }


def written(noun: Noun, checkout: Path) -> Sequence[Path]:
    """Writes the files of its own and brings the Python among them into its form."""
    paths = []
    for path, text in files(noun):
        (checkout / path).write_text(text, encoding="utf-8")
        paths.append(path)
    modules = [str(path) for path in paths if path.suffix == ".py"]
    ruff = Path(sys.executable).with_name("ruff")
    for words in (["check", "--fix", "--quiet", "--select", "I"], ["format", "--quiet"]):
        subprocess.run([ruff, *words, *modules], cwd=checkout, check=True)
    return paths


def main(name: Annotated[str, typer.Argument(help="A plural in snake_case, such as interview_kinds.")]) -> None:
    """Write the files of a new vocabulary, and tell which lines to add elsewhere and what to run next."""
    try:
        noun = noun_of(name, CHECKOUT)
    except NameRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    for path in written(noun, CHECKOUT):
        typer.echo(f"wrote {path}")
    for place, lines in additions(noun).items():
        typer.echo(f"\nadd to {place}:\n\n{lines}", nl=False)
    typer.echo(f"\n{rendered(f'elsewhere{SUFFIX}', noun)}\nthen: {NEXT}")


if __name__ == "__main__":
    typer.run(main)
