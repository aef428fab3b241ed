"""A word that a person wrote wherever the API takes words, and the search for it in ClickHouse."""

import asyncio
from pathlib import Path
from typing import Any

from hiring.connectors.clickhouse import ClickHouse
from tests.api.journeys import custom_field, open_job, published_post, stages
from tests.client import Client

CANARY = "canary7f3a9c"
QUESTION = {"label": f"Why, {CANARY}?", "help": f"In short, {CANARY}.", "type": "long_text"}
COLUMNS = """
SELECT c.table AS table, c.name AS name FROM system.columns AS c
WHERE c.database = currentDatabase() AND (c.type LIKE '%String%' OR c.type LIKE '%Enum%') AND c.table NOT LIKE 'seen%'
"""


async def plant(ada: Client) -> int:
    """Hires with the word in names, titles, notes, answers, file names, reasons, referrers and custom fields.

    Returns how many application events that makes at the least.
    """
    rejection, withdrawal = [
        (await ada.made("/reasons", {"kind": kind, "name": f"{CANARY} {kind}"}))["id"]
        for kind in ("rejection", "withdrawal")
    ]
    source, _ = await ada.made("/sources", {"kind": "agency", "name": CANARY}), await custom_field(ada, CANARY)
    _, department = [await ada.made(f"/{noun}", {"name": CANARY}) for noun in ("tags", "departments")]
    office = await ada.made("/offices", {"name": CANARY, "city": CANARY})
    job = await open_job(
        ada, title=CANARY, description=CANARY, external_id=CANARY, requisition_code=CANARY,
        department_id=department["id"], office_ids=[office["id"]], openings_count=2,
    )  # fmt: skip
    by_kind = await stages(ada, job)
    for command, body in (
        ("reject", {"reason_id": rejection, "note": CANARY}),
        ("withdraw", {"reason_id": withdrawal, "note": CANARY}),
        ("hire", {"override_reason": CANARY, "note": CANARY}),
    ):
        candidate = await ada.made("/candidates", {
            "first_name": CANARY, "middle_name": CANARY, "last_name": CANARY, "current_company": CANARY,
            "current_title": CANARY, "location": CANARY, "tags": [CANARY], "custom_fields": {CANARY: CANARY},
            "emails": [{"value": f"{CANARY}-{command}@example.com"}], "external_id": f"{CANARY} {command}",
            "links": [{"value": f"https://example.com/{CANARY}"}],
        })  # fmt: skip
        sent = await ada.post("/api/v1/uploads", params={"file_name": f"{CANARY}.txt"}, content=CANARY.encode())
        await ada.made(f"/candidates/{candidate['id']}/attachments", {"upload_id": sent.json()["id"]})
        application = await ada.made("/applications", {
            "candidate_id": candidate["id"], "job_id": job["id"], "source_id": source["id"],
            "referrer": f"https://{CANARY}", "external_id": f"{CANARY} {command}", "source_application_id": CANARY,
        })  # fmt: skip
        path = f"/applications/{application['id']}"
        await write_about(ada, application)
        await ada.made(f"{path}/move", {"to_stage_id": by_kind["interview"], "note": CANARY})
        await ada.made(f"{path}/{command}", body)
    await apply_over_board(ada, await published_post(ada, job, title=CANARY, body=CANARY, questions=[QUESTION]))
    return 10


async def write_about(ada: Client, application: dict[str, Any]) -> None:
    """A result link, and two notes: one that stays, after a change, and one that is deleted."""
    result = {"label": CANARY, "url": f"https://example.com/{CANARY}", "score": CANARY}
    await ada.made(f"/candidates/{application['candidate_id']}/result-links", result)
    body = {"body": CANARY, "application_id": application["id"]}
    kept, gone = [await ada.made(f"/candidates/{application['candidate_id']}/notes", body) for _ in range(2)]
    changed = await ada.patch(f"/api/v1/notes/{kept['id']}", json={"body": f"{CANARY}, {CANARY}"})
    deleted = await ada.delete(f"/api/v1/notes/{gone['id']}")
    assert (changed.status_code, deleted.status_code) == (200, 204)


async def apply_over_board(ada: Client, path: str) -> None:
    """One applicant, with an answer, a consent and a file."""
    await ada.made("/consent-texts", {"purpose": "retention", "language": "en", "text": CANARY})
    async with Client(ada.address) as anybody:
        form = (await anybody.get(path)).json()["application_form"]
        [question], [consent] = form["questions"], form["consent"]
        upload = await anybody.post(
            f"{path.partition('/posts')[0]}/uploads", params={"file_name": f"{CANARY}.txt"}, content=CANARY.encode(),
            headers={"Content-Type": "text/plain"},
        )  # fmt: skip
        answers = [{"question_id": question["id"], "value": CANARY}]
        applied = await anybody.post(f"{path}/applications", json={
            "first_name": CANARY, "last_name": CANARY, "email": f"{CANARY}@example.com", "location": CANARY,
            "answers": answers, "resume_upload_id": upload.json()["id"], "source": CANARY,
            "source_details": {"utm_source": CANARY},
            "consent": [{"id": consent["id"], "version": consent["version"], "granted": True}],
        })  # fmt: skip
        assert applied.status_code == 201, applied.text


async def columns_with_it(clickhouse: ClickHouse) -> list[str]:
    """The columns of texts, of any table, that have the word somewhere."""
    found = []
    for row in await clickhouse.query(COLUMNS, {}):
        sql = f"SELECT countIf(toString(t.{row['name']}) ILIKE {{word:String}}) AS found FROM {row['table']} AS t"
        [count] = await clickhouse.query(sql, {"word": f"%{CANARY}%"})
        if count["found"]:
            found.append(f"{row['table']}.{row['name']}")
    return found


async def files_with_it(folder: Path) -> list[str]:
    """The files of a folder, of any depth, that have the word as it is."""

    def look() -> list[str]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files, "there is nothing to search"
        return [path.name for path in files if CANARY.encode() in path.read_bytes().lower()]

    return await asyncio.to_thread(look)
