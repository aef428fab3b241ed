"""Codes that are spelt in several places are the same code: permissions and event types."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from hiring.consumers.all import CONSUMERS
from hiring.domain.event_types import EVENT_TYPES
from hiring.domain.findings import FINDINGS, Unfit
from hiring.domain.permissions import PERMISSIONS
from tests.architecture.checkout import Module, files, functions, modules, text_of, told

COMING = {
    "events.read": "the event log over REST",
    "offers.approve": "offers",
    "offers.read": "offers",
    "scorecards.read_all": "interviews",
}
"""Permissions that can be granted already → what will ask for them."""
RULES = "hiring.domain.permissions"
MAKERS = ("FieldError", "Unfit")
REFUSING = (Path("sql/commands"), Path("sql/functions"))
UNFIT = re.compile(r"'/[^']*',\s*'(\w+)'")


def texts(nodes: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    """Every text among some nodes with its line."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def asking(module: Module) -> Iterable[ast.AST]:
    """Where a module asks for permissions: everywhere, but for the rules' own tables."""
    return (node for each in functions(module) for node in ast.walk(each)) if module.name == RULES else module.nodes


def test_permission_is_asked_for_when_it_can_be_granted() -> None:
    """By an operation, a command, a query or a filter of reads; else granting it would promise something."""
    asked = {text for module in modules("hiring") for _, text in texts(asking(module))}
    assert PERMISSIONS.keys() - asked == COMING.keys()


def test_permission_exists_when_it_is_asked_for() -> None:
    """A slip of the pen would refuse everybody."""
    nouns = {code.partition(".")[0] for code in PERMISSIONS}
    found = [
        f"{module.path}:{line}: {text}"
        for module in modules("hiring")
        for line, text in texts(module.nodes)
        if text.partition(".")[0] in nouns
        and text.partition(".")[2].isidentifier()
        and text not in PERMISSIONS
        and text not in EVENT_TYPES
    ]
    assert not found, told(found)


def test_event_type_exists_when_a_consumer_waits_for_it() -> None:
    """Else its queue would stay empty for ever."""
    assert {name for consumer in CONSUMERS for name in consumer.event_types} <= EVENT_TYPES.keys()


def codes_of_findings(module: Module) -> Iterator[tuple[int, str]]:
    """Yields the codes of the findings that a module makes, each with its line; one that is passed on has none here."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            yield from texts(node.args[1:2])


def codes_of_refusals() -> set[str]:
    """The codes of the findings that commands refuse with, in SQL, or what they share."""
    return {code for path in files() if path.parent in REFUSING for code in UNFIT.findall(text_of(path))}


def test_code_of_a_finding_is_declared_when_one_is_made() -> None:
    """And made somewhere when it is declared: clients read the list."""
    made = [(module, *each) for module in modules("hiring") for each in codes_of_findings(module)]
    found = [f"{module.path}:{line}: {code}" for module, line, code in made if code not in FINDINGS]
    assert not found, told(found)
    by_default = {inspect.signature(Unfit).parameters["code"].default}
    assert FINDINGS.keys() == {code for *_, code in made} | by_default | codes_of_refusals()
