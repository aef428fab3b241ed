"""Tokens: signed ones that clients carry (access tokens, cursors, consistency tokens) and opaque secrets."""

import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from pathlib import Path
from uuid import UUID

import jwt
import msgspec

from hiring.config import Tokens
from hiring.errors import TokenExpired, TokenInvalid
from hiring.services.ids import new_id
from hiring.services.signing_keys import SigningKeys

ALGORITHM = "EdDSA"
REQUIRED_CLAIMS = ["exp", "iat", "nbf", "iss", "aud", "sub", "jti", "sid", "org"]
MAXIMUM_TOKEN_CHARACTERS = 4096
MAXIMUM_VERIFIED = 10_000
SIGNATURE_BYTES = 16
LEEWAY_S = 5
"""Clocks of two machines may differ by this."""
API_KEY_PREFIX = "hk_"


class Claims(msgspec.Struct, frozen=True):
    """Whose an access token is, and until when (seconds since 1970)."""

    organization_id: UUID
    user_id: UUID
    session_id: UUID
    expires_at: float


class AccessTokens:
    """Issues and verifies access tokens: JWTs (RFC 7519) signed with EdDSA, ten minutes by default."""

    def __init__(self, settings: Tokens) -> None:
        self._settings = settings
        self.keys = SigningKeys(Path(settings.keys_folder))
        self._verified: OrderedDict[str, Claims] = OrderedDict()

    def issue(self, *, organization_id: UUID, user_id: UUID, session_id: UUID) -> str:
        """A token for a session of a user."""
        key_id, key = self.keys.newest()
        now = int(time.time())
        claims = {
            "iss": self._settings.issuer, "aud": self._settings.audience, "sub": str(user_id), "sid": str(session_id),
            "org": str(organization_id), "jti": str(new_id()), "iat": now, "nbf": now,
            "exp": now + self._settings.access_ttl_s,
        }  # fmt: skip
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id})

    def verify(self, token: str) -> Claims:
        """The claims of a token; one that was verified before costs a look-up. Raises: TokenExpired, TokenInvalid."""
        claims = self._verified.get(token)
        if claims is None:
            claims = self._decoded(token)
            self._verified[token] = claims
            if len(self._verified) > MAXIMUM_VERIFIED:
                self._verified.popitem(last=False)
        if claims.expires_at + LEEWAY_S <= time.time():
            self._verified.pop(token, None)
            raise TokenExpired
        return claims

    def _decoded(self, token: str) -> Claims:
        if len(token) > MAXIMUM_TOKEN_CHARACTERS:
            raise TokenInvalid
        try:
            key = self.keys.find(str(jwt.get_unverified_header(token).get("kid", "")))
            if key is None:
                raise TokenInvalid("The token was signed with a key that is not in use.")
            claims = jwt.decode(
                token, key.public_key(), algorithms=[ALGORITHM], audience=self._settings.audience,
                issuer=self._settings.issuer, leeway=LEEWAY_S, options={"require": REQUIRED_CLAIMS},
            )  # fmt: skip
            return Claims(UUID(claims["org"]), UUID(claims["sub"]), UUID(claims["sid"]), float(claims["exp"]))
        except jwt.ExpiredSignatureError:
            raise TokenExpired from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise TokenInvalid from None


def refresh_token(secret: str, session_id: UUID, generation: int) -> str:
    """A session's refresh token of a generation: derived, so that its successor can be named twice without being stored."""
    return f"hr_{_derived(secret, f'refresh {session_id} {generation}')}"


def mailed_token(secret: str, link_id: UUID) -> str:
    """The token of a mailed link: derived, so that it is stored nowhere."""
    return f"hl_{_derived(secret, f'link {link_id}')}"


def new_api_key() -> str:
    """A new secret of an API key."""
    return API_KEY_PREFIX + secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """How directories spell an opaque token: SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def sign(secret: str, purpose: str, payload: bytes) -> str:
    """A text that carries a payload which only this service can have written, for one purpose."""
    return base64.urlsafe_b64encode(_signature(secret, purpose, payload) + payload).decode().rstrip("=")


def unsign(secret: str, purpose: str, text: str) -> bytes:
    """The payload of a signed text. Raises: ValueError."""
    if len(text) > MAXIMUM_TOKEN_CHARACTERS or not text.isascii():
        raise ValueError("not a signed text")
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(secret, purpose, payload)):
        raise ValueError("not signed by this service")
    return payload


def _signature(secret: str, purpose: str, payload: bytes) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode() + b"\0" + payload, "sha256")[:SIGNATURE_BYTES]


def _derived(secret: str, what: str) -> str:
    return base64.urlsafe_b64encode(hmac.digest(secret.encode(), what.encode(), "sha256")).decode().rstrip("=")
