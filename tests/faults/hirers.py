"""People who hire and reject while servers die, and what a funnel must say of their work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID

from tests.databases import Admin
from tests.faults.load import Load

OPENINGS, OPENINGS_AT_ONCE = 400, 100
BREATH_S = 0.1
"""The processes that start again have to share the machine with the load."""
COUNTS = ("reached", "active", "rejected", "withdrawn", "transferred")
FUNNEL = """
WITH application AS (
    SELECT a.id, a.status, CASE WHEN a.status = 'hired' THEN 6 ELSE max(
        array_position(ARRAY['review', 'screen', 'assessment', 'interview', 'offer'], s.kind)
    ) FILTER (WHERE c.change IN ('submitted', 'moved')) END AS furthest
    FROM applications AS a
    JOIN stage_changes AS c ON c.organization_id = a.organization_id AND c.application_id = a.id
    JOIN stages AS s ON s.organization_id = c.organization_id AND s.id = c.to_stage_id
    WHERE a.organization_id = %(organization_id)s
    GROUP BY a.organization_id, a.id
)
SELECT k.kind, count(*) FILTER (WHERE a.furthest >= k.rank),
       count(*) FILTER (WHERE a.furthest = k.rank AND a.status = 'active'),
       count(*) FILTER (WHERE a.furthest = k.rank AND a.status = 'rejected'),
       count(*) FILTER (WHERE a.furthest = k.rank AND a.status = 'withdrawn'), 0::bigint
FROM unnest(ARRAY['review', 'screen', 'assessment', 'interview', 'offer', 'hired']) WITH ORDINALITY AS k (kind, rank)
CROSS JOIN application AS a
GROUP BY k.kind, k.rank
ORDER BY k.rank
"""


class Hirers(Load):
    """Every second application of a recruiter ends with a hire, the others with a rejection."""

    @classmethod
    @asynccontextmanager
    async def prepared(cls, address: str) -> AsyncIterator[Self]:
        """As the other load, with openings to fill."""
        async with super().prepared(address) as load:
            load.hired = set[str]()
            for _ in range(OPENINGS // OPENINGS_AT_ONCE):
                await load.ada.made(f"/jobs/{load.job['id']}/openings", {"count": OPENINGS_AT_ONCE})
            yield load

    hired: set[str]

    async def _recruit(self) -> None:
        """One application from its first day to its end."""
        candidate = await self.command("/candidates", {"first_name": "Kim"})
        application = await self.command(
            "/applications", {"candidate_id": candidate.json()["id"], "job_id": self.job["id"]}
        )
        application_id = application.json()["id"]
        path = f"/applications/{application_id}"
        await self.command(f"{path}/move", {"to_stage_id": self.stages["screen"]})
        if len(self.hired) <= len(self.ended):
            await self.command(f"{path}/move", {"to_stage_id": self.stages["interview"]})
            await self.command(f"{path}/hire", {"override_reason": "No offers yet."})
            self.hired.add(application_id)
        else:
            answer = await self.command(f"{path}/reject", {"reason_id": self.reason_id})
            self.ended[application_id] = answer.json()["version"]
        await asyncio.sleep(BREATH_S)


async def funnel_of_postgres(admin: Admin, load: Load) -> list[dict[str, Any]]:
    """What the report must say, counted from the histories on the primary."""
    rows = await admin(FUNNEL, organization_id=UUID(load.ada.organization["id"]))
    return [dict(zip(("kind", *COUNTS), row, strict=True)) for row in rows]


async def funnel(load: Load, **query: str) -> list[dict[str, Any]]:
    """What the report says, without a token."""
    answer = await load.reader.get("/api/v1/reports/funnel", params=query, headers={"Consistency-Token": ""})
    assert answer.status_code == 200, answer.text
    return [{key: row[key] for key in ("kind", *COUNTS)} for row in answer.json()["items"]]
