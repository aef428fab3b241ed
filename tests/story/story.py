"""How Acme Instruments hires an engineer: every operation of the API, in the order in which somebody meets it."""

from uuid import UUID

from tests.story.applications import applicant, decisions, hire, pooled, put_away, reading, sourced, stay, tested
from tests.story.examples import Storyteller
from tests.story.jobs import advertisement, preview, vacancy
from tests.story.people import account, colleagues
from tests.story.reports import looked_at
from tests.story.roles import Mailed
from tests.story.structure import laid_out


async def tell(say: Storyteller, mailed: Mailed) -> None:
    """The whole story."""
    mia = await account(say, mailed)
    people = await colleagues(say, mia, mailed)
    structure = await laid_out(say, people)
    job = await vacancy(say, people, structure)
    post, english = await advertisement(say, people.ravi, structure, job["id"])
    await applicant(say, structure, post)
    await say("unpublishPost", people.ravi, path={"post_id": english["id"]})
    await preview(say, people.ravi, structure, english)
    kim = await reading(say, people, structure, job)
    lena, omar = await sourced(say, people.ravi, structure, post)
    await tested(say, people.ravi, kim["candidate_id"])
    await pooled(say, people.ravi, structure, lena)
    await decisions(say, people, structure, job, omar)
    await hire(say, people, structure, job, kim)
    await looked_at(say, people.ravi, job["id"])
    await say("explainAccess", mia, query={"user_id": people.ravi_id, "type": "application", "id": kim["id"]})
    await say("listTimeline", people.ravi, path={"candidate_id": omar}, query={"limit": "3"})
    await say("exportCandidate", mia, path={"candidate_id": kim["candidate_id"]})
    await stay(say, people.ravi, structure, kim)
    await put_away(say, people, structure, job)
    await sync(say, people.sync, job["id"])
    await service(say, mia)


async def sync(say: Storyteller, key: str, job_id: str) -> None:
    """What the nightly sync asks: lists by pages, what has changed since, some by their ids, the pipeline as it was."""
    page = await say("listCandidates", key, query={"limit": "2"})
    rest = await say("listCandidates", key, query={"limit": "2", "cursor": page["next_cursor"]})
    people = [each["id"] for each in page["items"] + rest["items"]]
    await say("listCandidates", key, query={"ids": ",".join(people)})
    since = page["items"][-1]["updated_at"]
    await say("listCandidates", key, query={"updated_since": since})
    await say("readPipeline", key, path={"job_id": job_id}, query={"as_of": since})


async def service(say: Storyteller, mia: str) -> None:
    """What is asked without an account, what operators ask, and what nobody gets."""
    await say("checkLiveness")
    await say("checkReadiness")
    await say("readPublicKeys")
    await say("readService")
    await say("listVersions")
    await say("listErrors")
    await say("listEventTypes")
    await say("listPayDisclosureRules")
    await say("readOpenapiDocument")
    await say("readAsyncapiDocument")
    await say("readSqlCatalogue", mia)
    await say("readJob", mia, path={"job_id": str(UUID(int=1))}, status=404)
    await say("readMe", status=401)
    await say("addReason", mia, body={"kind": "boredom"}, status=422)
