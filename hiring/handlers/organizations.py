"""Organization: the tenant's own name, defaults and rules."""

from typing import Annotated, Self

from msgspec import UNSET, Meta, UnsetType

from hiring.commands import organizations as commands
from hiring.domain.findings import Unfit
from hiring.domain.vocabulary import Currency, Email, Language, ShortText, TimeZone, Url
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, resource
from hiring.http.requests import changes
from hiring.http.shapes import EmailAddress, Request, Resource, WebAddress
from hiring.queries import organizations as queries

MAXIMUM_WINDOW_DAYS = 3650
MAXIMUM_ALLOWED = 200
"""Addresses to which an organization on trial may send mail."""


class SecureUrl(Url):
    """An https address."""

    __slots__ = ()
    schema = Url.schema | {"pattern": "^[Hh][Tt][Tt][Pp][Ss]://"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if not super().parse(text).lower().startswith("https://"):
            raise Unfit("Expected an https address, such as https://example.com/logo.png.")
        return cls(text)


class Organization(Resource, frozen=True, kw_only=True):
    """An organization. `mail_allow_list`: null sends mail to everyone, a list to these addresses only.

    Search engines are told `website_url` and `logo_url` with each post.
    """

    name: str
    slug: str
    time_zone: str
    language: str
    currency: str
    website_url: WebAddress | None
    logo_url: WebAddress | None
    reapply_window_days: int
    mail_sender_name: str | None
    mail_allow_list: list[EmailAddress] | None


class OrganizationPatch(Request, frozen=True, kw_only=True):
    """A merge patch of the organization."""

    name: ShortText | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    website_url: SecureUrl | None | UnsetType = UNSET
    logo_url: SecureUrl | None | UnsetType = UNSET
    reapply_window_days: Annotated[int, Meta(ge=0, le=MAXIMUM_WINDOW_DAYS)] | UnsetType = UNSET
    mail_sender_name: ShortText | None | UnsetType = UNSET
    mail_allow_list: Annotated[list[Email], Meta(max_length=MAXIMUM_ALLOWED)] | None | UnsetType = UNSET


@operation(returns=Organization)
async def read_organization(request: Handler) -> Reply:
    """Read the organization."""
    return resource(await queries.find(request.db, request.actor))


@operation(returns=Organization, events=("organization.updated",))
async def change_organization(request: Handler, body: OrganizationPatch) -> Reply:
    """Change the organization."""
    change = await commands.update(
        request.db, request.actor, changes=changes(body), expected_versions=request.expected_versions
    )
    return changed(change)
