"""Access tokens that are not to be believed: by others, for others, of another shape. Each is a 401 with its code."""

import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hiring.config import Settings
from hiring.http.dependencies import Dependencies
from hiring.services.tokens import CLAIMS, TYPE
from tests.client import Client

DEPARTMENTS = "/api/v1/departments"
Claims = dict[str, Any]
TIMES, NAMES = ("exp", "nbf", "iat"), ("sub", "sid", "org", "jti", "iss", "aud")
NO_TIMES: tuple[Any, ...] = ("2000000000", 2e9, 2_000_000_000.5, True, [], {}, "soon")
NO_NAMES: tuple[Any, ...] = (1, ["a"], {}, True, "", "01a227f4-3329-75e7-95d9", "' OR 1=1--")


@pytest.fixture
async def raw(ada: Client) -> AsyncIterator[httpx.AsyncClient]:
    """Ada's client, which sends what it is told and checks nothing."""
    async with httpx.AsyncClient(base_url=ada.address, headers=ada.headers, timeout=10) as client:
        yield client


def part(value: Any) -> str:
    """A segment of a token."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def token_of(client: Client) -> str:
    """The access token of a client."""
    return str(client.headers["Authorization"]).removeprefix("Bearer ")


def expiring(claims: Claims, expiry: str) -> str:
    """The claims with an expiry that is written so."""
    return json.dumps(claims | {"exp": "EXPIRY"}).replace('"EXPIRY"', expiry)


def forged_tokens(token: str, dependencies: Dependencies, secret: str) -> dict[str, tuple[str, str]]:
    """Tokens that are not to be believed, made from one that is: what is wrong with them -> token, code."""
    keys = dependencies.access_tokens.keys
    key, claims = keys.signer(), jwt.decode(token, options={"verify_signature": False})
    public, kid = key.public.public_bytes_raw(), {"kid": str(key.id)}
    head, payload, signature = token.split(".")

    def signed(changes: Claims, headers: Claims = kid, signer: Any = key.private) -> str:
        kept = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(kept, signer, "EdDSA", {"typ": TYPE} | headers)

    invalid = {
        "audience": signed({"aud": "another"}), "issuer": signed({"iss": "https://another.example"}),
        "not yet": signed({"nbf": int(time.time()) + 3_600}), "no id": signed({"sub": "admin"}),
        "another's key": signed({}, kid, Ed25519PrivateKey.generate()),
        "unknown kid": signed({}, {"kid": str(uuid4())}), "no kid": signed({}, {}),
        "path as kid": signed({}, {"kid": "../../../dev/null"}), "kid of bytes": signed({}, {"kid": "\ud800"}),
        "own key": signed({}, {"jwk": {"kty": "OKP"}}, Ed25519PrivateKey.generate()), "critical": signed({}, kid | {
            "crit": ["exp"], "jku": "https://evil.example/jwks.json"}, Ed25519PrivateKey.generate()),
        "alg none": f"{part({'alg': 'none'} | kid)}.{payload}.", "alg None": f"{part({'alg': 'None'})}.{payload}.",
        "no alg": f"{part(kid)}.{payload}.{signature}", "list of algs": f"{part({'alg': ['EdDSA']})}.{payload}.a",
        "HS256 with our public key": jwt.encode(claims, public, "HS256", {"typ": TYPE} | kid),
        "HS256 with our secret": jwt.encode(claims, secret, "HS256", {"typ": TYPE} | kid),
        "another user of the session": signed({"sub": str(uuid4())}),
        "other payload": f"{head}.{part(claims | {'org': str(uuid4())})}.{signature}",
        "cut": token[:-4], "no signature": f"{head}.{payload}.", "twice": f"{token}.{token}", "three dots": "...",
        "head of no object": f"W10.{payload}.{signature}", "deep head": f"{part(b'[' * 2_000)}.{payload}.a",
        "long": "a" * 5_000, "no key": "hk_", "unknown key": f"hk_{'a' * 43}", "spaces": f"{token} {token}",
        **{f"without {name}": signed({name: None}) for name in CLAIMS},
    }  # fmt: skip
    ended = {"other session": signed({"sid": str(uuid4())}), "other organization": signed({"org": str(uuid4())})}
    result = {name: (each, "token_invalid") for name, each in invalid.items()}
    result |= {name: (each, "session_ended") for name, each in ended.items()}
    return result | {"expired": (signed({"exp": int(time.time()) - 1}), "token_expired")}


def misshapen_tokens(token: str, dependencies: Dependencies) -> dict[str, str]:
    """Tokens signed with our key whose type or claims are not those of an access token."""
    key, claims = dependencies.access_tokens.keys.signer(), jwt.decode(token, options={"verify_signature": False})

    def signed(text: str, kind: str = TYPE) -> str:
        return jwt.PyJWS().encode(text.encode(), key.private, "EdDSA", {"typ": kind, "kid": str(key.id)})

    changed = [{name: value} for name in TIMES for value in NO_TIMES]
    changed += [{name: value} for name in NAMES for value in NO_NAMES]
    return {
        **{f"type {kind!r}": signed(json.dumps(claims), kind) for kind in ("JWT", "at", "AT+JWT ", "refresh+jwt", "")},
        **{str(changes): signed(json.dumps(claims | changes)) for changes in changed},
        **{f"expires {expiry}": signed(expiring(claims, expiry)) for expiry in ("1e999", "NaN", "-Infinity", "2e9")},
        **{f"payload {text!r}": signed(text) for text in ("[]", "{", "", "null", '"text"')},
    }  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_token_is_refused_when_it_is_signed_and_misshapen(
    ada: Client, raw: httpx.AsyncClient, dependencies: Dependencies, method: str
) -> None:
    """401, and never an error of ours: no claim is converted, and none is compared with what it cannot be."""
    for name, forged in misshapen_tokens(token_of(ada), dependencies).items():
        answer = await raw.request(method, DEPARTMENTS, headers={"Authorization": f"Bearer {forged}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), (name, answer.text)


async def test_token_is_refused_when_it_is_not_one_of_ours(
    ada: Client, raw: httpx.AsyncClient, dependencies: Dependencies, settings: Settings
) -> None:
    """Expired, for others, by others, unsigned, signed with what is public: 401 with its code, whatever is asked."""
    token = ada.headers["Authorization"].removeprefix("Bearer ")
    for name, (forged, code) in forged_tokens(token, dependencies, settings.tokens.secret).items():
        for method, path in (("GET", DEPARTMENTS), ("POST", DEPARTMENTS), ("GET", "/nowhere")):
            answer = await raw.request(method, path, headers={"Authorization": f"Bearer {forged}"})
            assert (answer.status_code, answer.json()["code"]) == (401, code), (name, path, answer.text)
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="hiring", error="invalid_token"', name
    for header in (b"Basic eA==", b"Bearer", b"Bearer \xff", b"Bearer hk_\xff", b"bearer", b"\xff", b"Bearer: x", b""):
        answer = await raw.get(DEPARTMENTS, headers={b"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid"), (header, answer.text)
    assert (await ada.read("/departments"))["items"] == []


async def test_token_is_refused_when_it_names_the_session_of_another(
    ada: Client, eve: Client, raw: httpx.AsyncClient, dependencies: Dependencies
) -> None:
    """Or another user or organization than its session has, whether the process knows the session or not."""
    tokens = [client.headers["Authorization"].removeprefix("Bearer ") for client in (ada, eve)]
    own, other = (jwt.decode(token, options={"verify_signature": False}) for token in tokens)
    key = dependencies.access_tokens.keys.signer()
    mixed = [own | {name: other[name] for name in names} for names in (("sid",), ("sub",), ("org",), ("sid", "org"))]
    for _ in range(2):
        for claims in mixed:
            forged = jwt.encode(claims, key.private, "EdDSA", {"typ": TYPE, "kid": str(key.id)})
            answer = await raw.get(DEPARTMENTS, headers={"Authorization": f"Bearer {forged}"})
            assert answer.status_code == 401, claims
            assert answer.json()["code"] in ("token_invalid", "session_ended"), answer.text
        for client in (ada, eve):
            await client.read("/departments")
