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
AT_ONCE = 8
"""So many organizations have their facts in the same batches, which takes less time than batches of their own."""


@pytest.mark.timeout(300 + EXAMPLES)
@hypothesis.settings(
    max_examples=-(-EXAMPLES // AT_ONCE), deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)  # fmt: skip
@hypothesis.given(seed=st.integers(0, 2**64 - 1))
async def test_report_is_what_its_document_says_when_anything_happened(analytics: ClickHouse, seed: int) -> None:
    """Facts come in any order, some twice; organizations have facts of their own under the same ids."""
    organizations = {uuid4(): random_history(f"{seed}.{n}") for n in range(AT_ONCE)}
    lines = [line for key, history in organizations.items() for line in facts(history.events, organization_id=key)]
    for batch in deliveries(seed, lines):
        await analytics.insert("facts", batch)
    for n, (organization_id, history) in enumerate(organizations.items()):
        question = random_question(f"{seed}.{n}", history)
        asked = [ask(analytics, name, question, organization_id=organization_id) for name in REPORTS]
        rows = zip(REPORTS.items(), await asyncio.gather(*asked), strict=True)
        told = {name: differences(found, report(history.events, question)) for (name, report), found in rows}
        assert not {name: each for name, each in told.items() if each}, f"{question}: {history.events}"
