"""Files that came with an application through a board: who sees them, and where they go."""

from typing import Any

from tests.api.journeys import apply, join, open_job, published_post
from tests.api.merging import candidate_of, merged
from tests.api.test_timeline import timeline
from tests.client import Client

QUESTION = {"label": "Portfolio", "type": "file"}
READING = ("attachments.read", "candidates.read")
SINCE = {"updated_since": "2020-01-01T00:00:00Z"}


async def uploaded(client: Client, path: str, name: str) -> str:
    """The id of a file that was sent."""
    upload = await client.post(
        path, params={"file_name": name}, content=b"Of Zoe", headers={"Content-Type": "text/plain"}
    )
    assert upload.status_code == 201, upload.text
    found: str = upload.json()["id"]
    return found


async def applied(ada: Client, anybody: Client, job: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An application of Zoe through a board, and its files: a resume, a letter and an answer."""
    post = await published_post(ada, job, questions=[QUESTION])
    board = post.partition("/posts")[0]
    [asked] = (await anybody.get(post)).json()["application_form"]["questions"]
    resume, letter, answer = [
        await uploaded(anybody, f"{board}/uploads", f"{name} for {job['id']}.txt") for name in ("CV", "Letter", "Work")
    ]
    body = {
        "first_name": "Zoe", "email": "zoe@example.com", "resume_upload_id": resume, "cover_letter_upload_id": letter,
        "answers": [{"question_id": asked["id"], "value": answer}],
    }  # fmt: skip
    sent = await anybody.post(f"{post}/applications", json=body)
    assert sent.status_code == 201, sent.text
    [application] = (await ada.read(f"/jobs/{job['id']}/applications"))["items"]
    files = (await ada.read("/attachments", params={"candidate_id": application["candidate_id"]}))["items"]
    return application, [each for each in files if each["application_id"] == application["id"]]


async def given(ada: Client, application: dict[str, Any]) -> dict[str, Any]:
    """A file of the candidate of an application, which came with none."""
    path = f"/candidates/{application['candidate_id']}/attachments"
    return await ada.made(path, {"upload_id": await uploaded(ada, "/api/v1/uploads", "CV.txt")})


async def sees(client: Client, file: dict[str, Any]) -> bool:
    """Whether a file is shown to a client: by its id, with its content and in every list alike."""
    found = await client.get(f"/api/v1/attachments/{file['id']}")
    content = await client.get(f"/api/v1/attachments/{file['id']}/content")
    candidate, kind = {"candidate_id": file["candidate_id"]}, {"kind": file["kind"]}
    ways: list[dict[str, str]] = [{}, {"ids": file["id"]}, candidate, kind, SINCE, SINCE | candidate, SINCE | kind]
    listed = {file in (await client.read("/attachments", params={"limit": "100"} | way))["items"] for way in ways}
    assert found.status_code == content.status_code and found.status_code in (200, 404)
    assert listed == {found.status_code == 200}, (file, listed)
    return found.status_code == 200


async def test_file_of_an_application_is_for_those_who_see_it(ada: Client, anybody: Client, member: Any) -> None:
    """Zoe applies for two jobs: who sees one of them, or nothing confidential, sees none of the other's files."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    application, files = await applied(ada, anybody, opened)
    other, hidden = await applied(ada, anybody, secret)
    assert application["candidate_id"] == other["candidate_id"] and len(files) == len(hidden) == 3
    assert {each["kind"] for each in hidden} == {"resume", "cover_letter", "other"}
    common = await given(ada, application)
    assert common["application_id"] is None
    tia, cora, ivo = [await member(name, dict.fromkeys(READING, "team")) for name in ("tia", "cora", "ivo")]
    carl = await member("carl", dict.fromkeys(READING, "all"))
    await join(ada, opened, tia.user["id"], "coordinator")
    await join(ada, secret, cora.user["id"], "recruiter")
    expected = (
        (ada, (True, True, True)), (tia, (True, True, False)), (cora, (True, False, True)),
        (ivo, (False, False, False)), (carl, (True, True, False)),
    )  # fmt: skip
    for reader, (sees_common, sees_opened, sees_secret) in expected:
        assert await sees(reader, common) == sees_common
        assert {await sees(reader, each) for each in files} == {sees_opened}
        assert {await sees(reader, each) for each in hidden} == {sees_secret}


async def test_file_of_an_application_is_deleted_by_those_who_see_it(ada: Client, anybody: Client, member: Any) -> None:
    """To others it looks absent."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    (_, [file, *_]), (_, [hidden, *_]) = [await applied(ada, anybody, job) for job in (opened, secret)]
    tia = await member("tia", {"attachments.write": "team"})
    await join(ada, opened, tia.user["id"], "coordinator")
    answers = [await tia.delete(f"/api/v1/attachments/{each['id']}") for each in (hidden, file)]
    assert [each.status_code for each in answers] == [404, 204]
    assert await sees(ada, hidden)


async def test_timeline_and_export_tell_of_files_of_applications_that_are_seen(
    ada: Client, anybody: Client, member: Any
) -> None:
    """With scope `team`, nothing of those that came for the other job; an export of all jobs has them."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    (application, files), (_, hidden) = [await applied(ada, anybody, job) for job in (opened, secret)]
    common = await given(ada, application)
    seen, all_ids = ({each["id"] for each in (*part, common)} for part in (files, (*files, *hidden)))
    tia = await member("tia", dict.fromkeys((*READING, "candidates.export"), "team"))
    await join(ada, opened, tia.user["id"], "coordinator")
    candidate_id = application["candidate_id"]
    for reader, expected in ((tia, seen), (ada, all_ids)):
        events = [each for each in await timeline(reader, candidate_id) if each["type"] == "attachment.uploaded"]
        assert {each["aggregate"]["id"] for each in events} == expected
        found = await reader.read(f"/candidates/{candidate_id}/export")
        assert {each["id"] for each in found["attachments"]} == expected
    told = str(await tia.read(f"/candidates/{candidate_id}/export"))
    assert not any(each["id"] in told for each in hidden)


async def test_access_to_a_file_of_an_application_is_explained_by_its_job(
    ada: Client, anybody: Client, member: Any
) -> None:
    """Not by the other jobs of the candidate."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    (_, [file, *_]), (_, [hidden, *_]) = [await applied(ada, anybody, job) for job in (opened, secret)]
    tia, carl = await member("tia", {"attachments.read": "team"}), await member("carl", {"attachments.read": "all"})
    await join(ada, opened, tia.user["id"], "coordinator")
    expected = (
        (tia, file, (True, "hiring_team", opened)), (tia, hidden, (False, "not_on_team", secret)),
        (carl, file, (True, "all_jobs", opened)), (carl, hidden, (False, "confidential_job", secret)),
    )  # fmt: skip
    for reader, each, (is_visible, code, job) in expected:
        query = {"user_id": reader.user["id"], "type": "attachment", "id": each["id"]}
        found = await ada.read("/explain-access", params=query)
        assert (found["is_visible"], [reason["code"] for reason in found["reasons"]]) == (is_visible, [code])
        assert [which["job_id"] for which in found["jobs"]] == [job["id"]]


async def test_file_stays_with_its_application_when_candidates_are_merged(
    ada: Client, anybody: Client, member: Any
) -> None:
    """Who does not see the application is told of it neither before, in the count, nor afterwards."""
    opened, secret, third = await open_job(ada), await open_job(ada, is_confidential=True), await open_job(ada)
    (application, files), (other, hidden) = [await applied(ada, anybody, job) for job in (opened, secret)]
    survivor = candidate_of(await apply(ada, third))
    tia = await member("tia", dict.fromkeys((*READING, "candidates.merge"), "team"))
    for job in (opened, third):
        await join(ada, job, tia.user["id"], "recruiter")
    tried = await merged(tia, survivor, candidate_of(application), dry_run=True)
    assert (tried["moved"]["applications_count"], tried["moved"]["attachments_count"]) == (1, 3)
    await merged(ada, survivor, candidate_of(application))
    for each, (of, is_seen) in zip((*files, *hidden), [(application, True)] * 3 + [(other, False)] * 3, strict=True):
        moved = await ada.read(f"/attachments/{each['id']}")
        assert (moved["candidate_id"], moved["application_id"]) == (survivor["id"], of["id"])
        assert await sees(tia, moved) == is_seen


async def test_file_goes_along_when_its_application_is_transferred(ada: Client, anybody: Client, member: Any) -> None:
    """Those of the other job see it, as the answer that names it; those of the former job see it no more."""
    secret, other = await open_job(ada, is_confidential=True), await open_job(ada, is_confidential=True)
    first, files = await applied(ada, anybody, secret)
    common = await given(ada, first)
    former, later = [await member(name, dict.fromkeys(READING, "team")) for name in ("former", "later")]
    await join(ada, secret, former.user["id"], "recruiter")
    await join(ada, other, later.user["id"], "recruiter")
    assert {await sees(former, each) for each in files} == {True}
    ended = await ada.made(f"/applications/{first['id']}/transfer", {"job_id": other["id"]})
    begun = await ada.read(f"/applications/{ended['transferred_to']}")
    moved = [await ada.read(f"/attachments/{each['id']}") for each in files]
    assert {each["application_id"] for each in moved} == {begun["id"]}
    assert begun["answers"][0]["value"] in [each["id"] for each in moved]
    assert all(each["updated_at"] > before["updated_at"] for each, before in zip(moved, files, strict=True))
    assert await ada.read(f"/attachments/{common['id']}") == common
    assert {await sees(later, each) for each in moved} == {True}
    assert {await sees(former, each) for each in moved} == {False}
