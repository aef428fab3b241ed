"""The rules of docs/domain.md are cited by the code that enforces them, and tell the codes that clients get."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hiring.domain.findings import FINDINGS
from hiring.errors import TAKEN, Unseen, declared
from sqlproof.configuration import read_project
from sqlproof.reading.statements import statements_of
from tests.architecture.checkout import CHECKOUT, files, modules, text_of, told

DOCUMENT = Path("docs/domain.md")
RULE = re.compile(r"^- \*\*([A-Z]\d+)\*\* (.+(?:\n  .+)*)", re.MULTILINE)
CLAIM = re.compile(r"\b([45]\d\d)\s+`(\w+)`")
CITATION = re.compile(r"\bRules: ([A-Z]\d+(?:, [A-Z]\d+)*)\.")
REFUSED = re.compile(r"\brefusal\(\s*'(\w+)'|'/[^']*',\s*'(\w+)'|'(\w+)'::text")
"""A code that a command's statement refuses with: of an error, of a finding, of one finding among several."""
OF_ALL_COMMANDS = {"version_mismatch"}
"""Codes that most commands refuse with: their rule is cited once, at the function that makes the refusal."""
ENFORCED_IN = {
    "O2": "handlers", "O5": "handlers", "O9": "commands", "O10": "handlers", "O11": "services",
    "O23": "http", "O24": "http",
    "S6": "handlers", "J7": "handlers", "J9": "handlers",
    "B6": "handlers", "B24": "handlers", "B32": "handlers", "C1": "handlers",
    "F1": "services", "F2": "http", "V1": "commands", "V9": "queries",
    "R2": "http", "R5": "connectors", "R7": "http", "R8": "queries", "R12": "http",
}  # fmt: skip
"""Rule → the package of the service that spells a code of it which neither a statement nor the domain spells."""


class Rule(NamedTuple):
    """A rule: its sentence, and each code that it claims with the status."""

    sentence: str
    claims: Sequence[tuple[int, str]]


class Place(NamedTuple):
    """What cites rules: its name, the ids, and the text that enforces them."""

    name: str
    ids: Sequence[str]
    text: str


@cache
def rules() -> Mapping[str, Rule]:
    """The rules of the document by their ids."""
    return {
        name: Rule(sentence, [(int(status), code) for status, code in CLAIM.findall(sentence)])
        for name, sentence in RULE.findall(text_of(DOCUMENT))
    }


@cache
def statements() -> Sequence[Place]:
    """Every statement, also one that cites no rule."""
    project = read_project(CHECKOUT / "sql" / "rules.toml")
    return [
        Place(each.name, cited(f"Rules: {each.labels.get('Rules', '')}"), each.text) for each in statements_of(project)
    ]


@cache
def places() -> Sequence[Place]:
    """Every statement, file of functions and module that cites rules."""
    functions = [Place(str(path), cited(text_of(path)), text_of(path)) for path in files() if is_of_functions(path)]
    code = [Place(str(each.path), cited(each.text), each.text) for each in modules("hiring")]
    return [place for place in (*statements(), *functions, *code) if place.ids]


def is_of_functions(path: Path) -> bool:
    """Whether a file holds functions that statements share."""
    return path.parent == Path("sql/functions")


def cited(text: str) -> list[str]:
    """The ids that a text cites."""
    return [name for found in CITATION.findall(text) for name in found.split(", ")]


def spells(text: str, code: str) -> bool:
    """Whether a text has a code, or the class of its error."""
    names = [error.__name__ for error in declared() if error.code == code]
    return any(re.search(rf"\b{name}\b", text) for name in (code, *names))


def is_spelt_nowhere(code: str) -> bool:
    """Whether the code of a rule follows from what is missing, or from the name of a constraint."""
    return code == "not_found" or code in TAKEN


def unspelt() -> Iterator[tuple[str, str]]:
    """Yields each rule with a code that no place which cites the rule spells."""
    for name, rule in rules().items():
        texts = [place.text for place in places() if name in place.ids]
        for _, code in rule.claims:
            if not any(spells(text, code) or is_spelt_nowhere(code) for text in texts):
                yield name, code


def refused(statement: Place) -> set[str]:
    """The codes that a command's statement refuses with."""
    found = {code for codes in REFUSED.findall(statement.text) for code in codes if code}
    return found & {*FINDINGS, *(error.code for error in declared())} - OF_ALL_COMMANDS


def test_id_is_given_once_when_a_rule_gets_one() -> None:
    """The numbers of a section ascend, and each line that looks like a rule is one."""
    given = [name for name, _ in RULE.findall(text_of(DOCUMENT))]
    lines = [line for line in text_of(DOCUMENT).splitlines() if line.startswith("- ")]
    assert len(given) == len(set(given)) == len(lines) > 100
    for letter in {name[0] for name in given}:
        numbers = [int(name[1:]) for name in given if name[0] == letter]
        assert numbers == sorted(numbers), letter


def test_rule_is_one_sentence_when_it_is_written() -> None:
    """With a full stop at its end and none before."""
    found = [name for name, rule in rules().items() if not re.fullmatch(r"[^.]*(?:\.\w[^.]*)*\.", rule.sentence)]
    assert not found, told(found)


def test_code_has_its_status_when_a_rule_claims_it() -> None:
    """As errors.py and findings.py declare them; a finding is told with 422."""
    known = {(error.kind.status, error.code) for error in declared() if not issubclass(error, Unseen)}
    known |= {(422, code) for code in FINDINGS} | {(409, code) for code in TAKEN}
    found = [f"{name}: {claim}" for name, rule in rules().items() for claim in rule.claims if claim not in known]
    assert not found, told(found)


def test_rule_exists_when_something_cites_it() -> None:
    """In a header, a comment, a docstring or another rule."""
    found = [f"{place.name}: {name}" for place in places() for name in place.ids if name not in rules()]
    found += [
        f"{name}: {other}"
        for name, rule in rules().items()
        for other in re.findall(r"\b[A-Z]\d+\b", rule.sentence)
        if other not in rules()
    ]
    assert not found, told(found)


def test_header_cites_rules_when_it_has_the_label() -> None:
    """All in one form, or these tests would not find them."""
    lines = [
        (path, line) for path in files() if path.suffix == ".sql" for line in text_of(path).splitlines()
        if line.startswith("-- Rules: ")
    ]  # fmt: skip
    assert lines
    found = [f"{path}: {line}" for path, line in lines if not CITATION.fullmatch(line.removeprefix("-- "))]
    assert not found, told(found)


def test_rule_is_cited_when_it_claims_a_code() -> None:
    """By a place that spells the code; otherwise a table above tells where that is, and has no line too many."""
    missing = dict(unspelt())
    assert missing.keys() == ENFORCED_IN.keys()
    found = [
        f"{name}: {code} in hiring/{ENFORCED_IN[name]}"
        for name, code in unspelt()
        if name in ENFORCED_IN and not any(
            spells(module.text, code) for module in modules("hiring")
            if module.name.startswith(f"hiring.{ENFORCED_IN[name]}.")
        )
    ]  # fmt: skip
    assert not found, told(found)


def test_code_is_that_of_a_rule_when_a_statement_refuses_with_it() -> None:
    """Of one that its header cites."""
    found = []
    for statement in statements():
        claimed = {code for name in statement.ids for _, code in rules()[name].claims}
        if statement.name.startswith("commands/"):
            found += [f"{statement.name}: {code}" for code in sorted(refused(statement) - claimed)]
    assert not found, told(found)
