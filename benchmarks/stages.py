"""What goes in, stage by stage: structure, advertisements, candidates, applications."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

import httpx
from rich.progress import Progress

from benchmarks import documents
from benchmarks.api import Api, Refused, reasons
from benchmarks.documents import Facts, Resume
from benchmarks.summary import Findings

CONCURRENCY = 8

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Posted:
    """An advertisement that is on the board: what was sent, and what it became."""

    advertisement: Facts
    job: Facts
    post: Facts
    job_id: str
    post_id: str
    consistency_token: str

    @property
    def title(self) -> str:
        """The title as it was collected."""
        return str(self.advertisement["title"])


@dataclass(frozen=True)
class Applied:
    """A resume that went in for an advertisement; who applied on the board has no `candidate_id` until it is found."""

    resume: Resume
    posted: Posted
    is_public: bool
    candidate_id: str | None

    @property
    def email(self) -> str:
        """The address that came with it, empty where there is none."""
        return str(documents.form(self.resume).get("email", ""))


@dataclass
class Run:
    """One run: who asks, what is found, and what went in so far."""

    recruiter: Api
    public: Api
    findings: Findings
    progress: Progress
    organization: Facts
    posted: list[Posted] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    added: dict[str, Facts] = field(default_factory=dict)
    """What was sent of each candidate that a recruiter added, by id."""

    @property
    def board(self) -> str:
        """The path of the organization's board."""
        return f"/boards/{self.organization['slug']}"


async def each(run: Run, title: str, items: Sequence[T], work: Callable[[T], Awaitable[R]]) -> list[R]:
    """Does a work for each item, a few at once, behind a progress bar; what fails is lost, and the rest goes on."""
    bar = run.progress.add_task(title, total=len(items))
    turn = asyncio.Semaphore(CONCURRENCY)

    async def one(item: T) -> list[R]:
        async with turn:
            try:
                return [await work(item)]
            except (Refused, httpx.HTTPError) as error:
                run.findings.lost(title, f"{type(error).__name__} {error}")
                return []
            finally:
                run.progress.advance(bar)

    return [result for results in await asyncio.gather(*map(one, items)) for result in results]


async def register(recruiter: Api, mark: str) -> Facts:
    """Founds the run's own organization and logs its administrator in. Raises: Refused, httpx.HTTPError."""
    body = {
        "organization_name": f"Réal Input & Co – №{mark}", "email": f"real-input-{mark}@example.com",
        "password": f"real input {mark}", "first_name": "Zoë",
    }  # fmt: skip
    registered = await recruiter.made("register", "/register", body)
    recruiter.log_in(registered)
    organization: Facts = registered["organization"]
    return organization


async def put_in(run: Run, advertisements: list[Facts], resumes: list[Resume]) -> None:
    """Everything goes in. Raises: Refused, httpx.HTTPError, where nobody can go on."""
    names = list(dict.fromkeys(each["department"] for each in advertisements if each["department"]))
    departments = dict(
        await each(run, "departments", names, lambda name: add_named(run, "departments", {"name": name}))
    )
    places = list(dict.fromkeys(each["location"] for each in advertisements if each["location"]))
    offices = dict(await each(run, "offices", places, lambda name: add_named(run, "offices", documents.place(name))))
    run.posted = await each(
        run, "advertisements", advertisements, lambda each: advertise(run, each, departments, offices)
    )
    if not run.posted:
        raise Refused("no advertisement went in")
    await run.recruiter.stay_logged_in()
    first_posts = list({posted.title: posted for posted in reversed(run.posted)}.values())
    for person in documents.taking_turns(resumes):
        await apply_with(run, person, first_posts)


async def add_named(run: Run, collection: str, body: Facts) -> tuple[str, str]:
    """Adds a department or an office and returns its name and id."""
    made = await run.recruiter.made(f"add {collection}", f"/{collection}", body)
    run.findings.same(collection, body["name"], sent=body, found=made)
    return body["name"], made["id"]


async def advertise(run: Run, advertisement: Facts, departments: dict[str, str], offices: dict[str, str]) -> Posted:
    """Adds the job with its opening, opens it, writes the post and publishes it."""
    for name, why in documents.left_out(advertisement):
        run.findings.refused[f"not sent: {name}", why] += 1
    job, post = documents.job(advertisement, departments, offices), documents.post(advertisement)
    made = await run.recruiter.made("add job", "/jobs", job)
    await run.recruiter.made("open job", f"/jobs/{made['id']}/open")
    written = await run.recruiter.made("write post", f"/jobs/{made['id']}/posts", post)
    published = await run.recruiter.welcome("publish post", "POST", f"/posts/{written['id']}/publish", json={})
    token = published.headers["Consistency-Token"]
    return Posted(advertisement, job, post, made["id"], written["id"], token)


async def apply_with(run: Run, person: list[Resume], posts: list[Posted]) -> None:
    """One person applies for one post of each title, their resumes taking turns.

    Whom the board refuses, a recruiter adds.
    """
    pairs = [(person[place % len(person)], posted) for place, posted in enumerate(posts)]
    name = ", ".join(resume.file_name for resume in person)
    if all([await is_taken(run, resume, posts[0]) for resume in person]):
        run.applied += await each(run, f"board: {name}", pairs, lambda pair: apply_on_board(run, *pair))
        return
    candidate_ids = {resume.file_name: await add_candidate(run, resume) for resume in person}
    run.applied += await each(
        run, f"recruiter: {name}", pairs, lambda pair: apply_for(run, *pair, candidate_ids[pair[0].file_name])
    )


async def is_taken(run: Run, resume: Resume, posted: Posted) -> bool:
    """Whether the board's form can be filled from a resume; the board's own words are kept where it cannot."""
    path = f"{run.board}/posts/{posted.post_id}"
    shown = await run.public.read("read form", path, headers={"Consistency-Token": posted.consistency_token})
    form = documents.form(resume)
    if all(each["name"] in form for each in shown["application_form"]["fields"] if each["required"]):
        return True
    answer = await run.public.ask("apply, incomplete", "POST", f"{path}/applications", json=form)
    for reason in reasons(answer):
        run.findings.refused[f"board: {resume.file_name}", reason] += 1
    return False


async def apply_on_board(run: Run, resume: Resume, posted: Posted) -> Applied:
    """Uploads the resume and applies with it, as its owner would."""
    upload = (
        await run.public.welcome(
            "upload on board", "POST", f"{run.board}/uploads?file_name={quote(resume.file_name)}",
            content=resume.content,
        )
    ).json()  # fmt: skip
    form = documents.form(resume) | {"resume_upload_id": upload["id"]}
    applied = await run.public.made("apply on board", f"{run.board}/posts/{posted.post_id}/applications", form)
    status = await run.public.read("read status", run.board + applied["status_url"].partition(run.board)[2])
    run.findings.same("status pages", posted.title, sent={"status": "received"}, found=status)
    return Applied(resume, posted, is_public=True, candidate_id=None)


async def add_candidate(run: Run, resume: Resume) -> str:
    """Adds who cannot apply by a form, with the resume; without any name, it is called as its file."""
    person = documents.candidate(resume)
    answer = await run.recruiter.ask("add candidate", "POST", "/candidates", json=person)
    if not answer.is_success:
        for reason in reasons(answer):
            run.findings.refused[f"recruiter: {resume.file_name}", reason] += 1
        person = {"first_name": resume.file_name.partition(".")[0]} | person
        answer = await run.recruiter.welcome("add candidate", "POST", "/candidates", json=person)
    candidate_id = str(answer.json()["id"])
    upload = await run.recruiter.welcome(
        "upload", "POST", f"/uploads?file_name={quote(resume.file_name)}", content=resume.content
    )
    body = {"upload_id": upload.json()["id"], "kind": "resume"}
    await run.recruiter.made("attach", f"/candidates/{candidate_id}/attachments", body)
    run.added[candidate_id] = person
    return candidate_id


async def apply_for(run: Run, resume: Resume, posted: Posted, candidate_id: str) -> Applied:
    """Adds an application of a candidate, as a recruiter does."""
    body = {"candidate_id": candidate_id, "job_id": posted.job_id, "post_id": posted.post_id}
    made = await run.recruiter.made("add application", "/applications", body)
    run.findings.same("applications", posted.title, sent=body | {"status": "active"}, found=made)
    return Applied(resume, posted, is_public=False, candidate_id=candidate_id)
