"""Who still decides about a hiring team when it is changed by several at once."""

from typing import Any

from tests.api.conftest import Rows
from tests.api.journeys import JOB
from tests.api.races import at_once_behind, outcomes, until_each_occurred
from tests.client import Client


async def test_team_is_not_changed_by_who_is_only_an_interviewer_now(ada: Client, member: Any, rows: Rows) -> None:
    """Ten make Bob an interviewer while ten times he adds Eva: once he is one he does not, so she stays out.

    Rules: J17.
    """
    writing = {"jobs.read": "team", "jobs.write": "team"}
    bob, eva = await member("bob", writing), await member("eva", writing)

    def team(**roles: str) -> dict[str, Any]:
        members = {"ada": ada, "bob": bob, "eva": eva}
        return {"members": [{"user_id": members[name].user["id"], "role": role} for name, role in roles.items()]}

    alone = team(ada="recruiter", bob="interviewer")
    widened = team(ada="recruiter", bob="recruiter", eva="recruiter")

    async def play() -> set[str]:
        job = await ada.made("/jobs", JOB)
        path = f"/api/v1/jobs/{job['id']}/hiring-team"
        assert (await ada.put(path, json=team(ada="recruiter", bob="recruiter"))).status_code == 200
        answers = await at_once_behind(
            rows, "jobs", [job], *(ada.put(path, json=alone) for _ in range(10)),
            *(bob.put(path, json=widened) for _ in range(10)),
        )  # fmt: skip
        assert outcomes(answers[:10]) == {"200": 10}
        found = outcomes(answers[10:])
        assert found.keys() <= {"200", "team_required"}
        now = (await ada.read(f"/jobs/{job['id']}/hiring-team"))["members"]
        assert {(each["user_id"], each["role"]) for each in now} == {
            (each["user_id"], each["role"]) for each in alone["members"]
        }
        version = (await ada.get(f"/api/v1/jobs/{job['id']}")).json()["version"]
        assert version == job["version"] + (3 if found["200"] else 2)
        return set(found)

    await until_each_occurred(play, {"200", "team_required"})
