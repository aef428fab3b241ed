"""The last chapters: people apply, are sourced, moved, rejected and hired; and the job is put away."""

from typing import Any

from tests.story.examples import Storyteller, in_days, instant_in_days
from tests.story.roles import People, Structure

RESUME = b"%PDF-1.4\n% Kim Ito, ten years of firmware\n%%EOF\n"


async def applicant(say: Storyteller, structure: Structure, post: dict[str, Any]) -> None:
    """Kim finds the post, uploads files and applies."""
    board = {"board": structure.board["slug"]}
    named = board | {"post_id": post["id"]}
    await say("readBoard", path=board)
    await say("listBoardPosts", path=board, query={"language": "de", "title": "firmware", "with_facets": "true"})
    search = {"words": "meter bootloader", "country": "DE", "region": "DE-BE", "city": "Berlin"}
    await say("listBoardPosts", path=board, query=search)
    form = (await say("readBoardPost", path=named))["application_form"]
    for feed in ("readRssFeed", "readJsonFeed", "readIndeedFeed"):
        await say(feed, path=board)
    resume, sample, letter = [
        await say("uploadApplicationFile", path=board, query={"file_name": name}, file=RESUME)
        for name in ("resume.pdf", "sample.pdf", "letter.pdf")
    ]
    place, project, work = post["questions"]
    application = {
        "first_name": "Kim", "last_name": "Ito", "email": "kim.ito@example.com", "phone": "+49 30 1234567",
        "location": "Berlin", "links": [{"kind": "github", "value": "https://github.example/kim"}], "language": "de",
        "source": "newsletter",
        "source_details": {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "spring"},
        "resume_upload_id": resume["id"], "cover_letter_upload_id": letter["id"],
        "answers": [
            {"question_id": place["id"], "value": place["options"][0]["id"]},
            {"question_id": project["id"], "value": "A bootloader that has never bricked a meter."},
            {"question_id": work["id"], "value": sample["id"]},
        ],
        "consent": [{"id": each["id"], "version": each["version"], "granted": True} for each in form["consent"]],
    }  # fmt: skip
    await say("applyToPost", path=named, body=application | {"answers": []}, status=422)
    received = await say("applyToPost", path=named, body=application)
    await say("readApplicationStatus", path=board | {"token": received["status_url"].rpartition("/")[2]})


async def sourced(say: Storyteller, ravi: str, structure: Structure, post: dict[str, Any]) -> tuple[str, str]:
    """Lena and Omar, whom Ravi met. Lena's file is thrown away, and she applies over the board, too."""
    met = {
        "first_name": "Lena", "middle_name": "Marie", "last_name": "Vogt", "location": "Potsdam",
        "emails": [{"value": "lena@example.com", "kind": "personal"}],
        "phones": [{"value": "+49 331 765432", "kind": "mobile"}],
        "links": [{"value": "https://linkedin.example/lena", "kind": "linkedin"}], "time_zone": "Europe/Berlin",
        "language": "de", "current_title": "Student", "current_company": "University of Potsdam", "tags": ["fair-2026"],
        "source_id": structure.source, "external_id": "C-1",
        "custom_fields": {
            "graduates_on": in_days(121), "wants_to_relocate": True, "languages": structure.languages[:2],
        },
    }  # fmt: skip
    lena = await say("addCandidate", ravi, body=met)
    named = {"candidate_id": lena["id"]}
    await say("changeCandidate", ravi, path=named, body=met | {
        "current_title": "Working student", "tags": ["fair-2026", "junior"],
        "custom_fields": {"graduates_on": None, "hours_per_week": 20},
    })  # fmt: skip
    await say("listCandidates", ravi, query={"custom.hours_per_week": "20"})
    fair, junior = structure.tags
    await say("untagCandidate", ravi, path=named | {"tag_id": junior})
    await say("tagCandidate", ravi, path=named | {"tag_id": junior})
    await say("listCandidates", ravi, query={"tag_id": fair})
    upload = await say("uploadFile", ravi, query={"file_name": "lena.pdf"}, file=RESUME)
    file = {"upload_id": upload["id"], "kind": "other", "visibility": "team"}
    attached = await say("attachUpload", ravi, path=named, body=file)
    await say("deleteAttachment", ravi, path={"attachment_id": attached["id"]})
    place = post["questions"][0]
    await say("applyToPost", path={"board": structure.board["slug"], "post_id": post["id"]}, body={
        "first_name": "Lena", "last_name": "Vogt-Kern", "email": "lena@example.com", "phone": "+49 331 111213",
        "location": "Berlin", "links": [{"kind": "github", "value": "https://github.example/lena"}], "language": "en",
        "answers": [{"question_id": place["id"], "value": place["options"][1]["id"]}],
    })  # fmt: skip
    await say("listCandidates", ravi, query={"email": "lena@example.com"})
    await decided(say, ravi, await say("readCandidate", ravi, path=named))
    await one_person(say, ravi, lena["id"], post["job_id"])
    omar = await say("addCandidate", ravi, body={"first_name": "Omar", "emails": [{"value": "omar@example.com"}]})
    return str(lena["id"]), str(omar["id"])


async def decided(say: Storyteller, ravi: str, lena: dict[str, Any]) -> None:
    """Lena has another name now; what she wrote to the board is taken into her profile, and none waits then."""
    named = {"candidate_id": lena["id"], "proposed_update_id": lena["proposed_update"]["id"]}
    await say("takeProposedUpdate", ravi, path=named)
    await say("dropProposedUpdate", ravi, path=named, status=404)


async def one_person(say: Storyteller, ravi: str, lena: str, job_id: str) -> None:
    """A colleague has added Lena once more, and to the same job. Ravi merges them, and keeps the first application."""
    again = {"first_name": "Lena", "emails": [{"value": "lena@example.com"}], "phones": [{"value": "+49 351 998877"}]}
    double = await say("addCandidate", ravi, body=again)
    await say("addApplication", ravi, body={"candidate_id": double["id"], "job_id": job_id})
    named, merge = {"candidate_id": lena}, {"candidate_id": double["id"]}
    await say("listDuplicates", ravi, path=named)
    refused = await say("mergeCandidate", ravi, path=named, body=merge, status=409)
    keep = {each["job_id"]: each["application_id"] for each in refused["current"]["pairs"]}
    await say("mergeCandidate", ravi, path=named, body=merge | {"keep": keep, "dry_run": False})
    await say("readCandidate", ravi, path=merge, status=301)
    await say("changeCandidate", ravi, path=merge, body={"location": "Berlin"}, status=409)


async def reading(say: Storyteller, people: People, structure: Structure, job: dict[str, Any]) -> dict[str, Any]:
    """Ravi looks at Kim's application and files, the nightly sync at everything."""
    ravi = people.ravi
    active = {"status": "active", "expand": "candidate"}
    kim = (await say("listJobApplications", ravi, path={"job_id": job["id"]}, query=active))["items"][0]
    await say("readApplication", ravi, path={"application_id": kim["id"]}, query={"expand": "candidate,job"})
    first = {"job_id": job["id"], "status": "active", "stage_id": kim["stage"]["id"]}
    await say("listApplications", people.sync, query=first)
    came = {"post_id": kim["post_id"], "source_id": kim["source_id"]}
    times = {"applied_since": instant_in_days(-30), "applied_before": instant_in_days(1)}
    await say("listApplications", people.sync, query=came | times)
    await say("listJobApplications", ravi, path={"job_id": job["id"]}, query=came | times)
    files = await say("listAttachments", ravi, query={"candidate_id": kim["candidate_id"], "kind": "resume"})
    named = {"attachment_id": files["items"][0]["id"]}
    await say("readAttachment", ravi, path=named)
    await say("downloadAttachment", ravi, path=named)
    await notes(say, people, kim)
    await taken_back(say, ravi, structure, kim)
    await messages(say, people.ravi, structure, kim)
    await in_bulk(say, people, structure, job)
    return dict(kim)


async def in_bulk(say: Storyteller, people: People, structure: Structure, job: dict[str, Any]) -> None:
    """Ravi tags all who are in the running, and begins a trial of their rejection, which he cancels."""
    chosen = {"filter": {"job_id": job["id"], "status": "active"}}
    tagging = chosen | {"action": "tag", "arguments": {"tag_id": structure.tags[0]}, "dry_run": False}
    asked = await say("requestBulkOperation", people.ravi, body=tagging)
    named = {"bulk_operation_id": asked["id"]}
    await say("listBulkOperations", people.ravi)
    await say("readBulkOperation", people.ravi, path=named)
    await say("listBulkItems", people.ravi, path=named)
    rejection = {
        "action": "reject", "dry_run": True,
        "arguments": {"reason_id": structure.reasons["rejection"], "note": "The job is filled.", "message": {}},
    }  # fmt: skip
    mine = {"action": "assign", "arguments": {"assignee_id": people.ravi_id}}
    await say("requestBulkOperation", people.ravi, body=chosen | mine)
    trial = await say("requestBulkOperation", people.ravi, body=chosen | rejection)
    await say("cancelBulkOperation", people.ravi, path={"bulk_operation_id": trial["id"]})


async def taken_back(say: Storyteller, ravi: str, structure: Structure, kim: dict[str, Any]) -> None:
    """Kim writes to Ravi that she does not want to be kept any more."""
    candidate = {"candidate_id": kim["candidate_id"]}
    refusal = {"consent_text_version": 2, "is_granted": False, "source": "email"}
    made = await say("recordConsent", ravi, path=candidate, body=refusal | {"consent_text_id": structure.consent_text})
    await say("listConsents", ravi, query=candidate)
    await say("readConsent", ravi, path={"consent_id": made["id"]})


async def notes(say: Storyteller, people: People, kim: dict[str, Any]) -> None:
    """Mia has met Kim, and tells Ravi; what Ravi answers, he takes back."""
    candidate = {"candidate_id": kim["candidate_id"]}
    met = {
        "body": "We met at the fair: she knows our meters.", "application_id": kim["id"],
        "mentions": [people.ravi_id], "visibility": "team",
    }  # fmt: skip
    made = await say("addNote", people.mia, path=candidate, body=met)
    named = {"note_id": made["id"]}
    await say("listNotes", people.ravi, query=candidate)
    await say("listNotes", people.ravi, query={"application_id": kim["id"]})
    await say("readNote", people.ravi, path=named)
    changed = {"body": "We met at the fair. She knows our meters, and wants to begin in autumn."}
    await say("changeNote", people.ravi, path=named, body=changed, status=403)
    await say(
        "changeNote", people.mia, path=named, body=changed | {"mentions": [people.ravi_id], "visibility": "private"}
    )
    answer = await say("addNote", people.ravi, path=candidate, body={"body": "I will call her."})
    await say("deleteNote", people.ravi, path={"note_id": answer["id"]})


async def messages(say: Storyteller, ravi: str, structure: Structure, kim: dict[str, Any]) -> None:
    """Ravi looks at what a template would say to Kim, and writes to her; a second mail he takes back."""
    candidate, application = {"candidate_id": kim["candidate_id"]}, {"application_id": kim["id"]}
    template = {"email_template_id": structure.email_template}
    await say("previewEmailTemplate", ravi, path=template, body=application)
    later = application | {"send_at": instant_in_days(1)}
    made = await say("addMessage", ravi, path=candidate, body=later | {"template_id": structure.email_template})
    named = {"message_id": made["id"]}
    await say("listMessages", ravi, query=candidate)
    await say("listMessages", ravi, query=application)
    await say("readMessage", ravi, path=named)
    own = {"subject": "Your sample", "body": "It is excellent."}
    second = await say("addMessage", ravi, path=candidate, body=later | own)
    await say("cancelMessage", ravi, path={"message_id": second["id"]})


async def tested(say: Storyteller, ravi: str, kim: str) -> None:
    """A vendor has tested Kim; the link to the trial before is deleted."""
    candidate = {"candidate_id": kim}
    trial = {"label": "Coding test (trial)", "url": "https://tests.example/results/1"}
    made = await say("addResultLink", ravi, path=candidate, body=trial)
    result = {"label": "Coding test", "url": "https://tests.example/results/2", "score": "87 of 100"}
    await say("addResultLink", ravi, path=candidate, body=result)
    await say("addResultLink", ravi, path=candidate, body=result | {"url": "ftp://tests.example/2"}, status=422)
    await say("deleteResultLink", ravi, path=candidate | {"result_link_id": made["id"]})
    await say("listResultLinks", ravi, path=candidate)


async def decisions(say: Storyteller, people: People, structure: Structure, job: dict[str, Any], omar: str) -> None:
    """Omar is rejected, taken back, transferred to another job, and withdraws."""
    ravi, reasons, stages = people.ravi, structure.reasons, job["stages"]
    added = await say("addApplication", ravi, body={
        "candidate_id": omar, "job_id": job["id"], "source_id": structure.source, "stage_id": stages["screen"],
        "applied_at": instant_in_days(-2), "external_id": "A-1", "referrer": "Fair booth 12",
        "source_application_id": "F-2026-12", "referrer_id": people.ravi_id,
        "custom_fields": {"assessed_on": in_days(-2)},
    })  # fmt: skip
    assessed = {"custom.assessed_on": in_days(-2)}
    await say("listApplications", ravi, query=assessed | {"job_id": job["id"]})
    await say("listJobApplications", ravi, path={"job_id": job["id"]}, query=assessed)
    named = {"application_id": added["id"]}
    await say("rejectApplication", ravi, path=named, body={
        "reason_id": reasons["rejection"], "note": "Junior for this job.",
        "message": {"template_id": structure.email_template, "send_at": instant_in_days(1)},
    })  # fmt: skip
    await say(
        "reopenApplication", ravi, path=named, body={"stage_id": stages["screen"], "note": "We open a second seat."}
    )
    told = {"external_id": "A-1", "source_application_id": "F-2026-21", "referrer": "Fair booth 21"}
    await say("changeApplication", ravi, path=named, body=told | {
        "referrer_id": people.ravi_id, "assignee_id": people.ravi_id, "custom_fields": {"assessed_on": in_days(-1)},
    })  # fmt: skip
    await say("listApplications", ravi, query={"assignee_id": people.ravi_id})
    await say("transferApplication", ravi, path=named, body={"job_id": job["id"]}, status=422)
    transferred = await say("transferApplication", ravi, path=named, body=await elsewhere(say, ravi))
    await say("withdrawApplication", ravi, path={"application_id": transferred["transferred_to"]}, body={
        "reason_id": reasons["withdrawal"], "note": "He told us by phone.",
    })  # fmt: skip


async def pooled(say: Storyteller, ravi: str, structure: Structure, lena: str) -> None:
    """Lena applies to the talent pool, and Ravi drops the address that she wrote; then a job suits her."""
    pool = await say("addJob", ravi, body={
        "kind": "pool", "title": "Engineers whom we have met", "employment_type": "full_time", "workplace": "hybrid",
    })  # fmt: skip
    await say("openJob", ravi, path={"job_id": pool["id"]})
    advertised = {"title": "Stay in touch", "body": "We write when a job suits you.", "language": "en"}
    post = await say("addPost", ravi, path={"job_id": pool["id"]}, body=advertised | {
        "job_board_id": structure.board["id"],
    })  # fmt: skip
    await say("publishPost", ravi, path={"post_id": post["id"]})
    await say("applyToPost", path={"board": structure.board["slug"], "post_id": post["id"]}, body={
        "first_name": "Lena", "last_name": "Vogt-Kern", "email": "lena@example.com", "phone": "+49 331 111213",
        "location": "Leipzig", "links": [{"kind": "github", "value": "https://github.example/lena"}], "language": "en",
    })  # fmt: skip
    found = await say("listApplications", ravi, query={"candidate_id": lena, "job_id": pool["id"]})
    named = {"application_id": found["items"][0]["id"]}
    wrote = (await say("readCandidate", ravi, path={"candidate_id": lena}))["proposed_update"]
    await say("dropProposedUpdate", ravi, path={"candidate_id": lena, "proposed_update_id": wrote["id"]})
    await say("hireCandidate", ravi, path=named, body={"override_reason": "Signed on paper."}, status=409)
    await say("transferApplication", ravi, path=named, body=await elsewhere(say, ravi))


async def elsewhere(say: Storyteller, ravi: str) -> dict[str, str]:
    """A job that suits somebody better, and the stage of it that he enters."""
    job = await say("addJob", ravi, body={
        "title": "Test Engineer", "employment_type": "full_time", "workplace": "onsite",
    })  # fmt: skip
    named = {"job_id": job["id"]}
    await say("openJob", ravi, path=named)
    stages = (await say("readPipeline", ravi, path=named))["stages"]
    [screen] = [each["id"] for each in stages if each["kind"] == "screen"]
    return {"job_id": job["id"], "stage_id": screen, "note": "Better at testing than at writing."}


async def hire(
    say: Storyteller, people: People, structure: Structure, job: dict[str, Any], kim: dict[str, Any]
) -> None:
    """Kim moves on and is hired."""
    ravi, named, stages = people.ravi, {"application_id": kim["id"]}, job["stages"]
    move = {"to_stage_id": stages["interview"], "from_stage_id": kim["stage"]["id"], "note": "The sample is excellent."}
    await say("moveApplication", ravi, path=named, body=move)
    await say("moveApplication", ravi, path=named, body=move | {"to_stage_id": stages["assessment"]}, status=409)
    hired = {"opening_id": job["opening"], "start_on": in_days(60), "note": "Starts after the notice period."}
    await say("hireCandidate", ravi, path=named, body=hired, status=409)
    await say("hireCandidate", ravi, path=named, body=hired | {"override_reason": "Signed on paper."})
    await say("listOpenings", ravi, query={"job_id": job["id"], "expand": "job"})


async def stay(say: Storyteller, ravi: str, structure: Structure, kim: dict[str, Any]) -> None:
    """In the end Kim stays where she is."""
    named = {"application_id": kim["id"]}
    await say("unhireCandidate", ravi, path=named, body={
        "reason_id": structure.reasons["unhire"], "note": "Accepted another offer.",
    })  # fmt: skip
    await say("listApplicationHistory", ravi, path=named, query={"limit": "1"})
    await say("listStageChanges", ravi, query={"limit": "1"})


async def put_away(say: Storyteller, people: People, structure: Structure, job: dict[str, Any]) -> None:
    """The job is closed and archived, and taken out again for next year."""
    named = {"job_id": job["id"]}
    rejection = {"reason_id": structure.reasons["rejection"], "message": {"send_at": instant_in_days(1)}}
    end = {"reason_id": structure.reasons["job_close"], "active_applications": {"reject": rejection}}
    await say("closeJob", people.ravi, path=named, body=end)
    await say("archiveJob", people.ravi, path=named)
    await say("unarchiveJob", people.ravi, path=named)
