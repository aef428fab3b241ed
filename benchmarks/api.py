"""The API as a client meets it over HTTP: every answer is timed and counted, and who is told to wait waits."""

import asyncio
import time
from typing import Any, NamedTuple, Self

import httpx

PREFIX = "/api/v1"
TIMEOUT_S = 20
MAXIMUM_TRIES = 100
MAXIMUM_WAIT_S = 10
MAXIMUM_PAGES = 500


class Refused(Exception):
    """An answer that nobody asked for."""


class Call(NamedTuple):
    """One request and its answer."""

    what: str
    status: int
    duration_ms: float


class Api:
    """A connection to the API, as nobody or as a user; `calls` are all that were ever made, in their order."""

    def __init__(self, address: str, calls: list[Call]) -> None:
        self.client = httpx.AsyncClient(base_url=address + PREFIX, timeout=TIMEOUT_S)
        self.calls = calls
        self.refresh_token = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.client.aclose()

    def log_in(self, tokens: dict[str, Any]) -> None:
        """Takes the tokens of an answer."""
        self.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self.refresh_token = tokens["refresh_token"]

    async def stay_logged_in(self) -> None:
        """A fresh access token. Raises: Refused, httpx.HTTPError."""
        self.log_in(await self.made("stay logged in", "/refresh", {"refresh_token": self.refresh_token}))

    async def ask(self, what: str, method: str, path: str, **more: Any) -> httpx.Response:
        """Any answer below 500; a 429 is tried again when it says. Raises: Refused, httpx.HTTPError."""
        for _ in range(MAXIMUM_TRIES):
            started = time.perf_counter()
            answer = await self.client.request(method, path, **more)
            self.calls.append(Call(what, answer.status_code, (time.perf_counter() - started) * 1000))
            if answer.status_code >= 500:
                raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            if answer.status_code != 429:
                return answer
            await asyncio.sleep(min(float(answer.headers["Retry-After"]), MAXIMUM_WAIT_S))
        raise Refused(f"{method} {path}: 429 for {MAXIMUM_TRIES} times")

    async def welcome(self, what: str, method: str, path: str, **more: Any) -> httpx.Response:
        """A 2xx answer. Raises: Refused, httpx.HTTPError."""
        answer = await self.ask(what, method, path, **more)
        if not answer.is_success:
            raise Refused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    async def made(self, what: str, path: str, body: Any = None) -> dict[str, Any]:
        """The body of a 2xx answer to a POST. Raises: Refused, httpx.HTTPError."""
        result: dict[str, Any] = (await self.welcome(what, "POST", path, json=body or {})).json()
        return result

    async def read(self, what: str, path: str, **more: Any) -> dict[str, Any]:
        """The body of a 200. Raises: Refused, httpx.HTTPError."""
        result: dict[str, Any] = (await self.welcome(what, "GET", path, **more)).json()
        return result

    async def pages(self, what: str, path: str, *, limit: int, **more: Any) -> list[dict[str, Any]]:
        """Every item of a list, page after page. Raises: Refused, httpx.HTTPError."""
        items: list[dict[str, Any]] = []
        parameters = {"limit": str(limit)} | more.pop("params", {})
        for _ in range(MAXIMUM_PAGES):
            page = await self.read(what, path, params=parameters, **more)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            parameters["cursor"] = page["next_cursor"]
        raise Refused(f"GET {path}: more than {MAXIMUM_PAGES} pages")


def reasons(answer: httpx.Response) -> list[str]:
    """Why an answer refuses: each field with its reason, or the problem as a whole."""
    problem = answer.json()
    found = [f"{answer.status_code} {each['pointer']}: {each['detail']}" for each in problem.get("errors", [])]
    return found or [f"{answer.status_code} {problem['code']}: {problem['detail']}"]
