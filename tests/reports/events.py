"""Events as reports know them, and the facts that ClickHouse gets of them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID


class Event(NamedTuple):
    """What an event tells that a report may need; `aggregate` is the first word of `type`."""

    id: UUID
    type: str
    aggregate_id: UUID
    version: int
    occurred_at: datetime
    job_id: UUID
    user_id: UUID | None = None
    stage_kind: str | None = None
    source_id: UUID | None = None
    applied_at: datetime | None = None
    status: str | None = None

    @property
    def aggregate(self) -> str:
        """What kind of resource the event is about."""
        return self.type.partition(".")[0]

    @property
    def counts_at(self) -> datetime:
        """The moment at which the event counts: a submission counts when the candidate applied."""
        return self.applied_at if self.type == "application.submitted" and self.applied_at else self.occurred_at


def fact(event: Event, *, organization_id: UUID, position: int) -> bytes:
    """The line that the function `fact_body` makes of an event."""
    ids = {f"{name}_id": event.aggregate_id if event.aggregate == name else None for name in ("application", "opening")}
    values = {
        "organization_id": organization_id, "event_id": event.id, "position": position, "type": event.type,
        "aggregate_type": event.aggregate, "aggregate_id": event.aggregate_id, "aggregate_version": event.version,
        "occurred_at": as_utc(event.occurred_at), "actor_type": "user" if event.user_id else "system",
        "user_id": event.user_id, "job_id": event.job_id, **ids, "stage_id": None, "stage_kind": event.stage_kind,
        "source_id": event.source_id, "post_id": None, "reason_id": None, "status": event.status,
        "applied_at": as_utc(event.applied_at) if event.applied_at else None,
    }  # fmt: skip
    return json.dumps(values, default=str).encode()


def facts(events: Sequence[Event], *, organization_id: UUID) -> list[bytes]:
    """The lines of events, in their order."""
    return [fact(event, organization_id=organization_id, position=n) for n, event in enumerate(events, 1)]


def as_utc(moment: datetime) -> str:
    """A moment as the function `as_utc` of the database writes it."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
