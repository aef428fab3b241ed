"""A peer: FastAPI and SQLAlchemy's asyncio ORM on asyncpg, with Pydantic response models. It does the list only.

It is served as `fastapi_models` is. A session for each request comes from a dependency with `yield`, as in FastAPI's
documentation; SQLAlchemy's has the rest: mapped classes, an eager join for what is shown within, and
`expire_on_commit=False`. The versions are those of requirements.lock.
"""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Query
from sqlalchemy import DateTime, ForeignKeyConstraint, exists, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship

from benchmarks.peers import CONNECTIONS
from benchmarks.peers.fastapi_access import READ, CallerOfRequest
from benchmarks.peers.fastapi_shapes import ApplicationPage

engine = create_async_engine(
    READ.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=CONNECTIONS, max_overflow=0
)
sessions = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


class Base(DeclarativeBase):
    """Every table's key begins with the organization."""

    type_annotation_map = {
        datetime: DateTime(timezone=True), dict[str, Any]: JSONB, list[dict[str, Any]]: JSONB,
    }  # fmt: skip

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)


class Stage(Base):
    """A step of a job's pipeline."""

    __tablename__ = "stages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    position: Mapped[int]


class Job(Base):
    """A vacancy, as far as it decides who sees its applications."""

    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    is_confidential: Mapped[bool]


class Candidate(Base):
    """A candidate, as far as it decides who sees them."""

    __tablename__ = "candidates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None]


class TeamMember(Base):
    """A member of a job's hiring team."""

    __tablename__ = "hiring_team_members"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)


OUTCOMES = {"active": "open", "hired": "hired", "rejected": "declined", "withdrawn": "declined"}


class Application(Base):
    """A candidate's pursuit of one job."""

    __tablename__ = "applications"
    __table_args__ = (
        ForeignKeyConstraint(["organization_id", "stage_id"], ["stages.organization_id", "stages.id"]),
        ForeignKeyConstraint(["organization_id", "job_id"], ["jobs.organization_id", "jobs.id"]),
        ForeignKeyConstraint(["organization_id", "candidate_id"], ["candidates.organization_id", "candidates.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    external_id: Mapped[str | None]
    candidate_id: Mapped[UUID]
    job_id: Mapped[UUID]
    post_id: Mapped[UUID | None]
    stage_id: Mapped[UUID]
    status: Mapped[str]
    transferred_to: Mapped[UUID | None]
    transferred_from: Mapped[UUID | None]
    source_id: Mapped[UUID | None]
    source_application_id: Mapped[str | None]
    referrer: Mapped[str | None]
    referrer_id: Mapped[UUID | None]
    assignee_id: Mapped[UUID | None]
    source_details: Mapped[dict[str, Any]]
    answers: Mapped[list[dict[str, Any]]]
    custom_fields: Mapped[dict[str, Any]]
    end_reason_id: Mapped[UUID | None]
    override_reason: Mapped[str | None]
    start_on: Mapped[date | None]
    applied_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    stage: Mapped[Stage] = relationship(viewonly=True)
    job: Mapped[Job] = relationship(viewonly=True)
    candidate: Mapped[Candidate] = relationship(viewonly=True)

    @property
    def outcome(self) -> str | None:
        """What became of it."""
        return OUTCOMES.get(self.status)


async def session_of() -> AsyncIterator[AsyncSession]:
    """A session for the request."""
    async with sessions() as session:
        yield session


@app.get("/api/v1/jobs/{job_id}/applications", response_model=ApplicationPage)
async def list_applications(
    job_id: UUID, caller: CallerOfRequest, session: Annotated[AsyncSession, Depends(session_of)],
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
) -> Any:  # fmt: skip
    """Lists the newest applications of a job."""
    is_on_team = exists().where(
        TeamMember.organization_id == caller.organization_id, TeamMember.job_id == Job.id,
        TeamMember.user_id == caller.user_id, TeamMember.role != "interviewer",
    )  # fmt: skip
    statement = (
        select(Application)
        .join(Application.job)
        .join(Application.candidate)
        .options(joinedload(Application.stage, innerjoin=True))
        .where(
            Application.organization_id == caller.organization_id,
            Application.job_id == job_id,
            Candidate.user_id.is_distinct_from(caller.user_id),
            or_(~Job.is_confidential, is_on_team),
        )
        .order_by(Application.id.desc())
        .limit(limit)
    )
    return {"items": (await session.scalars(statement)).all(), "next_cursor": None}
