"""What Ravi looks at when everything is over: the reports."""

from uuid import UUID

from tests.client import Client
from tests.story.examples import OPERATION, ZONE, Storyteller, in_days, instant_in_days

CUT = ("readFunnel", "readTimeToHire", "readTimeToFill", "readTimeInStage", "readSourcesReport", "readOpeningsReport",
       "readRecruitersReport")  # fmt: skip
"""Reports that may be cut into periods."""
WHOLE = ("readTimeToHireDistribution", "readForecast", "readJobsReport")


async def looked_at(say: Storyteller, ravi: str, job_id: str) -> None:
    """Each report of the year, the numbers of the job by month, and those that every filter leaves."""
    headers, yesterday = {"Consistency-Token": Client.latest_writes[say.address]}, instant_in_days(-1)
    for name in (*CUT, *WHOLE):
        await say(name, ravi, headers=headers)
        await say(name, ravi, query={"job_id": job_id} | ({"granularity": "month"} if name in CUT else {}))
        await say(name, ravi, query=narrowed(name, yesterday))
    await say("readReportSql", ravi, path={"name": "funnel"})
    await say("streamStageChanges", ravi, headers=headers)
    for name in ("streamStageChanges", "streamApplications"):
        query = {"job_id": job_id, "after_position": "48211", "limit": "50000"}
        await say(name, ravi, query=narrowed(name, yesterday) | query)


def narrowed(name: str, as_of: str) -> dict[str, str]:
    """A query with each filter of a report, of things that nobody has."""
    kind = OPERATION[name].query
    assert kind is not None
    made = {
        "from_on": in_days(-90, ZONE),
        "to_on": in_days(-1, ZONE),
        "as_of": as_of,
        "stale_days": "30",
        "limit": "10",
    }
    nobodys = str(UUID(int=0x01990000_0000_7000_8000_000000000000))
    ids = dict.fromkeys(("department_id", "office_id", "recruiter_id", "source_id"), nobodys)
    return {each: value for each, value in (made | ids).items() if each in kind.__struct_fields__}
