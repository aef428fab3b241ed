"""A demo organization, made through the same commands as every other one. What is there already is left alone."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import yaml

from hiring.commands import (
    applications,
    candidates,
    hires,
    jobs,
    notes,
    organizations,
    permissions,
    posts,
    result_links,
    users,
)
from hiring.commands.sessions import Device, email_hash
from hiring.config import Settings
from hiring.database import Database
from hiring.demo_bulk_operation import tag_in_bulk
from hiring.demo_doubles import merge_double
from hiring.demo_messages import write_once
from hiring.demo_structure import DemoStructure, first
from hiring.domain.actors import Actor
from hiring.domain.jobs import TRANSITIONS, StatusCommand
from hiring.domain.permissions import BUILT_IN_GROUPS, PERMISSIONS
from hiring.domain.questions import NewQuestion
from hiring.domain.vocabulary import Email, ExternalId, decoded
from hiring.foundation.ids import new_id
from hiring.queries import applications as application_queries
from hiring.queries import candidates as candidate_queries
from hiring.queries import jobs as job_queries
from hiring.queries import notes as note_queries
from hiring.queries import permissions as permission_queries
from hiring.queries import posts as post_queries
from hiring.queries import reasons as reason_queries
from hiring.queries import result_links as result_link_queries
from hiring.queries import users as user_queries
from hiring.queries.base import ListQuery, SyncQuery
from hiring.services.passwords import Passwords
from hiring.services.threads import Threads

FILE = Path(__file__).with_suffix(".yaml")
DEVICE = Device(user_agent="hiring seed", remote_address="127.0.0.1")
FATES = ("apply", "screen", "interview", "apply", "offer", "reject", "apply", "screen", "withdraw", "hire")
"""What becomes of one applicant after the other."""
LED_BY: dict[str, tuple[StatusCommand, ...]] = {"draft": (), "open": ("open",), "on_hold": ("open", "hold")}
"""The commands that lead a job to the status that the plan gives it."""


class Demo(DemoStructure):
    """Fills an organization. Every row has an external id, by which a run that was cut off is gone on with."""

    def __init__(
        self, db: Database, actor: Actor, *, settings: Settings, threads: Threads, plan: dict[str, Any]
    ) -> None:
        super().__init__(db, actor, plan=plan)
        self.settings, self.threads = settings, threads

    def steps(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """What is to be done, one thing after the other, each with its name."""
        yield "departments", self.add_departments
        yield "offices", self.add_offices
        yield "tags", self.add_tags
        yield "custom fields", self.add_custom_fields
        yield "interview kits", self.add_interview_kits
        yield "consent texts", self.add_consent_texts
        yield "e-mail templates", self.add_email_templates
        yield "sender identities", self.add_sender_identities
        for member in self.plan["members"]:
            yield member["first_name"], partial(self.invite, member)
        for place, job in enumerate(self.plan["jobs"]):
            yield job["title"], partial(self.add_job, f"demo-job-{place}", job)
        places = enumerate(self.plan["jobs"])
        open_jobs = cycle(place for place, job in places if job["status"] == "open" and "kind" not in job)
        for number, person, fate, place in zip(count(), self.plan["people"], cycle(FATES), open_jobs, strict=False):
            yield " ".join(person[:2]), partial(self.add_applicant, number, person, fate, f"demo-job-{place}")
        yield "bulk operation", self.tag_applicants

    async def invite(self, member: dict[str, str]) -> None:
        """A colleague with a permission group."""
        query = user_queries.UsersQuery(email=Email.parse(member["email"]))
        user_id = first(await user_queries.list_all(self.db, self.actor, query))
        if user_id is None:
            tokens = self.settings.tokens
            invited = await users.invite(
                self.db, self.actor, secret=tokens.secret, ttl_s=tokens.mailed_ttl_s, email=member["email"],
                first_name=member["first_name"], middle_name=None, last_name=member["last_name"], language=None,
                time_zone=None, external_id=None, mails=self.settings.mails,
            )  # fmt: skip
            user_id = invited.id
        page = await permission_queries.list_groups(self.db, self.actor, SyncQuery(limit=100))
        groups = {group["key"]: group["id"] for group in map(msgspec.json.decode, page.items)}
        await permissions.grant_group(
            self.db, self.actor, user_id=user_id, permission_group_id=UUID(groups[member["group"]]),
            scope=BUILT_IN_GROUPS[member["group"]].usual_scope,
        )  # fmt: skip

    async def add_job(self, key: str, job: dict[str, Any]) -> None:
        """A job with a published post, in the state that the plan gives it."""
        job_id = await self.job(key)
        if job_id is None:
            office_id = await self.office(job["office"])
            made = await jobs.add(
                self.db, self.actor, kind=job.get("kind", "job"), title=job["title"], description=job["text"],
                department_id=await self.department(job["department"]), office_ids=[office_id] if office_id else [],
                employment_type=job["employment_type"], workplace=job["workplace"], pay_range=job.get("pay"),
                requisition_code=None, is_confidential=False, on_filled={"active_applications": "keep"},
                external_id=key, custom_fields=job.get("custom_fields", {}), openings_count=job["openings"],
                pipeline_template_id=None,
            )  # fmt: skip
            job_id = made.id
        await self.add_post(key, job_id, job)
        for command in LED_BY[job["status"]]:
            status = await self.status(job_id)
            if status != job["status"] and status in TRANSITIONS[command][0]:
                await jobs.change_status(self.db, self.actor, job_id=job_id, command=command, expected_versions=None)

    async def add_post(self, key: str, job_id: UUID, job: dict[str, Any]) -> None:
        """The advertisement of a job."""
        query = post_queries.PostsQuery(external_id=ExternalId(key))
        post_id = first(await post_queries.list_all(self.db, self.actor, query))
        if post_id is None:
            office = next(each for each in self.plan["offices"] if each["name"] == job["office"])
            questions = msgspec.convert(job["questions"], list[NewQuestion], dec_hook=decoded)
            made = await posts.add(
                self.db, self.actor, threads=self.threads, job_id=job_id, job_board_id=None, external_id=key,
                translation_of=None, language=None, title=job["title"], body=job["text"], body_format="plain",
                locations=[{name: office[name] for name in ("name", "city", "region", "country")}], remote_regions=[],
                pay_ranges=[job["pay"]] if "pay" in job else [], questions=questions, is_internal=False,
                closes_at=None,
            )  # fmt: skip
            post_id = made.id
        await posts.publish(self.db, self.actor, post_id=post_id, expected_versions=None)

    async def add_applicant(self, number: int, person: list[str], fate: str, job_key: str) -> None:
        """A candidate with an application, somewhere on its way."""
        key, (first_name, last_name, location, title, *tagged) = f"demo-person-{number}", person
        query = candidate_queries.CandidatesQuery(external_id=ExternalId(key))
        candidate_id = first(await candidate_queries.list_all(self.db, self.actor, query))
        if candidate_id is None:
            emails = [{"value": f"person-{number}@mail.example", "kind": "personal"}]
            made = await candidates.add(
                self.db, self.actor, first_name=first_name, middle_name=None, last_name=last_name, emails=emails,
                phones=[], links=[], location=location, time_zone=None, language=None, current_title=title,
                current_company=None, tags=tagged, source_id=None, external_id=key,
                custom_fields=self.plan["kept"].get(number, {}),
            )  # fmt: skip
            candidate_id = made.id
        await self.add_note(number, candidate_id)
        await self.add_result(number, candidate_id)
        await merge_double(self.db, self.actor, candidate_id=candidate_id, phone=self.plan["doubles"].get(number))
        await self.add_to_pool(number, candidate_id)
        if await self.application(key) is None:
            job_id = await self.job(job_key)
            assert job_id is not None
            applied_at = datetime.now(UTC) - timedelta(days=28 - number, hours=number % 7)
            application = await applications.submit(
                self.db, self.actor, candidate_id=candidate_id, job_id=job_id, external_id=key, applied_at=applied_at
            )
            await self.lead(fate, application_id=application.id, job_id=job_id)
        await self.write(number, candidate_id)

    async def tag_applicants(self) -> None:
        """A tag for all who applied for a job."""
        given = self.plan["bulk_tag"]
        job_id = await self.job(f"demo-job-{given['job']}")
        assert job_id is not None  # it was added before
        await tag_in_bulk(self.db, self.actor, name=given["tag"], job_id=job_id)

    async def add_note(self, number: int, candidate_id: UUID) -> None:
        """What somebody wrote about an applicant, where the plan has it."""
        query = note_queries.NotesQuery(candidate_id=candidate_id)
        text = self.plan["notes"].get(number)
        if text is not None and first(await note_queries.list_all(self.db, self.actor, query)) is None:
            await notes.add(
                self.db, self.actor, candidate_id=candidate_id, application_id=None, text=text, mentions=[],
                visibility="team",
            )  # fmt: skip

    async def add_result(self, number: int, candidate_id: UUID) -> None:
        """What a vendor found about an applicant, where the plan has it."""
        found = self.plan["results"].get(number)
        known = await result_link_queries.list_by_candidate(
            self.db, self.actor, ListQuery(limit=1), candidate_id=candidate_id
        )
        if found is not None and first(known) is None:
            await result_links.add(
                self.db, self.actor, candidate_id=candidate_id, label=found["label"], url=found["url"],
                score=found["score"],
            )  # fmt: skip

    async def add_to_pool(self, number: int, candidate_id: UUID) -> None:
        """An application to the talent pool, where the plan has it."""
        key, pooled = f"demo-pooled-{number}", self.plan["pooled"]
        if number in pooled["people"] and await self.application(key) is None:
            job_id = await self.job(f"demo-job-{pooled['job']}")
            assert job_id is not None  # it was added before
            await applications.submit(self.db, self.actor, candidate_id=candidate_id, job_id=job_id, external_id=key)

    async def write(self, number: int, candidate_id: UUID) -> None:
        """A mail about an application, where the plan has it."""
        message = self.plan["messages"].get(number)
        if message is not None:
            application_id = await self.application(f"demo-person-{number}")
            assert application_id is not None  # it was added before
            await write_once(
                self.db, self.actor, candidate_id=candidate_id, application_id=application_id, message=message
            )

    async def lead(self, fate: str, *, application_id: UUID, job_id: UUID) -> None:
        """Moves or ends an application."""
        if fate in ("screen", "interview", "offer"):
            _, stages = await job_queries.current_stages(self.db, self.actor, job_id=job_id)
            stage = next(stage for stage in stages if stage.kind == fate)
            await applications.move(
                self.db, self.actor, application_id=application_id, to_stage_id=stage.id, from_stage_id=None, note=None,
                expected_versions=None,
            )  # fmt: skip
        elif fate == "reject":
            reason_id = await self.reason("rejection")
            await applications.reject(
                self.db, self.actor, application_id=application_id, reason_id=reason_id, note=None, mail=None,
                expected_versions=None,
            )  # fmt: skip
        elif fate == "withdraw":
            await applications.withdraw(
                self.db, self.actor, application_id=application_id, reason_id=await self.reason("withdrawal"),
                note=None, expected_versions=None,
            )  # fmt: skip
        elif fate == "hire":
            await hires.hire(
                self.db, self.actor, application_id=application_id, opening_id=None, start_on=None,
                override_reason="Signed on paper", note=None, expected_versions=None,
            )  # fmt: skip

    async def job(self, key: str) -> UUID | None:
        """The id of a job."""
        query = job_queries.JobsQuery(external_id=ExternalId(key))
        return first(await job_queries.list_all(self.db, self.actor, query))

    async def status(self, job_id: UUID) -> str:
        """The status of a job."""
        status: str = msgspec.json.decode((await job_queries.find(self.db, self.actor, job_id=job_id)).text)["status"]
        return status

    async def reason(self, kind: Any) -> UUID:
        """The id of a reason of a kind."""
        found = first(await reason_queries.list_all(self.db, self.actor, reason_queries.ReasonsQuery(kind=kind)))
        assert found is not None
        return found

    async def application(self, key: str) -> UUID | None:
        """The id of an application."""
        query = application_queries.ApplicationsQuery(external_id=ExternalId(key))
        return first(await application_queries.list_all(self.db, self.actor, query))

    async def is_complete(self) -> bool:
        """Whether a run has come to its end: the last applicant is there."""
        return await self.application(f"demo-person-{len(self.plan['people']) - 1}") is not None


async def open_demo(db: Database, settings: Settings, passwords: Passwords, threads: Threads, password: str) -> Demo:
    """The demo organization, founded where it is not there yet."""
    plan: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    who = plan["administrator"]
    accounts = await db.queries.sessions.find_accounts(email_hash=email_hash(who["email"]), organization=None)
    if accounts:
        organization_id, user_id = accounts[0]["organization_id"], accounts[0]["user_id"]
    else:
        founded = await organizations.register(
            db, secret=settings.tokens.secret, ttl_s=settings.tokens.refresh_ttl_s,
            organization_name=plan["organization"], password_hash=await passwords.hash(password), device=DEVICE,
            correlation_id=new_id(), is_confirmed=True, **who,
        )  # fmt: skip
        organization_id, user_id = founded.grant.organization_id, founded.grant.user_id
    actor = Actor(
        type="user", id=user_id, user_id=user_id, organization_id=organization_id, correlation_id=new_id(),
        permissions=dict.fromkeys(PERMISSIONS, "all"),
    )  # fmt: skip
    return Demo(db, actor, settings=settings, threads=threads, plan=plan)
