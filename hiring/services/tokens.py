"""What clients hold: access tokens, and opaque secrets of which the database keeps the SHA-256 only."""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hiring import config
from hiring.errors import TokenExpired, TokenInvalid
from hiring.foundation.ids import new_id
from hiring.services.signing_keys import SigningKeys

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
"""What a token says it is (RFC 9068), so that no other text signed with our keys is taken for an access token."""
CLOCK_DIFFERENCE_S = 5
"""A token is valid this long before it was issued, for machines whose clocks differ."""
MAXIMUM_TOKEN_CHARACTERS = 4_096
MAXIMUM_VERIFIED_TOKENS = 4_096
API_KEY_PREFIX = "hk_"
BOARD_KEY_PREFIX = "bk_"
SHOWN_KEY_CHARACTERS = 11
SIGNATURE_BYTES = 16

REFUSALS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.InvalidSignatureError, "The token's signature is wrong."),
    (jwt.ImmatureSignatureError, "The token is not valid yet."),
    (jwt.InvalidAudienceError, "The token was issued for another audience."),
    (jwt.InvalidIssuerError, "The token was issued by another service."),
    (jwt.DecodeError, "The token is not a JSON Web Token."),
)


class Claims(msgspec.Struct, frozen=True):
    """What an access token says: whose session in which organization, until when (seconds since 1970)."""

    organization_id: UUID
    user_id: UUID
    session_id: UUID
    token_id: UUID
    expires_at: int


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """The claims of a token: each must be there and of this type."""

    iss: str
    aud: str
    iat: int
    nbf: int
    exp: int
    sub: UUID
    sid: UUID
    org: UUID
    jti: UUID


CLAIMS = Payload.__struct_fields__


class AccessTokens:
    """Issues and verifies access tokens (JWT, EdDSA) with the keys of a folder."""

    def __init__(self, settings: config.Tokens) -> None:
        """Makes the first key where there is none. Raises: SettingsError."""
        self._settings = settings
        self.keys = SigningKeys(Path(settings.keys_folder), access_ttl_s=settings.access_ttl_s)
        self._verified: dict[str, Claims] = {}
        self._verified_with = self.keys.generation

    def issue(self, *, organization_id: UUID, user_id: UUID, session_id: UUID) -> str:
        """A token for `access_ttl_s`."""
        key, now = self.keys.signer(), int(time.time())
        payload = {
            "iss": self._settings.issuer,
            "aud": self._settings.audience,
            "iat": now,
            "nbf": now - CLOCK_DIFFERENCE_S,
            "exp": now + self._settings.access_ttl_s,
            "sub": str(user_id),
            "sid": str(session_id),
            "org": str(organization_id),
            "jti": str(new_id()),
        }
        return jwt.encode(payload, key.private, ALGORITHM, {"typ": TYPE, "kid": str(key.id)})

    def verify(self, token: str) -> Claims:
        """What a token of ours says.

        Raises: TokenExpired; TokenInvalid, whose detail tells what is wrong.
        """
        claims = self._verified_before(token)
        if claims is None:
            claims = self._read(token)
            if len(self._verified) >= MAXIMUM_VERIFIED_TOKENS:
                del self._verified[next(iter(self._verified))]
            self._verified[token] = claims
        if claims.expires_at <= time.time():
            self._verified.pop(token, None)
            raise TokenExpired
        return claims

    def _verified_before(self, token: str) -> Claims | None:
        """What a verified token says; a key that was taken away ends its tokens at once."""
        self.keys.refresh()
        if self._verified_with != self.keys.generation:
            self._verified_with = self.keys.generation
            self._verified.clear()
        return self._verified.get(token)

    def _read(self, token: str) -> Claims:
        if len(token) > MAXIMUM_TOKEN_CHARACTERS:
            raise TokenInvalid(f"The token has more than {MAXIMUM_TOKEN_CHARACTERS} characters.")
        try:
            public = self._key_of(jwt.get_unverified_header(token))
            payload = msgspec.json.decode(jwt.PyJWS().decode(token, public, [ALGORITHM]), type=Payload)
            # the types first: the library converts some values, and fails on others
            jwt.decode(
                token, public, [ALGORITHM], audience=self._settings.audience, issuer=self._settings.issuer,
                # `iat` in the future says that clocks differ; what a token may not be used before is `nbf`
                options={"verify_iat": False},
            )  # fmt: skip
            return Claims(payload.org, payload.sub, payload.sid, payload.jti, payload.exp)
        except jwt.ExpiredSignatureError:
            raise TokenExpired from None
        except msgspec.MsgspecError:
            raise TokenInvalid(
                f"The token lacks one of the claims {', '.join(CLAIMS)}, or its type is wrong."
            ) from None
        except (jwt.PyJWTError, ValueError) as error:
            raise TokenInvalid(next((text for kind, text in REFUSALS if isinstance(error, kind)), None)) from None

    def _key_of(self, header: dict[str, Any]) -> Ed25519PublicKey:
        """The key that a token of ours with this header is signed with. Raises: TokenInvalid."""
        if header.get("alg") != ALGORITHM:
            raise TokenInvalid(f"The token is not signed with {ALGORITHM}.")
        if header.get("typ") != TYPE:
            raise TokenInvalid(f"The token is not of the type {TYPE}.")
        public = self.keys.verifier(str(header.get("kid")))
        if public is None:
            raise TokenInvalid("The token is signed with an unknown key.")
        return public


# -- opaque secrets ---------------------------------------------------------------------------------------------------


def refresh_token(secret: str, session_id: UUID, generation: int) -> str:
    """The refresh token of a session's generation; derived, so that a repeat within the grace needs no stored one."""
    return _text(_code(secret, "refresh token", session_id.bytes + generation.to_bytes(8)))


def mailed_token(secret: str, link_id: UUID) -> str:
    """The token of a mailed link; derived, so that a mail that is sent again carries the same one."""
    return _text(_code(secret, "mailed token", link_id.bytes))


def new_api_key() -> str:
    """A new secret of an API key; it is shown once and stored as its hash."""
    return API_KEY_PREFIX + secrets.token_urlsafe(32)


def new_board_key() -> str:
    """A new secret of a board key, shown and stored like that of an API key."""
    return BOARD_KEY_PREFIX + secrets.token_urlsafe(32)


def shown_part(key: str) -> str:
    """The beginning of a key, by which people tell it from others; 48 of its 256 random bits."""
    return key[:SHOWN_KEY_CHARACTERS]


def token_hash(token: str) -> bytes:
    """How the database knows a token: SHA-256; a random token needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


# -- signed texts -----------------------------------------------------------------------------------------------------


SIGNED_PATTERN = "^[A-Za-z0-9_-]+$"
"""The form of a signed text."""
PREVIEW = "preview"


def sign(secret: str, purpose: str, payload: bytes) -> str:
    """A URL-safe text that carries the payload, readable by its holder; only `unsign` for the same purpose takes it."""
    return _text(_code(secret, f"signed {purpose}", payload)[:SIGNATURE_BYTES] + payload)


def unsign(secret: str, purpose: str, text: str) -> bytes:
    """The payload of a signed text. Raises: ValueError for one that `sign` did not make for this purpose."""
    if len(text) > MAXIMUM_TOKEN_CHARACTERS:
        raise ValueError("too long to be signed by us")
    signed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    signature, payload = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
    expected = _code(secret, f"signed {purpose}", payload)[:SIGNATURE_BYTES]
    # base64 has several spellings of the same bytes; ours is one
    if not hmac.compare_digest(signature, expected) or _text(signed) != text:
        raise ValueError("not signed by us")
    return payload


def preview_token(secret: str, *, post_id: UUID, expires_at: datetime) -> str:
    """The token of a preview link, which shows a post up to a moment."""
    return sign(secret, PREVIEW, post_id.bytes + int(expires_at.timestamp()).to_bytes(8))


def is_preview_of(secret: str, token: str, *, post_id: UUID, now: datetime) -> bool:
    """Whether a token is that of a preview link which still shows a post."""
    try:
        payload = unsign(secret, PREVIEW, token)
    except ValueError:
        return False
    signed_id, expires_s = UUID(bytes=payload[:16]), int.from_bytes(payload[16:])
    return signed_id == post_id and now.timestamp() < expires_s


def _code(secret: str, purpose: str, value: bytes) -> bytes:
    return hmac.digest(secret.encode(), purpose.encode() + b"\0" + value, "sha256")


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
