"""Passwords: changing one's own, and the mailed links that set a first or a new one."""

from hiring.commands import users as commands
from hiring.domain.vocabulary import Email, ShortText
from hiring.errors import CredentialsWrong, FieldError, Invalid, LinkInvalid
from hiring.handlers.users import User
from hiring.http.credential_checks import count_reset, evened
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, no_content
from hiring.http.shapes import Request
from hiring.services.passwords import Password


class PasswordChange(Request, frozen=True, kw_only=True):
    """The password that stands and the one to be."""

    current_password: Password
    new_password: Password


class PasswordResetRequest(Request, frozen=True, kw_only=True):
    """Whose password is forgotten."""

    email: Email


class TokenAndPassword(Request, frozen=True, kw_only=True):
    """The token of a mailed link, and the password to set."""

    token: ShortText
    password: Password


@operation(
    changes_rights=True,
    is_keyed=False,
    limit="login",
    status=204,
    refuses=(CredentialsWrong,),
    events=("user.updated",),
)
async def change_my_password(request: Handler, body: PasswordChange) -> Reply:
    """Change my password."""
    seen_password_hash = await require_current(request, body.current_password)
    password_hash = await request.dependencies.passwords.hash(body.new_password)
    change = await commands.change_password(
        request.db, request.actor, password_hash=password_hash, seen_password_hash=seen_password_hash
    )
    return no_content(change.event_id)


@operation(is_keyed=False, limit="login", status=202, has_token=False, events=("message.due",))
async def request_password_reset(request: Handler, body: PasswordResetRequest) -> Reply:
    """Ask for a new password."""
    await count_reset(request, body.email)
    settings = request.dependencies.settings.tokens
    async with evened(request, is_success_evened=True):
        await commands.request_reset(
            request.db, secret=settings.secret, ttl_s=settings.mailed_ttl_s, email=body.email,
            correlation_id=request.request_id, mails=request.dependencies.settings.mails,
        )  # fmt: skip
    return Reply(status=202, body="{}")


@operation(
    changes_rights=True, is_keyed=False, limit="login", status=204, refuses=(LinkInvalid,), events=("user.updated",)
)
async def reset_password(request: Handler, body: TokenAndPassword) -> Reply:
    """Set a new password.

    With the token of the mailed link.
    """
    password_hash = await request.dependencies.passwords.hash(body.password)
    return no_content(
        await commands.reset_password(
            request.db, token=body.token, password_hash=password_hash, correlation_id=request.request_id
        )
    )


@operation(is_keyed=False, limit="login", returns=User, refuses=(LinkInvalid,), events=("user.created",))
async def accept_invitation(request: Handler, body: TokenAndPassword) -> Reply:
    """Accept an invitation.

    With the token of the mailed link; the user becomes active.
    """
    password_hash = await request.dependencies.passwords.hash(body.password)
    return changed(
        await commands.accept_invitation(
            request.db, token=body.token, password_hash=password_hash, correlation_id=request.request_id
        )
    )


async def require_current(request: Handler, current_password: str) -> str:
    """The kept hash of this password. Raises: Invalid (it is another), CredentialsWrong (there is none left)."""
    kept: str | None = await request.db.queries.sessions.find_password(
        organization_id=request.actor.organization_id, user_id=request.actor.user_id
    )
    if kept is None:
        raise CredentialsWrong
    if not await request.dependencies.passwords.verify(kept, current_password):
        raise Invalid(errors=[FieldError("/current_password", "wrong", "This is not the current password.")])
    return kept
