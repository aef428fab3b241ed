"""The guide as documents: pages, their Markdown, the reference, the search, and `/llms.txt`."""

import importlib.resources
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hiring.guide.markup import code_styles, with_links
from hiring.guide.pages import GuidePage, pages
from hiring.http.documents import Document
from hiring.pictures.page import STYLE

PARTS = Path(__file__).parent / "parts"
SWAGGER_UI = Path(str(importlib.resources.files("swagger_ui"))) / "static"
"""Swagger UI 5 as the package swagger-ui-py ships it: it reads OpenAPI 3.1 and comes without a CDN."""
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
ASSET_KEPT_S = 86_400
REFERENCE = "/docs/reference"
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
)
"""Swagger UI writes styles into its elements and shows pictures that are in its own files."""
OVERVIEW = """# Hiring API

> A headless applicant tracking system: jobs, public job boards, candidates and applications over REST.

## Guide

{pages}

## Reference

- [OpenAPI document]({address}/openapi.json): every operation, parameter, member and example, in OpenAPI 3.1.
- [Workflows]({address}/workflows.arazzo.yaml): from registration to hire, a career page, a nightly sync, in Arazzo 1.0.
- [Events]({address}/asyncapi.json): what the broker carries, in AsyncAPI 3.
- [Event types]({address}/api/v1/event-types): each type with its JSON Schema.
- [Error codes as JSON]({address}/api/v1/errors): every code with its status and meaning.
"""
REDIRECTS = {"/": "/docs", "/docs/": "/docs", "/docs/start-here": "/docs"}


def site(description: Mapping[str, Any], public_url: str) -> dict[str, Document]:
    """Every document of the guide by its path; `description` is the OpenAPI document."""
    guide, files = pages(public_url), dict(assets())
    found, operations = dict(files), list(entries_of_operations(description))
    environment = Environment(
        loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals |= {"guide": guide, "version": description["info"]["version"], "tagged": tagged(files)}
    for before, each, after in zip([None, *guide], guide, [*guide[1:], None], strict=False):
        text = environment.get_template("page.html.jinja").render(page=each, before=before, after=after)
        found[each.path] = Document.of(text, "text/html; charset=utf-8", policy=POLICY)
        found[f"/docs/{each.name}.md"] = Document.of(each.source, "text/markdown; charset=utf-8")
    tags = {tag["name"]: [each for each in operations if each["tag"] == tag["name"]] for tag in description["tags"]}
    reference = environment.get_template("reference.html.jinja").render(tags=tags)
    found[REFERENCE] = Document.of(reference, "text/html; charset=utf-8", policy=POLICY)
    entries = [*entries_of_pages(guide), *operations]
    found["/docs/search.json"] = Document.of(msgspec.json.encode(entries), "application/json")
    found["/llms.txt"] = Document.of(overview(guide, public_url), "text/plain; charset=utf-8")
    return found


def assets() -> Iterator[tuple[str, Document]]:
    """The files that pages name, by path."""
    for file in (*PARTS.iterdir(), SWAGGER_UI / "swagger-ui.css", SWAGGER_UI / "swagger-ui-bundle.js"):
        if kind := TYPES.get(file.suffix):
            content = file.read_text(encoding="utf-8") + (code_styles() + STYLE if file.name == "guide.css" else "")
            document = Document.of(content, f"{kind}; charset=utf-8", policy=POLICY, kept_s=ASSET_KEPT_S)
            yield f"/docs/assets/{file.name}", document


def tagged(files: Mapping[str, Document]) -> Mapping[str, str]:
    """The addresses of the files by name: each changes with its content, so that no cache shows an old one."""
    return {path.rpartition("/")[2]: f"{path}?{document.etag[:8]}" for path, document in files.items()}


def entries_of_pages(guide: Sequence[GuidePage]) -> Iterator[dict[str, str]]:
    """What the search finds in the guide: each part of each page."""
    for each in guide:
        for place, section in enumerate(each.sections):
            path = f"{each.path}#{section.anchor}" if place else each.path
            yield {"title": section.title, "page": each.title, "path": path, "text": section.text}


def entries_of_operations(description: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What the search finds in the reference: each operation."""
    for path, methods in description["paths"].items():
        for method, one in methods.items():
            place = f"{REFERENCE}#/{quote(one['tags'][0])}/{one['operationId']}"
            text = f"{method.upper()} {path} {one['operationId']} {one['description']}"
            yield {"title": one["summary"], "page": "Reference", "path": place, "text": text, "tag": one["tags"][0]}


def overview(guide: Sequence[GuidePage], public_url: str) -> str:
    """What programs that read texts begin with (llmstxt.org): each page in a line."""
    lines = [f"- [{each.title}]({public_url}/docs/{each.name}.md): {with_links(each.summary)}" for each in guide]
    return OVERVIEW.format(address=public_url, pages="\n".join(lines))
