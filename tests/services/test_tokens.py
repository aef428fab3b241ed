"""Tokens: how long they hold, what binds them, and that a text of one purpose is worth nothing for another."""

import hashlib
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest

from hiring import config
from hiring.errors import TokenExpired, TokenInvalid
from hiring.services import tokens
from hiring.services.signing_keys import CHECK_INTERVAL_S
from hiring.services.tokens import (
    CLOCK_DIFFERENCE_S,
    MAXIMUM_TOKEN_CHARACTERS,
    AccessTokens,
    mailed_token,
    new_api_key,
    refresh_token,
    shown_part,
    sign,
    token_hash,
    unsign,
)

SECRET = "s" * 32


class Clock:
    """Stands in for `time` where a test moves the clock."""

    def __init__(self) -> None:
        self.now_s = time.time()

    def time(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tokens, "time", clock)
    return clock


@pytest.fixture
def access(tmp_path: Path) -> AccessTokens:
    settings = config.Tokens(
        issuer="https://hiring.example.com", audience="hiring", access_ttl_s=600, refresh_ttl_s=1, refresh_grace_s=0,
        mailed_ttl_s=1, keys_folder=str(tmp_path), secret=SECRET,
    )  # fmt: skip
    return AccessTokens(settings)


def issued(access: AccessTokens) -> str:
    """A token of somebody."""
    return access.issue(organization_id=uuid4(), user_id=uuid4(), session_id=uuid4())


def test_token_says_whose_it_is_and_until_when(access: AccessTokens) -> None:
    """Each claim in its own place; no two tokens are the same."""
    organization_id, user_id, session_id, before = uuid4(), uuid4(), uuid4(), int(time.time())
    token = access.issue(organization_id=organization_id, user_id=user_id, session_id=session_id)
    claims = access.verify(token)
    assert (claims.organization_id, claims.user_id, claims.session_id) == (organization_id, user_id, session_id)
    payload = jwt.decode(token, options={"verify_signature": False})
    assert before <= payload["iat"] <= time.time()
    assert (payload["exp"] - payload["iat"], payload["iat"] - payload["nbf"]) == (600, CLOCK_DIFFERENCE_S)
    assert (payload["iss"], payload["aud"]) == ("https://hiring.example.com", "hiring")
    assert claims.expires_at == payload["exp"] and str(claims.token_id) == payload["jti"]
    head = jwt.get_unverified_header(token)
    assert head == {"alg": "EdDSA", "typ": "at+jwt", "kid": str(access.keys.signer().id)}
    again = access.issue(organization_id=organization_id, user_id=user_id, session_id=session_id)
    assert access.verify(again).token_id != claims.token_id


@pytest.mark.parametrize("is_known", [True, False])
def test_token_ends_at_its_second(access: AccessTokens, clock: Clock, is_known: bool) -> None:
    """Whether this process has verified it before or not."""
    token = issued(access)
    expires_at = jwt.decode(token, options={"verify_signature": False})["exp"]
    if is_known:
        access.verify(token)
    clock.now_s = expires_at - 0.001
    access.verify(token)
    clock.now_s = expires_at
    for _ in range(2):
        with pytest.raises(TokenExpired):
            access.verify(token)
    assert not access._verified


def test_verified_tokens_are_forgotten_when_a_key_is_taken_away(access: AccessTokens, tmp_path: Path) -> None:
    """At the next look into the folder."""
    token = issued(access)
    access.verify(token)
    for file in tmp_path.glob("*.pem"):
        file.unlink()
    access.verify(token)
    access.keys._checked_at -= CHECK_INTERVAL_S
    with pytest.raises(TokenInvalid, match="unknown key"):
        access.verify(token)


def test_oldest_verified_token_is_forgotten_when_there_are_too_many(
    access: AccessTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is verified anew when it comes again; a known one displaces nobody."""
    monkeypatch.setattr(tokens, "MAXIMUM_VERIFIED_TOKENS", 2)
    first, second, third = (issued(access) for _ in range(3))
    for token in (first, second, second, third):
        access.verify(token)
    assert list(access._verified) == [second, third]
    access.verify(first)
    assert list(access._verified) == [third, first]


@pytest.mark.parametrize(("excess", "detail"), [(0, "not a JSON Web Token"), (1, "more than 4096 characters")])
def test_token_is_not_read_when_it_is_too_long(access: AccessTokens, excess: int, detail: str) -> None:
    """To the character."""
    with pytest.raises(TokenInvalid, match=detail):
        access.verify("a" * (MAXIMUM_TOKEN_CHARACTERS + excess))


def test_secret_is_another_when_anything_of_it_is() -> None:
    """The session, the generation, the service's secret, the purpose; the same is always the same."""
    session_id, other_id = uuid4(), uuid4()
    made = [
        refresh_token(SECRET, session_id, 1), refresh_token(SECRET, session_id, 2), refresh_token(SECRET, other_id, 1),
        refresh_token("t" * 32, session_id, 1), mailed_token(SECRET, session_id), mailed_token(SECRET, other_id),
        mailed_token("t" * 32, session_id), new_api_key(), new_api_key(),
    ]  # fmt: skip
    assert len(set(made)) == len(made) and all(len(each) >= 43 for each in made)
    assert refresh_token(SECRET, session_id, 1) == made[0] and mailed_token(SECRET, session_id) == made[4]
    assert made[7].startswith("hk_") and shown_part(made[7]) == made[7][:11]
    assert token_hash(made[0]) == hashlib.sha256(made[0].encode()).digest()


def test_signed_text_is_taken_for_its_purpose_alone() -> None:
    """And only as it was made: not cut, not continued, not in another spelling of base64."""
    payload = bytes(range(20))
    text = sign(SECRET, "cursor", payload)
    assert unsign(SECRET, "cursor", text) == payload
    swapped = ("A" if text[0] != "A" else "B") + text[1:]
    wrong: list[tuple[str, str, Any]] = [
        (SECRET, "consistency token", text), ("t" * 32, "cursor", text), (SECRET, "cursor", text[:-1]),
        (SECRET, "cursor", text + "A"), (SECRET, "cursor", text + "="), (SECRET, "cursor", swapped),
        (SECRET, "cursor", ""), (SECRET, "cursor", "é"), (SECRET, "cursor", text + "\n"),
        (SECRET, "cursor", "A" * (MAXIMUM_TOKEN_CHARACTERS + 1)),
    ]  # fmt: skip
    for secret, purpose, each in wrong:
        with pytest.raises(ValueError, match=r".*"):
            unsign(secret, purpose, each)
    longest = sign(SECRET, "cursor", b"x" * 3_056)
    assert len(longest) == MAXIMUM_TOKEN_CHARACTERS and unsign(SECRET, "cursor", longest) == b"x" * 3_056
    with pytest.raises(ValueError, match="too long"):
        unsign(SECRET, "cursor", sign(SECRET, "cursor", b"x" * 3_057))
