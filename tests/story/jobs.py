"""The third chapter: a job with its team, pipeline and openings, and the post that advertises it."""

from typing import Any

from tests.story.examples import Storyteller, in_days, instant_in_days
from tests.story.roles import People, Structure

PAY = {"min_minor": 7_000_000, "max_minor": 9_000_000, "currency": "EUR", "period": "year"}
PLACE = {
    "name": "Berlin Mitte", "street": "Torstraße 1", "postal_code": "10119", "city": "Berlin", "region": "DE-BE",
    "country": "DE",
}  # fmt: skip
QUESTIONS: list[dict[str, Any]] = [
    {
        "label": "Wo arbeiten Sie gern?", "type": "single_select", "required": True,
        "options": [{"label": "Im Büro"}, {"label": "Zu Hause"}],
    },
    {
        "label": "Auf welches Projekt sind Sie stolz?", "type": "long_text", "required": False, "max_length": 2000,
        "help": "Ein Absatz genügt.",
    },
    {"label": "Arbeitsprobe", "type": "file", "required": False},
]  # fmt: skip


async def vacancy(say: Storyteller, people: People, structure: Structure) -> dict[str, Any]:
    """Ravi drafts a job, puts its team together, changes its pipeline, opens it; ids of job, stages and an opening."""
    ravi = people.ravi
    rejection = {"active_applications": {"reject": {"reason_id": structure.reasons["rejection"]}}}
    described = {
        "title": "Firmware Engineer", "employment_type": "full_time", "workplace": "hybrid",
        "description": "Keeps our meters running for ten years on one battery.", "department_id": structure.department,
        "office_ids": [structure.office], "requisition_code": "R-2026-17", "is_confidential": False,
        "pay_range": PAY, "on_filled": rejection, "external_id": "J-17", "custom_fields": {"cost_center": "4711"},
    }  # fmt: skip
    made = {"kind": "job", "openings_count": 1, "pipeline_template_id": structure.template}
    job = await say("addJob", ravi, body=described | made)
    named = {"job_id": job["id"]}
    await say("readJob", ravi, path=named, query={"expand": "department,offices"})
    changed = described | {"title": "Senior Firmware Engineer", "pay_range": PAY | {"max_minor": 9_500_000}}
    await say("changeJob", ravi, path=named, body=changed)
    await say("changeJob", ravi, path=named, body={"title": "Lead"}, headers={"If-Match": '"1"'}, status=412)
    await say("readHiringTeam", ravi, path=named)
    team = {"members": [{"user_id": people.ravi_id, "role": "hiring_manager"}]}
    await say("replaceHiringTeam", ravi, path=named, body=team)
    before = (await say("readPipeline", ravi, path=named))["stages"]
    applied, call, interview, offer, hired = ({key: each[key] for key in ("id", "name", "kind")} for each in before)
    review = {"name": "Code review", "kind": "assessment"}
    pipeline = {"stages": [applied, call, review, interview, hired], "mapping": {offer["id"]: interview["id"]}}
    after = await say("replacePipeline", ravi, path=named, body=pipeline)
    await say("openJob", ravi, path=named)
    await say("listJobs", ravi, query={"status": "open", "department_id": structure.department, "limit": "25"})
    await say("listJobs", ravi, query={"custom.cost_center": "4711", "status": "open"})
    stages = {each["kind"]: each["id"] for each in after["stages"]}
    return {"id": job["id"], "stages": stages, "opening": await opening(say, ravi, job["id"], structure)}


async def opening(say: Storyteller, ravi: str, job_id: str, structure: Structure) -> str:
    """A second opening, given up and found again; the job is held meanwhile."""
    job = {"job_id": job_id}
    wanted = {"target_start_on": in_days(60), "external_id": "O-17-2"}
    added = await say("addOpenings", ravi, path=job, body=wanted | {"count": 1})
    named = {"opening_id": added["items"][0]["id"]}
    await say("listJobOpenings", ravi, path=job, query={"status": "open"})
    await say("listOpenings", ravi, query={"job_id": job_id, "expand": "job"})
    await say("changeOpening", ravi, path=named, body=wanted | {"target_start_on": in_days(90)})
    await say("closeOpening", ravi, path=named, body={"reason_id": structure.reasons["opening_close"]})
    await say("reopenOpening", ravi, path=named)
    await say("holdJob", ravi, path=job)
    await say("openJob", ravi, path=job)
    return str(named["opening_id"])


async def advertisement(
    say: Storyteller, ravi: str, structure: Structure, job_id: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A post in German with questions, and its English translation, both as they are published."""
    job = {"job_id": job_id}
    text = {
        "title": "Firmware-Entwicklerin", "body": "<p>Bauen Sie mit uns Zähler.</p>", "body_format": "html",
        "language": "de", "external_id": "P-17-de", "locations": [PLACE], "remote_regions": ["DE"],
        "pay_ranges": [PAY], "is_internal": False, "closes_at": instant_in_days(1500),
    }  # fmt: skip
    more = {"job_board_id": structure.board["id"], "questions": QUESTIONS}
    post = await say("addPost", ravi, path=job, body=text | more)
    named = {"post_id": post["id"]}
    kept = [{key: value for key, value in each.items() if value not in (None, [])} for each in post["questions"]]
    await say("changePost", ravi, path=named, body=text | {
        "title": "Firmware-Entwicklerin (m/w/d)", "body": "<p>Bauen Sie mit uns Messgeräte.</p>", "questions": kept,
    })  # fmt: skip
    post = await say("publishPost", ravi, path=named)
    english = await say("addPost", ravi, path=job, body={
        "title": "Firmware Engineer", "body": "Build meters with us.", "language": "en",
        "job_board_id": structure.board["id"], "translation_of": post["id"], "locations": [PLACE],
    })  # fmt: skip
    english = await say("publishPost", ravi, path={"post_id": english["id"]})
    await say("readPost", ravi, path=named, query={"expand": "job"})
    await say("listPosts", ravi, query={"status": "published", "job_id": job_id})
    await say("listJobPosts", ravi, path=job, query={"status": "published"})
    return post, english


async def preview(say: Storyteller, ravi: str, structure: Structure, post: dict[str, Any]) -> None:
    """A post that is off the board, as its preview link shows it."""
    link = await say("addPreviewLink", ravi, path={"post_id": post["id"]}, body={"valid_days": 3})
    named = {"board": structure.board["slug"], "post_id": post["id"]}
    await say("readBoardPost", path=named, query={"preview": link["url"].partition("?preview=")[2]})
    await say("readBoardPost", path=named, query={"preview": "forged"}, status=422)
