"""docs/domain.md draws the states that the code defines."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hiring.domain.states import MACHINES, Machine, ways
from tests.architecture.checkout import text_of

DOCUMENT = Path("docs/domain.md")


def drawn(machine: Machine) -> Iterator[str]:
    """Yields the lines of a diagram of what a machine's commands lead to, as Mermaid reads them."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield f"    [*] --> {machine.initial}"
    for state in ways(machine):
        for command, transition in machine.transitions.items():
            if state in transition.sources:
                yield f"    {state} --> {transition.target}: {command}"
    yield "```"


@pytest.mark.parametrize("noun", MACHINES)
def test_document_draws_the_states(noun: str) -> None:
    """What is missing there can be pasted from the failure."""
    picture = "\n".join((f"The states of {'an' if noun[0] in 'ao' else 'a'} {noun}:", "", *drawn(MACHINES[noun])))
    assert picture in text_of(DOCUMENT)
