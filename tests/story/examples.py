"""Examples as they are kept: what was sent and answered, with ids, instants and secrets that no run changes."""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx

from hiring.handlers.routes import OPERATIONS
from tests.client import Client

BEGINNING = datetime(2026, 9, 1, 8, tzinfo=UTC)
"""When the story begins to be told; each step takes a minute."""
ZONE = ZoneInfo("Europe/Berlin")
"""The time zone of the organization. Its days are those of reports; all other days are in UTC."""
DAYS_OF_REPORTS = ("from_on", "to_on")
DAYS_OF_LAWS = ("begins_on", "read_on")
"""The same whenever the story is told."""
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
SIGNED = re.compile(r"(/applications/|[?]preview=)[\w-]{40,}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
CURSOR = "cG9zaXRpb24gb2YgdGhlIG5leHQgcGFnZQ"
SECRETS = {
    "access_token": "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJzdWIiOiIwMTkifQ.c2lnbmVkIGJ5IHRoZSBzZXJ2aWNl",
    "refresh_token": "hr_c2VjcmV0IHRoYXQgZW5kcyB3aXRoIHRoZSBzZXNzaW9u",
    "secret": "hk_c2VjcmV0IHRoYXQgaXMgc2hvd24gb25jZQ", "token": "bGluayB0aGF0IHdhcyBtYWlsZWQ",
    "preview": "c2lnbmVkIHBsYWNlIHRvIGxvb2s", "x": "cHVibGljIGtleSBvZiB0aGUgc2VydmljZQ", "next_cursor": CURSOR,
    "cursor": CURSOR,
    "median_days": 23.4, "p75_days": 31.0, "p90_days": 44.5, "median_days_to_hire": 23.4, "running_median_days": 4.1,
    "median_age_days": 6.2, "oldest_age_days": 19.8, "open_days": 33.5, "feed_position": 48211,
    "at": f"{BEGINNING:%Y-%m-%dT%H:%M:%S.%fZ}", "latency_ms": 0.8, "prefix": "hk_c2VjcmV0",
    "sql": "SELECT period, kind, …", "views": "CREATE OR REPLACE VIEW seen_applications AS …",
}  # fmt: skip
"""Members that no two runs share, or that are too long, with what the examples show instead."""
MOST_ITEMS = 3
"""So many members of a long list are shown."""
LONG = ("events", "findings", "items", "stage_changes")
"""Lists of answers; another one may mean something else when it is cut."""

OPERATION = {each.name: each for each in OPERATIONS}


class Storyteller:
    """Sends requests, one step after the other, and keeps the first success and each refusal of an operation."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.examples: dict[str, dict[str, Any]] = {}
        self.clients: dict[str | None, Client] = {}
        self._step = 0
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._instants: dict[str, str] = {}

    async def __call__(
        self, name: str, token: str | None = None, *, path: Mapping[str, str] = {}, query: Mapping[str, str] = {},
        body: Any = None, file: bytes | None = None, headers: Mapping[str, str] = {}, status: int | None = None,
    ) -> Any:  # fmt: skip
        """Sends a request and returns the body of its answer; `path` and `query` are parameters."""
        operation, self._step = OPERATION[name], self._step + 1
        client = self.clients.setdefault(token, Client(self.address, token))
        options: dict[str, Any] = {"params": query, "headers": headers}
        if file is not None:
            options |= {"content": file, "headers": {"Content-Type": "application/pdf"}}
        elif operation.body is not None:
            options["json"] = body = body or {}
        answer = await client.request(operation.method, operation.path.format(**path), **options)
        assert answer.status_code == (status or operation.status), (name, answer.status_code, answer.text)
        self._keep(name, answer, path, query, body)
        return answer.json() if answer.headers.get("Content-Type", "").endswith("json") else answer.content

    def unique(self, name: str) -> str:
        """A name that nobody else has taken; the examples show the plain one."""
        made = f"{name}-{secrets.token_hex(4)}"
        self._names[made] = name
        return made

    async def close(self) -> None:
        """Closes every connection."""
        for client in self.clients.values():
            await client.aclose()

    def _keep(self, name: str, answer: httpx.Response, path: Any, query: Any, body: Any) -> None:
        kept = self.examples.setdefault(name, {})
        request = {"path": path, "query": query} | ({} if body is None else {"body": body})
        shown = {key: self._shown(value) for key, value in request.items() if value or key == "body"}
        content: Any = answer.json() if answer.headers.get("Content-Type", "").endswith("json") else None
        told = self._shown(content)
        if answer.is_success:
            kept["parameters"] = shown.get("query", {}) | kept.get("parameters", {})
            kept.setdefault("request", shown)
            if "answer" not in kept and OPERATION[name].returns is not None:
                kept["answer"] = told
        elif content["code"] not in kept.get("refusals", {}):
            kept.setdefault("refusals", {})[content["code"]] = {"request": shown, "answer": told}

    def _shown(self, value: Any, name: str = "") -> Any:
        if isinstance(value, Mapping):
            return {self._shown(key): self._shown(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._shown(each, name) for each in (value[:MOST_ITEMS] if name in LONG else value)]
        if value is not None and name in SECRETS and not isinstance(value, bool):
            return SECRETS[name]
        return self._text(value, name) if isinstance(value, str) else value

    def _text(self, text: str, name: str) -> str:
        if INSTANT.fullmatch(text):
            return self._instants.setdefault(text, self._instant(datetime.fromisoformat(text)))
        if DAY.fullmatch(text) and name not in DAYS_OF_LAWS:
            return str(BEGINNING.date() + (date.fromisoformat(text) - today(ZONE if name in DAYS_OF_REPORTS else UTC)))
        for made, plain in self._names.items():
            text = text.replace(made, plain)
        text = UUIDS.sub(lambda found: self._ids.setdefault(found[0], self._next_id()), text)
        return SIGNED.sub(r"\1c2lnbmVkIHBsYWNlIHRvIGxvb2s", text.replace(self.address, ""))

    def _instant(self, instant: datetime) -> str:
        minutes = round((instant - datetime.now(UTC)) / timedelta(minutes=1))
        at = BEGINNING + timedelta(minutes=self._step + (minutes if abs(minutes) > 1 else 0))
        return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _next_id(self) -> str:
        return str(UUID(int=(0x0199 << 112) | (0x7000 << 64) | (0x8000 << 48) | len(self._ids) + 1))


def today(zone: tzinfo) -> date:
    """The day that it is there."""
    return datetime.now(zone).date()


def in_days(days: int, zone: tzinfo = UTC) -> str:
    """A day from now on."""
    return str(today(zone) + timedelta(days))


def instant_in_days(days: int) -> str:
    """An instant from now on."""
    return (datetime.now(UTC) + timedelta(days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
