"""The tables of docs/reports.md are what the service answers for the events that the document lists."""

from uuid import uuid4

import pytest

from hiring.connectors.clickhouse import ClickHouse
from tests.reports import worked_examples
from tests.reports.asking import ask
from tests.reports.events import facts
from tests.reports.reports import REPORTS


@pytest.mark.parametrize("name", REPORTS)
async def test_table_is_what_the_service_answers_when_a_document_has_it(analytics: ClickHouse, name: str) -> None:
    """ClickHouse and plain Python, which may not be wrong in the same way."""
    organization_id, events = uuid4(), worked_examples.events()
    await analytics.insert("facts", b"\n".join(facts(events, organization_id=organization_id)))
    found = await ask(analytics, name, worked_examples.QUESTION, organization_id=organization_id)
    assert worked_examples.written(found) == worked_examples.told(name)
    assert worked_examples.written(REPORTS[name](events, worked_examples.QUESTION)) == worked_examples.told(name)


def test_period_is_the_one_of_the_document_when_a_table_is_compared() -> None:
    """The sentence above the events tells it."""
    question = worked_examples.QUESTION
    sentence = f"for the period from {question.first} to {question.last} as of {question.as_of:%Y-%m-%d %H:%M}"
    assert sentence in " ".join(worked_examples.sections()["The example"].split())
