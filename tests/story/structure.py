"""The second chapter: departments, offices, words, a pipeline and a board in German."""

from tests.story.examples import Storyteller
from tests.story.roles import People, Structure

REASONS = {
    "rejection": "No firmware experience", "withdrawal": "Moves to another country",
    "job_close": "Moved to next year", "opening_close": "Budget cut", "unhire": "Stays where they are",
}  # fmt: skip
STAGES = [
    {"name": "Applied", "kind": "review"}, {"name": "Call", "kind": "screen"},
    {"name": "Interview", "kind": "interview"}, {"name": "Offer", "kind": "offer"},
    {"name": "Hired", "kind": "hired"},
]  # fmt: skip


async def laid_out(say: Storyteller, people: People) -> Structure:
    """Everything that jobs name."""
    mia = people.mia
    return Structure(
        await departments(say, mia), await offices(say, mia), await sources(say, mia), await pipelines(say, mia),
        await boards(say, people), await reasons(say, mia), await kits(say, mia), await tags(say, mia),
        await custom_fields(say, mia),
        await consents(say, mia),
        await email_templates(say, people),
    )  # fmt: skip


async def departments(say: Storyteller, mia: str) -> str:
    """A tree of two, and one that nobody needs any more."""
    parent = await say("addDepartment", mia, body={"name": "Research"})
    firmware = {"name": "Firmware", "parent_id": parent["id"], "external_id": "D-7"}
    made = await say("addDepartment", mia, body=firmware | {"name": "Embedded software"})
    named = {"department_id": made["id"]}
    await say("listDepartments", mia, query={"external_id": "D-7", "status": "active"})
    await say("readDepartment", mia, path=named)
    await say("changeDepartment", mia, path=named, body=firmware)
    old = await say("addDepartment", mia, body={"name": "Typing pool"})
    await say("archiveDepartment", mia, path={"department_id": old["id"]})
    return str(made["id"])


async def offices(say: Storyteller, mia: str) -> str:
    """One that is used, one that was closed."""
    berlin = {
        "name": "Berlin", "country": "DE", "region": "DE-BE", "city": "Berlin", "time_zone": "Europe/Berlin",
        "external_id": "BER",
    }  # fmt: skip
    made = await say("addOffice", mia, body=berlin)
    named = {"office_id": made["id"]}
    await say("listOffices", mia, query={"external_id": "BER"})
    await say("readOffice", mia, path=named)
    await say("changeOffice", mia, path=named, body=berlin | {"name": "Berlin Mitte"})
    old = await say("addOffice", mia, body={"name": "Bonn"})
    await say("archiveOffice", mia, path={"office_id": old["id"]})
    return str(made["id"])


async def sources(say: Storyteller, mia: str) -> str:
    """A trade fair that is renamed for its year; an agency that is archived, as the board's own source cannot be."""
    made = await say("addSource", mia, body={"kind": "campaign", "name": "Trade fair"})
    named = {"source_id": made["id"]}
    listed = await say("listSources", mia, query={"kind": "board", "status": "active"})
    await say("archiveSource", mia, path={"source_id": listed["items"][0]["id"]}, status=409)
    await say("readSource", mia, path=named)
    await say("changeSource", mia, path=named, body={"name": "Trade fair 2026"})
    old = await say("addSource", mia, body={"kind": "agency", "name": "Old agency"})
    await say("archiveSource", mia, path={"source_id": old["id"]})
    return str(made["id"])


async def pipelines(say: Storyteller, mia: str) -> str:
    """The stages of engineers, by default from now on."""
    engineers = {"name": "Engineers", "stages": STAGES, "is_default": False}
    made = await say("addPipelineTemplate", mia, body=engineers)
    named = {"pipeline_template_id": made["id"]}
    await say("listPipelineTemplates", mia, query={"status": "active"})
    await say("readPipelineTemplate", mia, path=named)
    await say("changePipelineTemplate", mia, path=named, body=engineers | {"name": "Engineering", "is_default": True})
    trial = await say("addPipelineTemplate", mia, body={"name": "Trial", "stages": STAGES})
    await say("archivePipelineTemplate", mia, path={"pipeline_template_id": trial["id"]})
    return str(made["id"])


async def kits(say: Storyteller, mia: str) -> str:
    """What is looked for in a first call, and renamed; one that nobody uses."""
    tenacity = {"name": "Tenacity", "description": "Goes on when it gets hard."}
    call = {"name": "First call", "attributes": [tenacity], "questions": ["Which project are you proud of?"]}
    made = await say("addInterviewKit", mia, body=call)
    named = {"interview_kit_id": made["id"]}
    await say("listInterviewKits", mia, query={"status": "active"})
    await say("readInterviewKit", mia, path=named)
    attributes = [made["attributes"][0] | {"name": "Stamina"}, {"name": "Clarity", "description": None}]
    await say("changeInterviewKit", mia, path=named, body=call | {"attributes": attributes})
    old = await say("addInterviewKit", mia, body={"name": "Typing test"})
    await say("archiveInterviewKit", mia, path={"interview_kit_id": old["id"]})
    return str(made["id"])


async def consents(say: Storyteller, mia: str) -> str:
    """One that forms in German ask for, and that is changed before anybody reads it; one that is asked for no more."""
    keeping = {
        "purpose": "retention", "language": "de", "is_required": False,
        "text": "Meine Bewerbung darf ein Jahr lang aufbewahrt werden.",
    }  # fmt: skip
    made = await say("addConsentText", mia, body=keeping)
    named = {"consent_text_id": made["id"]}
    await say("addConsentText", mia, body=keeping, status=409)
    changed = {"text": "Meine Bewerbung darf zwei Jahre lang aufbewahrt werden.", "is_required": False}
    await say("changeConsentText", mia, path=named, body=changed)
    await say("readConsentText", mia, path=named, query={"version": "1"})
    await say("listConsentTexts", mia, query={"purpose": "retention", "status": "active"})
    old = await say("addConsentText", mia, body=keeping | {"purpose": "demographics"})
    await say("archiveConsentText", mia, path={"consent_text_id": old["id"]})
    return str(made["id"])


async def email_templates(say: Storyteller, people: People) -> str:
    """An invitation to a call, whose first words named what there is not; one that nobody needs any more."""
    mia = people.mia
    call = {
        "name": "Call", "language": "en", "subject": "Your application: {{job_title}}",
        "sender_identity_id": people.sender,
    }  # fmt: skip
    body = (
        "Hello {{candidate_first_name}},\n\nwe would like to talk to you.\n\n{{sender_name}}, {{organization_name}}\n"
    )
    await say("addEmailTemplate", mia, body=call | {"body": "Hello {{first_name}}"}, status=422)
    made = await say("addEmailTemplate", mia, body=call | {"body": body})
    named = {"email_template_id": made["id"]}
    await say("listEmailTemplates", mia, query={"status": "active"})
    await say("readEmailTemplate", mia, path=named)
    await say("changeEmailTemplate", mia, path=named, body=call | {"name": "Invitation to a call", "body": body})
    old = await say("addEmailTemplate", mia, body=call | {"name": "Letter", "body": "We will send you a letter."})
    await say("archiveEmailTemplate", mia, path={"email_template_id": old["id"]})
    return str(made["id"])


async def tags(say: Storyteller, mia: str) -> list[str]:
    """Two that candidates get, one of which is renamed before; one that nobody needs any more."""
    fair = await say("addTag", mia, body={"name": "fair"})
    named = {"tag_id": fair["id"]}
    await say("changeTag", mia, path=named, body={"name": "fair-2026"})
    await say("readTag", mia, path=named)
    junior = await say("addTag", mia, body={"name": "junior"})
    old = await say("addTag", mia, body={"name": "typist"})
    await say("archiveTag", mia, path={"tag_id": old["id"]})
    await say("listTags", mia, query={"status": "active"})
    return [fair["id"], junior["id"]]


async def custom_fields(say: Storyteller, mia: str) -> list[str]:
    """What is kept with candidates, applications and jobs; one of it gets another option, one is archived."""
    languages = await say("addCustomField", mia, body={
        "key": "languages", "name": "Programming languages", "applies_to": "candidate", "type": "multi_select",
        "options": [{"label": "Rust"}, {"label": "Go"}],
    })  # fmt: skip
    await say("addCustomField", mia, body={
        "key": "graduates_on", "name": "Graduates on", "applies_to": "candidate", "type": "date",
    })  # fmt: skip
    for applies_to, key, kind in (
        ("candidate", "wants_to_relocate", "boolean"), ("candidate", "hours_per_week", "number"),
        ("application", "assessed_on", "date"), ("job", "cost_center", "short_text"),
    ):  # fmt: skip
        field = {"key": key, "name": key.replace("_", " ").capitalize(), "applies_to": applies_to, "type": kind}
        await say("addCustomField", mia, body=field)
    named = {"custom_field_id": languages["id"]}
    await say("readCustomField", mia, path=named)
    changed = await say("changeCustomField", mia, path=named, body={
        "name": "Languages", "options": [*languages["options"], {"label": "Ada"}],
    })  # fmt: skip
    old = await say("addCustomField", mia, body={
        "key": "fax", "name": "Fax", "applies_to": "candidate", "type": "short_text",
    })  # fmt: skip
    await say("archiveCustomField", mia, path={"custom_field_id": old["id"]})
    await say("listCustomFields", mia, query={"applies_to": "candidate", "status": "active"})
    return [option["id"] for option in changed["options"]]


async def boards(say: Storyteller, people: People) -> dict[str, str]:
    """A board in German, on the company's own career page."""
    mia = people.mia
    career = {
        "name": "Acme Karriere", "language": "de", "allowed_origins": ["https://acme.example"],
        "post_url_template": "https://acme.example/jobs/{post_id}",
        "portal_url_template": "https://acme.example/portal", "required_fields": ["first_name", "email"],
        "sender_identity_id": people.sender,
    }  # fmt: skip
    made = await say("addJobBoard", mia, body=career | {"slug": say.unique("acme-karriere")})
    named = {"job_board_id": made["id"]}
    await say("listJobBoards", mia)
    await say("readJobBoard", mia, path=named)
    await say(
        "changeJobBoard", mia, path=named, body=career | {"required_fields": ["first_name", "last_name", "email"]}
    )
    key = await say("addBoardKey", mia, path=named, body={"name": "Career site"})
    await say("listBoardKeys", mia, path=named)
    await say("revokeBoardKey", mia, path=named | {"board_key_id": key["id"]})
    return {"id": made["id"], "slug": made["slug"]}


async def reasons(say: Storyteller, mia: str) -> dict[str, str]:
    """A reason of each kind; one is renamed, one archived."""
    made = {}
    for kind, name in REASONS.items():
        made[kind] = str((await say("addReason", mia, body={"kind": kind, "name": name}))["id"])
    named = {"reason_id": made["rejection"]}
    await say("listReasons", mia, query={"kind": "rejection", "status": "active"})
    await say("readReason", mia, path=named)
    await say("changeReason", mia, path=named, body={"name": "Too little firmware experience"})
    old = await say("addReason", mia, body={"kind": "rejection", "name": "Too far away"})
    await say("archiveReason", mia, path={"reason_id": old["id"]})
    return made
