"""Passwords: changing one's own, and the mailed links that set a first or a new one."""

from hiring.commands import users as commands
from hiring.domain.vocabulary import Email, ShortText
from hiring.errors import CredentialsWrong, FieldError, Invalid
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


class MyPassword(Handler):
    """The caller's own password."""

    @operation("Change my password", caller="session", changes_rights=True, is_keyed=False, limit="login", status=204)
    async def post(self, body: PasswordChange) -> Reply:
        seen_password_hash = await self.require_current(body.current_password)
        password_hash = await self.dependencies.passwords.hash(body.new_password)
        change = await commands.change_password(
            self.db, self.actor, password_hash=password_hash, seen_password_hash=seen_password_hash
        )
        return no_content(change.event_id)

    async def require_current(self, current_password: str) -> str:
        """The kept hash of this password. Raises: Invalid (it is another), CredentialsWrong (there is none left)."""
        kept: str | None = await self.db.queries.sessions.find_password(
            organization_id=self.actor.organization_id, user_id=self.actor.user_id
        )
        if kept is None:
            raise CredentialsWrong
        if not await self.dependencies.passwords.verify(kept, current_password):
            raise Invalid(errors=[FieldError("/current_password", "wrong", "This is not the current password.")])
        return kept


class PasswordResets(Handler):
    """Asking for a new password."""

    @operation("Ask for a new password", is_public=True, is_keyed=False, limit="login", status=202, has_token=False)
    async def post(self, body: PasswordResetRequest) -> Reply:
        await count_reset(self, body.email)
        settings = self.dependencies.settings.tokens
        async with evened(self, is_success_evened=True):
            await commands.request_reset(
                self.db, secret=settings.secret, ttl_s=settings.mailed_ttl_s, email=body.email,
                correlation_id=self.request_id, mails=self.dependencies.settings.mails,
            )  # fmt: skip
        return Reply(status=202, body="{}")


class PasswordResetConfirmation(Handler):
    """Setting a new password with a mailed link."""

    @operation(
        "Set a new password", is_public=True, changes_rights=True, is_keyed=False, limit="login", status=204
    )  # fmt: skip
    async def post(self, body: TokenAndPassword) -> Reply:
        password_hash = await self.dependencies.passwords.hash(body.password)
        return no_content(
            await commands.reset_password(
                self.db, token=body.token, password_hash=password_hash, correlation_id=self.request_id
            )
        )


class InvitationAcceptance(Handler):
    """Becoming an active user with a mailed link."""

    @operation("Accept an invitation", is_public=True, is_keyed=False, limit="login", returns=User)
    async def post(self, body: TokenAndPassword) -> Reply:
        password_hash = await self.dependencies.passwords.hash(body.password)
        return changed(
            await commands.accept_invitation(
                self.db, token=body.token, password_hash=password_hash, correlation_id=self.request_id
            )
        )
