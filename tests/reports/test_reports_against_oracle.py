"""Every report of ClickHouse is what plain Python computes from the same events, whatever happened and in which order.

HIRING_REPORT_EXAMPLES in the environment says how many histories are tried.
"""

import asyncio
import os
from uuid import uuid4

import hypothesis
import pytest
from hypothesis import strategies as st

from hiring.connectors.clickhouse import ClickHouse
from tests.reports.asking import ask, differences
from tests.reports.events import facts
from tests.reports.histories import deliveries, random_history, random_question
from tests.reports.reports import REPORTS

EXAMPLES = int(os.environ.get("HIRING_REPORT_EXAMPLES", "80"))


@pytest.mark.timeout(300 + EXAMPLES)
@hypothesis.settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(seed=st.integers(0, 2**64 - 1))
async def test_report_is_what_its_document_says_when_anything_happened(analytics: ClickHouse, seed: int) -> None:
    """Facts come in any order, some twice; another organization has other facts under the same ids."""
    history, other = random_history(seed), random_history(seed + 1)
    organization_id, other_id = uuid4(), uuid4()
    lines = facts(history.events, organization_id=organization_id) + facts(other.events, organization_id=other_id)
    for batch in deliveries(seed, lines):
        await analytics.insert("facts", batch)
    question = random_question(seed, history)
    asked = [ask(analytics, name, question, organization_id=organization_id) for name in REPORTS]
    rows = zip(REPORTS.items(), await asyncio.gather(*asked), strict=True)
    told = {name: differences(found, report(history.events, question)) for (name, report), found in rows}
    assert not {name: each for name, each in told.items() if each}, f"{question}: {history.events}"
