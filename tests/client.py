"""A client for tests: it knows who it is, and checks every answer against the shape that `/openapi.json` promises."""

import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

import httpx
import msgspec

from hiring.handlers.routes import OPERATIONS
from hiring.http import PREFIX
from hiring.http.shapes import Problem
from hiring.openapi.changes import resolved
from hiring.openapi.document import document

PASSWORD = "correct horse battery staple"
TIMEOUT_S = 20


def pattern(path: str) -> str:
    """A path template as a regular expression."""
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"


ROUTES = [(re.compile(pattern(each.path)), each) for each in OPERATIONS]
DESCRIBED = document(OPERATIONS, "/")
OF_ANY_OPERATION = {"api_key_required", "board_key_refused", "forbidden", "idempotency_key_running", "session_required"}
"""Codes of 403 and 409 that no operation names: a rule or a key that many of them share."""
TOLD_HEADERS = ("Consistency-Token", "ETag", "Idempotent-Replayed", "Location", "RateLimit", "Retry-After")


class Transport(httpx.AsyncHTTPTransport):
    """httpx's own, which tells of every connection that the server ended before the request was sent."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request; `httpx.ConnectError` also where anyio asks a socket that is gone for its peer."""
        try:
            return await super().handle_async_request(request)
        except AttributeError as error:
            if error.name != "getpeername":
                raise
            raise httpx.ConnectError("the connection ended at once", request=request) from error


class Client(httpx.AsyncClient):
    """An HTTP client of the API, as nobody or as a user. It asks to see what others wrote last; its own it sees."""

    latest_writes: ClassVar[dict[str, str]] = {}
    """The token of the latest write, by the address of the service."""
    latest_write_at: ClassVar[datetime] = datetime.fromtimestamp(0, UTC)
    """When it was answered."""
    wait_until_settled: ClassVar[Callable[[datetime], Awaitable[None]] | None] = None
    """Waits until lists in the order of change show what was written before a moment; the tests of the API set it."""
    caught_up: ClassVar[dict[str, Callable[[], Awaitable[None]]]] = {}
    """Waits until the replica has all that was written, by the address of the service."""
    is_behind: ClassVar[bool] = False
    """Whether something was written of which no token tells: the next request waits until the replica has it."""

    def __init__(self, address: str, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        hooks: dict[str, list[Any]] = {"request": [self.freshened], "response": [self.noted, checked]}
        super().__init__(base_url=address, headers=headers, timeout=TIMEOUT_S, event_hooks=hooks, transport=Transport())
        self.address = address
        self.own_write: str | None = None
        self.organization: dict[str, Any] = {}
        self.user: dict[str, Any] = {}
        self.refresh_token = ""

    @classmethod
    async def register(cls, address: str, **changes: Any) -> Self:
        """Founds an organization and returns its administrator's client."""
        body = {
            "organization_name": f"Org {secrets.token_hex(4)}", "email": f"ada-{secrets.token_hex(6)}@example.com",
            "password": PASSWORD, "first_name": "Ada", "last_name": "Lovelace",
        } | changes  # fmt: skip
        async with cls(address) as anybody:
            answer = await anybody.post("/api/v1/register", json=body)
        assert answer.status_code == 201, answer.text
        registered = answer.json()
        client = cls(address, registered["access_token"])
        client.organization, client.user = registered["organization"], registered["user"]
        client.refresh_token = registered["refresh_token"]
        return client

    async def noted(self, answer: httpx.Response) -> None:
        """Keeps the token of a write; the service remembers no write of an anonymous client."""
        is_known = "Authorization" in self.headers
        if answer.request.method != "GET" and answer.is_success:
            Client.latest_write_at = datetime.now(UTC)
        if (token := answer.headers.get("Consistency-Token")) is not None:
            Client.latest_writes[self.address] = token
            self.own_write = token if is_known else None
        elif answer.request.method != "GET" and answer.is_success:
            Client.is_behind = True

    async def freshened(self, request: httpx.Request) -> None:
        """Asks for a snapshot with what another wrote last: a replica may be some milliseconds behind.

        A list by `updated_since` shows it a moment later, whatever the token. An empty token asks for nothing of this.
        """
        if Client.is_behind and self.address in self.caught_up:
            await self.caught_up[self.address]()
            Client.is_behind = False
        wait, is_fresh = Client.wait_until_settled, request.headers.get("Consistency-Token") != ""
        if is_fresh and "updated_since" in request.url.params and wait is not None:
            await wait(Client.latest_write_at)
        token = Client.latest_writes.get(self.address)
        if token is not None and token != self.own_write:
            request.headers.setdefault("Consistency-Token", token)

    async def made(self, path: str, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Posts and returns the body of a 2xx answer; anything else fails the test with what was said."""
        answer = await self.post(f"/api/v1{path}", json=body or {}, **more)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        result: dict[str, Any] = answer.json() if answer.content else {}
        return result

    async def read(self, path: str, **more: Any) -> dict[str, Any]:
        """Gets and returns the body of a 200 answer."""
        answer = await self.get(f"/api/v1{path}", **more)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        result: dict[str, Any] = answer.json()
        return result


def findings(answer: httpx.Response) -> list[tuple[str, str]]:
    """Pointer and code of everything that a 422 answer says is wrong."""
    assert answer.status_code == 422, f"{answer.status_code} {answer.text}"
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


OFFSET = re.compile(r'"\d{4}-\d\d-\d\dT[0-9:.]+[+-]\d\d:\d\d"')
"""An instant that is not written with Z, as every answer writes them."""


async def checked(answer: httpx.Response) -> None:
    """Fails the test for an answer not of the shape that its operation declares, a 5xx, or a 409 without `current`."""
    await answer.aread()
    assert answer.status_code < 500 or answer.status_code == 503, answer.text
    check_description(answer)
    if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        problem = msgspec.json.decode(answer.content, type=Problem)
        assert problem.status != 409 or problem.current or problem.code.endswith("_taken"), answer.text
        return
    is_told = answer.request.url.path.startswith(PREFIX) and answer.content not in (b"", b"{}")
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    is_shaped = is_told and is_json and "Content-Disposition" not in answer.headers
    for path, operation in ROUTES:
        is_asked = operation.method == answer.request.method and path.fullmatch(answer.request.url.path)
        is_of_struct = operation.returns is not None and (is_json or not operation.media_types)
        if is_asked and answer.is_success and answer.content and (is_shaped or is_of_struct):
            assert operation.returns is not None, f"{operation.name} does not say what it answers"
            assert answer.status_code == operation.status, answer.text
            msgspec.json.decode(answer.content, type=operation.returns)
            assert not OFFSET.search(answer.text), answer.text
            return


def check_description(answer: httpx.Response) -> None:
    """Fails the test when `/openapi.json` does not know the status of an answer, or one of its headers."""
    request = answer.request
    for path, methods in DESCRIBED["paths"].items():
        described = methods.get(request.method.lower())
        if described is None or not re.fullmatch(pattern(path), request.url.path):
            continue
        told = (request.method, path, answer.status_code, dict(answer.headers), answer.text)
        assert str(answer.status_code) in described["responses"], told
        response = resolved(described["responses"][str(answer.status_code)], DESCRIBED)
        has = {name for name in TOLD_HEADERS if name in answer.headers}
        may_have = {name for name in TOLD_HEADERS if name in response.get("headers", ())}
        assert answer.status_code == 304 or has <= may_have, (told, has - may_have)
        for name in has & may_have:
            assert is_of_form(answer.headers[name], response["headers"][name]["schema"]), (told, name)
        if answer.status_code in (403, 409):
            code, named = answer.json()["code"], described["responses"][str(answer.status_code)].get("description", "")
            assert f"`{code}`" in named or code in OF_ANY_OPERATION, told
        if answer.is_success:
            unexpanded = ["ETag"] if "expand" in request.url.params else []
            beside = ["Location"] if answer.status_code == 200 else []  # of what a change may have requested besides
            optional = {"Consistency-Token", "Idempotent-Replayed", *unexpanded, *beside}
            assert may_have - has <= optional, (told, may_have - has)
        return


def is_of_form(text: str, schema: dict[str, Any]) -> bool:
    """Whether the text of a header is what its schema says: a number, one text, or a text of a pattern."""
    if schema["type"] == "integer":
        return text.isdigit() and int(text) >= schema["minimum"]
    return text == schema.get("const", text) and re.search(schema.get("pattern", ""), text) is not None
