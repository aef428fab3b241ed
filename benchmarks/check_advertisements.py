"""Advertisements as they come out again, compared with what went in: jobs, posts, the board, the lists."""

import html
import re

from benchmarks.documents import Facts
from benchmarks.stages import Posted, Run, each

PAGE_ROWS = 25


async def check(run: Run) -> None:
    """Every job and post by itself, on the board and in the lists."""
    await each(run, "check advertisements", run.posted, lambda posted: check_posted(run, posted))
    await each(run, "check lists", [check_lists, check_board], lambda part: part(run))


async def check_posted(run: Run, posted: Posted) -> None:
    """One advertisement as job, as post, and on the board."""
    same, title = run.findings.same, posted.title
    job = await run.recruiter.read("read job", f"/jobs/{posted.job_id}")
    same("jobs", title, sent=posted.job | {"status": "open"}, found=job)
    post = await run.recruiter.read("read post", f"/posts/{posted.post_id}")
    same("posts", title, sent=posted.post | {"status": "published", "job_id": posted.job_id}, found=post)
    shown = await run.public.read(
        "read board post", f"{run.board}/posts/{posted.post_id}",
        headers={"Consistency-Token": posted.consistency_token},
    )  # fmt: skip
    sent = on_board(posted) | {"body": posted.post["body"], "body_html": post["body_html"]}
    same("board posts", title, sent=sent | {"organization_name": run.organization["name"]}, found=shown)
    same("board posts as HTML", title, sent=lines(posted.post["body"]), found=lines(text_of(shown["body_html"])))
    posting = {"title": title, "description": post["body_html"]}
    same("board posts as JSON-LD", title, sent=posting, found=shown["job_posting"])


def on_board(posted: Posted) -> Facts:
    """What the board's list says of a post."""
    of_post = {name: posted.post[name] for name in ("title", "locations", "pay_ranges")}
    of_job = {name: posted.job[name] for name in ("employment_type", "workplace")}
    return of_post | of_job | {"department": posted.advertisement["department"]}


def lines(text: str) -> list[str]:
    """The lines of a text that are not blank: paragraphs do not tell how many blank ones were between them."""
    return [line for line in text.strip().split("\n") if line.strip()]


def text_of(body_html: str) -> str:
    """The text of paragraphs and line breaks, which is all that plain text becomes."""
    return html.unescape(re.sub(r"</p>|<br>", "\n", body_html).replace("<p>", ""))


async def check_lists(run: Run) -> None:
    """The lists show each job, post and opening once, as it is."""
    jobs = await run.recruiter.pages("list jobs", "/jobs", limit=PAGE_ROWS)
    check_list(run, "list of jobs", {posted.job_id: posted.job for posted in run.posted}, jobs)
    posts = await run.recruiter.pages("list posts", "/posts", limit=PAGE_ROWS)
    check_list(run, "list of posts", {posted.post_id: posted.post for posted in run.posted}, posts)
    openings = await run.recruiter.pages("list openings", "/openings", limit=PAGE_ROWS)
    sent, found = (sorted(ids) for ids in ((each.job_id for each in run.posted), (each["job_id"] for each in openings)))
    run.findings.same("list of openings", "one a job", sent=sent, found=found)


async def check_board(run: Run) -> None:
    """The board shows each post once, the last published first."""
    headers = {"Consistency-Token": run.posted[-1].consistency_token}
    shown = await run.public.pages("list board posts", f"{run.board}/posts", limit=PAGE_ROWS, headers=headers)
    check_list(run, "list of the board", {posted.post_id: on_board(posted) for posted in run.posted}, shown)
    moments = [post["published_at"] for post in shown]
    run.findings.same("order of the board", "published_at", sent=sorted(moments, reverse=True), found=moments)


def check_list(run: Run, what: str, sent: dict[str, Facts], found: list[Facts]) -> None:
    """A list has each of what was sent once, with its values, and nothing else."""
    run.findings.same(what, "ids", sent=sorted(sent), found=sorted(item["id"] for item in found))
    for item in found:
        run.findings.same(what, item["id"], sent=sent.get(item["id"]), found=item)
