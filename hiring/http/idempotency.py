"""The same request twice: a POST with an Idempotency-Key happens once, and its repeats get the first answer."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from hiring.commands.sessions import email_hash
from hiring.errors import FieldError, Invalid, KeyAnswered
from hiring.http.asking import Asking
from hiring.http.operation import Operation
from hiring.http.replies import Reply

MAXIMUM_KEY_CHARACTERS = 255


def key_of(request: Asking, operation: Operation) -> str | None:
    """The request's key, None where it has none or its operation takes none. Raises: Invalid."""
    key = request.request.headers.get("Idempotency-Key")
    if key is None or request.request.method != "POST" or not operation.is_keyed:
        return None
    if not 1 <= len(key) <= MAXIMUM_KEY_CHARACTERS or not key.isascii() or not key.isprintable():
        detail = f"An Idempotency-Key has 1 to {MAXIMUM_KEY_CHARACTERS} printable ASCII characters."
        raise Invalid(errors=[FieldError("Idempotency-Key", "format", detail)])
    return key


async def answer_once(request: Asking, key: str, operation: Operation, arguments: dict[str, Any]) -> Reply:
    """Runs the operation with its one command behind the claim of the key; a repeat gets the first answer."""
    head, db = request.request, request.db
    fingerprint = hashlib.sha256(f"{head.method} {head.path}\n".encode() + request.received)
    principal = principal_of(request, arguments)
    try:
        async with db.once(
            principal=principal, key=key, fingerprint=fingerprint.hexdigest(),
            organization_id=request.actor.organization_id,
        ) as once:  # fmt: skip
            request.db = once
            reply: Reply = await operation.run(request, **arguments)
            once.answer, once.event_id = reply.kept(), reply.event_id
        return reply
    except KeyAnswered:
        answer = await db.queries.idempotency_keys.find_answer(principal=principal, key=key)
        assert answer is not None  # it was stored with the effect
        request.set_header("Idempotent-Replayed", "true")
        return msgspec.json.decode(answer, type=Reply)


async def is_answered(request: Asking, operation: Operation, arguments: Mapping[str, Any]) -> bool:
    """Whether a request has a key that was answered: its command will do nothing, so it needs no proof of a person."""
    key = key_of(request, operation)
    if key is None:
        return False
    db, principal = request.dependencies.db, principal_of(request, arguments)
    return await db.queries.idempotency_keys.find_answer(principal=principal, key=key) is not None


def principal_of(request: Asking, arguments: Mapping[str, Any]) -> str:
    """Whose key it is: the caller, or for a public endpoint its board, the caller's address and the e-mail address.

    Many applicants may share an address or a board key, and their clients may count their keys from 1.
    """
    actor, email = request.actor, getattr(arguments.get("body"), "email", "")
    if actor.type == "anonymous":
        return f"{request.request.path.split('/posts/')[0]} {request.address} {email_hash(email)}"
    caller = ":".join(str(part) for part in (actor.type, actor.id, actor.on_behalf_of) if part)
    return caller if actor.user_id is not None else f"{caller} {email_hash(email)}"
