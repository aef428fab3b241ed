"""What Ravi looks at when everything is over: the reports."""

from tests.client import Client
from tests.story.examples import Storyteller

CUT = ("readFunnel", "readTimeToHire", "readTimeToFill", "readTimeInStage", "readSourcesReport", "readOpeningsReport",
       "readRecruitersReport")  # fmt: skip
"""Reports that may be cut into periods."""
WHOLE = ("readTimeToHireDistribution", "readForecast", "readJobsReport")


async def looked_at(say: Storyteller, ravi: str, job_id: str) -> None:
    """Each report of the year, and the numbers of the job by month."""
    headers = {"Consistency-Token": Client.latest_writes[say.address]}
    for name in (*CUT, *WHOLE):
        await say(name, ravi, headers=headers)
        await say(name, ravi, query={"job_id": job_id} | ({"granularity": "month"} if name in CUT else {}))
    await say("readReportSql", ravi, path={"name": "funnel"})
