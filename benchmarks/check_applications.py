"""Applications as they come out again, compared with what went in: candidates, applications, files."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from benchmarks import documents
from benchmarks.documents import Facts, Resume
from benchmarks.stages import Applied, Posted, Run, each

PAGE_ROWS = 25
PEOPLE_ROWS = 2
"""So few on a page of candidates that there is a second one."""
PROFILE = ("first_name", "last_name", "emails", "phones", "links", "location")
PROPOSED = ("first_name", "last_name", "phones", "links", "location", "language")


async def check(run: Run) -> None:
    """Every candidate, application and file, by itself and in the lists."""
    emails = list(dict.fromkeys(applied.email for applied in run.applied if applied.is_public))
    owners = dict(await each(run, "check applicants", emails, lambda email: check_applicant(run, email)))
    run.applied = [
        replace(applied, candidate_id=applied.candidate_id or owners.get(applied.email)) for applied in run.applied
    ]
    await each(run, "check candidates", list(run.added.items()), lambda added: check_added(run, *added))
    await each(
        run, "check lists of people", [[*run.added, *owners.values()]], lambda everybody: check_lists(run, everybody)
    )
    jobs = list({applied.posted.job_id: applied.posted for applied in run.applied}.values())
    await each(run, "check jobs' applications", jobs, lambda posted: check_job(run, posted))
    await check_files(run)


async def check_applicant(run: Run, email: str) -> tuple[str, str]:
    """One candidate is made of an address, by the first resume; another's words are a proposal. Returns their id."""
    found = await run.recruiter.pages("find candidate", "/candidates", limit=PAGE_ROWS, params={"email": email})
    run.findings.same("candidates", email, sent=1, found=len(found))
    people = [documents.candidate(applied.resume) for applied in run.applied if applied.email == email]
    shown, *wanted = (chosen(person, PROFILE) for person in [found[0], *people])
    run.findings.same("candidates", email, sent=next((each for each in wanted if each == shown), wanted), found=shown)
    proposals = [None, *(chosen(person, PROPOSED) for person in people)]
    waiting = found[0]["proposed_update"]
    is_ours = (waiting and chosen(waiting, PROPOSED)) in proposals
    run.findings.same("candidates' proposed updates", email, sent=True, found=is_ours)
    return email, found[0]["id"]


def chosen(person: Facts, names: Sequence[str]) -> Facts:
    """Some of the facts; what is not there is null."""
    return {name: person.get(name) for name in names}


async def check_added(run: Run, candidate_id: str, sent: Facts) -> None:
    """A candidate as the recruiter added them."""
    found = await run.recruiter.read("read candidate", f"/candidates/{candidate_id}")
    run.findings.same("candidates", sent["first_name"], sent=sent, found=found)


async def check_lists(run: Run, everybody: list[str]) -> None:
    """The lists show each candidate and each application once."""
    found = await run.recruiter.pages("list candidates", "/candidates", limit=PEOPLE_ROWS)
    run.findings.same("list of candidates", "ids", sent=sorted(everybody), found=sorted(each["id"] for each in found))
    applications = await run.recruiter.pages("list applications", "/applications", limit=PAGE_ROWS)
    wanted = sorted(place_of(applied) for applied in run.applied)
    run.findings.same("list of applications", "where", sent=wanted, found=sorted(map(shown_place, applications)))


async def check_job(run: Run, posted: Posted) -> None:
    """The list of a job's applications, and each application by itself."""
    listed = await run.recruiter.pages(
        "list job's applications", f"/jobs/{posted.job_id}/applications", limit=PAGE_ROWS
    )
    wanted = sorted(place_of(applied) for applied in run.applied if applied.posted.job_id == posted.job_id)
    run.findings.same("lists of jobs' applications", posted.title, sent=wanted, found=sorted(map(shown_place, listed)))
    for item in listed:
        found = await run.recruiter.read("read application", f"/applications/{item['id']}")
        run.findings.same("applications", posted.title, sent=item | {"status": "active"}, found=found)


def place_of(applied: Applied) -> tuple[str, str, str]:
    """Whose application, for which job, through which post."""
    return str(applied.candidate_id), applied.posted.job_id, applied.posted.post_id


def shown_place(application: Facts) -> tuple[str, str, str]:
    """The same of an application that is shown."""
    return application["candidate_id"], application["job_id"], application["post_id"]


async def check_files(run: Run) -> None:
    """Every resume is attached to its candidate as often as it came, and comes back byte for byte."""
    attachments = await run.recruiter.pages("list attachments", "/attachments", limit=PAGE_ROWS)
    # a recruiter attaches a resume once, however many applications follow
    added = {applied.candidate_id: applied for applied in run.applied if not applied.is_public}.values()
    uploaded = [applied for applied in run.applied if applied.is_public]
    wanted = sorted((str(applied.candidate_id), *described(applied.resume)) for applied in [*added, *uploaded])
    names = ("candidate_id", "file_name", "media_type", "size", "sha256")
    found = sorted(tuple(each[name] for name in names) for each in attachments)
    run.findings.same("list of attachments", "whose, which", sent=wanted, found=found)
    contents = {applied.resume.file_name: applied.resume.content for applied in run.applied}
    await each(run, "check files", attachments, lambda attachment: check_content(run, attachment, contents))


def described(resume: Resume) -> tuple[str, str, int, str]:
    """What an attachment says of a resume's file."""
    digest = hashlib.sha256(resume.content).hexdigest()
    return resume.file_name, "application/json", len(resume.content), digest


async def check_content(run: Run, attachment: Facts, contents: dict[str, bytes]) -> None:
    """The bytes of a file."""
    path = f"/attachments/{attachment['id']}/content"
    answer = await run.recruiter.welcome("download attachment", "GET", path)
    sent = contents.get(attachment["file_name"])
    run.findings.same("files, byte for byte", attachment["file_name"], sent=sent, found=answer.content)
