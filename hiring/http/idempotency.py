"""The same request twice: a POST with an Idempotency-Key happens once, and its repeats get the first answer."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from hiring.commands.sessions import email_hash
from hiring.errors import FieldError, Invalid, KeyAnswered
from hiring.http.operation import Operation, OperationMethod
from hiring.http.replies import Reply

if TYPE_CHECKING:
    from hiring.http.handler import Handler

MAXIMUM_KEY_CHARACTERS = 255


def key_of(handler: "Handler", operation: Operation) -> str | None:
    """The request's key, None where it has none or its operation takes none. Raises: Invalid."""
    key = handler.request.headers.get("Idempotency-Key")
    if key is None or handler.request.method != "POST" or not operation.is_keyed:
        return None
    if not 1 <= len(key) <= MAXIMUM_KEY_CHARACTERS or not key.isascii() or not key.isprintable():
        detail = f"An Idempotency-Key has 1 to {MAXIMUM_KEY_CHARACTERS} printable ASCII characters."
        raise Invalid(errors=[FieldError("Idempotency-Key", "format", detail)])
    return key


async def answer_once(handler: "Handler", key: str, method: OperationMethod, arguments: dict[str, Any]) -> Reply:
    """Runs the method with its one command behind the claim of the key; a repeat gets the first answer."""
    request, db = handler.request, handler.db
    fingerprint = hashlib.sha256(f"{request.method} {request.path}\n".encode() + handler.received)
    principal = principal_of(handler, arguments)
    try:
        async with db.once(
            principal=principal, key=key, fingerprint=fingerprint.hexdigest(),
            organization_id=handler.actor.organization_id,
        ) as once:  # fmt: skip
            handler.db = once
            reply: Reply = await method(handler, **arguments)
            once.answer, once.event_id = reply.kept(), reply.event_id
        return reply
    except KeyAnswered:
        answer = await db.queries.idempotency_keys.find_answer(principal=principal, key=key)
        assert answer is not None  # it was stored with the effect
        handler.set_header("Idempotent-Replayed", "true")
        return msgspec.json.decode(answer, type=Reply)


def principal_of(handler: "Handler", arguments: Mapping[str, Any]) -> str:
    """Whose key it is: the caller, or for a public endpoint its board, the caller's address and the e-mail address.

    Many applicants may share an address, and their clients may count their keys from 1.
    """
    actor = handler.actor
    if actor.type == "anonymous":
        email = getattr(arguments.get("body"), "email", "")
        return f"{handler.request.path.split('/posts/')[0]} {handler.address} {email_hash(email)}"
    return ":".join(str(part) for part in (actor.type, actor.id, actor.on_behalf_of) if part)
