"""The gates of `sql/functions`, asked themselves: which rows each of nine viewers sees through each of them."""

from collections.abc import Set
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import JOB, apply, make_internal, open_job
from tests.client import Client

GATES = """
SELECT p.proname::text, p.proargnames::text[]
FROM pg_proc AS p
WHERE p.pronamespace = 'public'::regnamespace AND p.proretset AND 'viewer_id' = ANY (p.proargnames)
  AND p.proargnames[1 : p.pronargs]
      <@ '{organization_id,viewer_id,is_user,sees_all_jobs,sees_confidential_jobs,sees_internal}'
"""


class Viewer(NamedTuple):
    """Somebody who looks, and what their permissions let them see."""

    user: str
    sees_all_jobs: bool = False
    sees_confidential_jobs: bool = False
    sees_internal: bool = False
    organization: str = "ours"
    is_user: bool = True


VIEWERS = {
    "stranger": Viewer("stranger"),
    "team": Viewer("tia"),
    "interviewer": Viewer("ivo"),
    "all but confidential": Viewer("stranger", sees_all_jobs=True),
    "confidential team": Viewer("cora", sees_all_jobs=True),
    "internal": Viewer("stranger", sees_all_jobs=True, sees_internal=True),
    "own candidate": Viewer("ina", sees_all_jobs=True, sees_confidential_jobs=True, sees_internal=True),
    "all": Viewer("ada", sees_all_jobs=True, sees_confidential_jobs=True, sees_internal=True),
    "other tenant": Viewer("eve", *(True, True, True), organization="theirs"),
}
OF_CANDIDATES = ("_applications", "_messages", "_notes", "_consents")
"""Gates whose rows are told by their candidates."""
COLUMNS = {"seen_stage_changes": "application_id"}
"""Gate → the column that tells its rows, where that is not their `id`."""
NOTE = """
INSERT INTO notes (organization_id, id, candidate_id, author, body, mentions, ever_mentioned, visibility)
VALUES (%(organization_id)s, gen_random_uuid(), %(candidate_id)s, jsonb_build_object('user_id', %(user_id)s), 'A', '{}',
        '{}', 'team')
RETURNING id
"""
CONSENT = """
WITH text AS (
    INSERT INTO consent_texts (organization_id, id, purpose, language, text, is_required, status)
    VALUES (%(organization_id)s, gen_random_uuid(), 'processing', 'en', 'A', false, 'archived')
    RETURNING id
)
INSERT INTO consents (organization_id, id, candidate_id, consent_text_id, consent_text_version, is_granted, source,
                      actor)
SELECT %(organization_id)s, gen_random_uuid(), %(candidate_id)s, t.id, 1, true, 'paper', '{}'
FROM text AS t
RETURNING id
"""
MESSAGE = """
INSERT INTO messages (organization_id, id, kind, status, recipient, language, candidate_id)
VALUES (%(organization_id)s, gen_random_uuid(), 'written', 'scheduled', 'kim@example.com', 'en', %(candidate_id)s)
RETURNING id
"""
OPERATION = """
INSERT INTO bulk_operations (organization_id, id, action, arguments, is_dry_run, requested_by, due_event_id,
                             total_count)
VALUES (%(organization_id)s, gen_random_uuid(), 'move', '{}', false, jsonb_build_object('user_id', %(user_id)s),
        gen_random_uuid(), 0)
RETURNING id
"""
EVERY_JOB = {"open", "confidential"}
SEEN: dict[str, dict[str, Set[str]]] = {
    "seen_jobs": {
        "stranger": set(), "team": {"open"}, "interviewer": EVERY_JOB, "all but confidential": {"open"},
        "confidential team": EVERY_JOB, "internal": {"open"}, "own candidate": EVERY_JOB, "all": EVERY_JOB,
        "other tenant": {"theirs"},
    },
    "recruited_jobs": {
        "stranger": set(), "team": {"open"}, "interviewer": set(), "all but confidential": {"open"},
        "confidential team": EVERY_JOB, "internal": {"open"}, "own candidate": EVERY_JOB, "all": EVERY_JOB,
        "other tenant": {"theirs"},
    },
    "shareable_jobs": {
        **dict.fromkeys(VIEWERS, frozenset({"open"})), "confidential team": EVERY_JOB, "all": EVERY_JOB,
        "other tenant": {"theirs"},
    },
    "team_jobs": {
        "team": {"open"}, "interviewer": EVERY_JOB, "confidential team": {"confidential"}, "other tenant": {"theirs"},
    },
    "recruiting_team_jobs": {"team": {"open"}, "confidential team": {"confidential"}, "other tenant": {"theirs"}},
    "seen_candidates": {
        "stranger": set(), "team": {"kim"}, "interviewer": set(), "all but confidential": {"kim", "lone"},
        "confidential team": {"kim", "cai", "lone"}, "internal": {"kim", "lone", "ina"},
        "own candidate": {"kim", "cai", "lone"}, "all": {"kim", "cai", "lone", "ina"}, "other tenant": {"xia"},
    },
    "eligible_candidates": {
        "stranger": {"lone"}, "team": {"kim", "lone"}, "interviewer": {"lone"}, "all but confidential": {"kim", "lone"},
        "confidential team": {"kim", "cai", "lone"}, "internal": {"kim", "lone", "ina"},
        "own candidate": {"kim", "cai", "lone"}, "all": {"kim", "cai", "lone", "ina"}, "other tenant": {"xia"},
    },
    "unhidden_candidates": {
        **dict.fromkeys(VIEWERS, frozenset({"kim", "cai", "lone"})),
        "internal": {"kim", "cai", "lone", "ina"}, "all": {"kim", "cai", "lone", "ina"}, "other tenant": {"xia"},
    },
    "unhidden_applications": {
        **dict.fromkeys(VIEWERS, frozenset({"kim", "cai"})),
        "internal": {"kim", "cai", "ina"}, "all": {"kim", "cai", "ina"}, "other tenant": set(),
    },
    "recruiting_team_candidates": {"team": {"kim", "ina"}, "confidential team": {"cai"}},
    "seen_bulk_operations": {"team": {"of tia"}, "all": {"of tia"}, "other tenant": {"of eve"}},
    "seen_consents": {
        "team": {"kim"}, "all but confidential": {"kim"}, "confidential team": {"kim", "cai"},
        "internal": {"kim", "ina"}, "own candidate": {"kim", "cai"}, "all": {"kim", "cai", "ina"},
        "other tenant": {"xia"},
    },
    "unhidden_messages": {**dict.fromkeys(VIEWERS, frozenset({"kim", "cai"})), "other tenant": {"xia"}},
    "seen_messages": {
        "team": {"kim"}, "all but confidential": {"kim"}, "confidential team": {"kim", "cai"}, "internal": {"kim"},
        "own candidate": {"kim", "cai"}, "all": {"kim", "cai"}, "other tenant": {"xia"},
    },
    "shown_messages": {
        "team": {"kim"}, "all but confidential": {"kim"}, "confidential team": {"kim", "cai"}, "internal": {"kim"},
        "own candidate": {"kim", "cai"}, "all": {"kim", "cai"}, "other tenant": {"xia"},
    },
    "seen_stage_changes": {
        "team": {"kim applied"}, "all but confidential": {"kim applied"},
        "confidential team": {"kim applied", "cai applied"}, "internal": {"kim applied", "ina applied"},
        "own candidate": {"kim applied", "cai applied"}, "all": {"kim applied", "cai applied", "ina applied"},
    },
    "editable_notes": {"team": {"kim"}, "interviewer": {"cai"}, "all": {"kim", "cai"}, "other tenant": {"xia"}},
}  # fmt: skip
"""Gate → viewer → what is seen; a viewer who is left out sees nothing."""


class World(NamedTuple):
    """The ids of users and organizations, and the names of what may be seen by its id."""

    ids: dict[str, UUID]
    names: dict[UUID, str]


@pytest.fixture
async def world(ada: Client, rows: Rows) -> World:
    """An open job and a confidential one, their teams and applicants, one of whom is a user; notes; another tenant."""
    users = {
        name: await ada.made(
            "/users", {"email": f"{name}-{ada.organization['slug']}@example.com", "first_name": name, "last_name": "X"}
        )
        for name in ("stranger", "tia", "ivo", "cora", "ina")
    }
    opened, confidential = await open_job(ada), await open_job(ada, is_confidential=True)
    for job, members in (
        (opened, {"tia": "hiring_manager", "ivo": "interviewer"}),
        (confidential, {"cora": "recruiter", "ivo": "interviewer"}),
    ):
        team = [{"user_id": users[name]["id"], "role": role} for name, role in members.items()]
        await ada.put(f"/api/v1/jobs/{job['id']}/hiring-team", json={"members": team})
    names = {UUID(opened["id"]): "open", UUID(confidential["id"]): "confidential"}
    for name, job in (("kim", opened), ("cai", confidential), ("ina", opened)):
        application = await apply(ada, job)
        names[UUID(application["candidate_id"])], names[UUID(application["id"])] = name, f"{name} applied"
    names[UUID((await ada.made("/candidates", {"first_name": "Lone"}))["id"])] = "lone"
    [ina] = [id_ for id_, name in names.items() if name == "ina"]
    await make_internal(ada, str(ina), users["ina"])
    async with await Client.register(ada.address) as eve:
        names[UUID((await eve.made("/jobs", JOB))["id"])] = "theirs"
        names[UUID((await eve.made("/candidates", {"first_name": "Xia"}))["id"])] = "xia"
        ids = {"eve": eve.user["id"], "theirs": eve.organization["id"]}
    ids |= {"ada": ada.user["id"], "ours": ada.organization["id"], **{name: user["id"] for name, user in users.items()}}
    made = World({name: UUID(id_) for name, id_ in ids.items()}, names)
    about = {name: {"candidate_id": id_} for id_, name in names.items()}
    for organization, author, candidate in (("ours", "tia", "kim"), ("ours", "ivo", "cai"), ("theirs", "eve", "xia")):
        await rows(NOTE, organization_id=made.ids[organization], user_id=made.ids[author], **about[candidate])
        await rows(MESSAGE, organization_id=made.ids[organization], **about[candidate])
    for organization, candidate in (("ours", "kim"), ("ours", "cai"), ("ours", "ina"), ("theirs", "xia")):
        await rows(CONSENT, organization_id=made.ids[organization], **about[candidate])
    for organization, requester in (("ours", "tia"), ("theirs", "eve")):
        values = {"organization_id": made.ids[organization], "user_id": made.ids[requester]}
        [(id_,)] = await rows(OPERATION, **values)
        made.names[id_] = f"of {requester}"
    return made


async def test_viewer_sees_through_each_gate_what_the_rules_say(world: World, rows: Rows) -> None:
    """No more and no less, and each gate has its line here."""
    gates: dict[str, list[str]] = dict(await rows(GATES))
    assert gates.keys() == SEEN.keys()
    for gate, names in gates.items():
        parameters = [name for name in names if name.startswith(("organization_", "viewer_", "is_user", "sees_"))]
        usual = "job_id" if "job_id" in names else "candidate_id" if gate.endswith(OF_CANDIDATES) else "id"
        column = COLUMNS.get(gate, usual)
        for called, viewer in VIEWERS.items():
            values: dict[str, Any] = viewer._asdict() | {
                "viewer_id": world.ids[viewer.user], "organization_id": world.ids[viewer.organization],
            }  # fmt: skip
            given = ", ".join(f"%({name})s" for name in parameters)
            found = await rows(
                f"SELECT g.{column} FROM {gate}({given}) AS g", **{name: values[name] for name in parameters}
            )
            seen = {world.names[id_] for (id_,) in found}
            assert seen == SEEN[gate].get(called, set()), (gate, called)
