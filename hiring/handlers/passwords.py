"""Passwords: changing one's own, and the mailed links that set a first or a new one."""

from hiring.commands import users as commands
from hiring.domain.vocabulary import Email, ShortText
from hiring.errors import CredentialsWrong, FieldError, Invalid, LinkInvalid
from hiring.handlers.users import User
from hiring.http.credential_checks import evened
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, no_content
from hiring.http.shapes import Empty, Request
from hiring.services.passwords import Password


class PasswordChange(Request, frozen=True, kw_only=True):
    """The current password and a new one."""

    current_password: Password
    """The password that the user logs in with now."""
    new_password: Password
    """The password to log in with from now on, taken as it is typed. The service asks for at least 12 characters unless
    it is set otherwise."""


class PasswordResetRequest(Request, frozen=True, kw_only=True):
    """Whose password is to be set anew."""

    email: Email
    """The address of the account; letter case does not matter."""


class NewPassword(Request, frozen=True, kw_only=True):
    """The token of a mailed link, and the password to set."""

    token: ShortText
    """The token of the mailed link: what follows `#token=` in it. It works once, within three days."""
    password: Password
    """The password to log in with from now on, taken as it is typed. The service asks for at least 12 characters unless
    it is set otherwise."""


@operation(
    changes_rights=True,
    is_keyed=False,
    limit="login",
    status=204,
    refuses=(CredentialsWrong,),
    events=("user.updated",),
)
async def change_my_password(request: Handler, body: PasswordChange) -> Reply:
    """Change your password.

    Sets a new password for the user who is logged in. All other sessions of the user end, this one goes on, and links
    for a new password that were mailed before stop working. API keys are not touched. Another `current_password` than
    the user's is a 422 whose finding has the code `wrong`.
    """
    seen_password_hash = await require_current(request, body.current_password)
    password_hash = await request.dependencies.passwords.hash(body.new_password, pointer="/new_password")
    change = await commands.change_password(
        request.db, request.actor, password_hash=password_hash, seen_password_hash=seen_password_hash
    )
    return no_content(change.event_id)


@operation(
    is_keyed=False,
    limit="login",
    status=202,
    returns=Empty,
    has_token=False,
    events={"message.due": "for each mail"},
)
async def request_password_reset(request: Handler, body: PasswordResetRequest) -> Reply:
    """Ask for a link to set a new password.

    Mails a link to each active member with the address, in up to 20 organizations, and another invitation to invited
    ones. The answer is the same whether or not there is an account. An account gets one such mail in five minutes and
    five a day. The password stays as it is until the link is used.
    """
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
async def reset_password(request: Handler, body: NewPassword) -> Reply:
    """Set a new password with a mailed link.

    All sessions of the user end, and other links for a new password stop working. It starts no session: the user logs
    in with the new password. In an organization that registered itself, the first link that is used confirms the
    address, and the organization may send all its mails from then on.
    """
    password_hash = await request.dependencies.passwords.hash(body.password)
    return no_content(
        await commands.reset_password(
            request.db, token=body.token, password_hash=password_hash, correlation_id=request.request_id
        )
    )


@operation(is_keyed=False, limit="login", returns=User, refuses=(LinkInvalid,), events=("user.created",))
async def accept_invitation(request: Handler, body: NewPassword) -> Reply:
    """Accept an invitation.

    Sets the first password of an invited member, who becomes `active`; other invitations of the member stop working. It
    starts no session: the member logs in with the password.
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
