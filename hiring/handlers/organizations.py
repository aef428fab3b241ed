"""Organization: the tenant's own name, defaults and rules."""

from typing import Annotated, Self

from msgspec import UNSET, Meta, UnsetType

from hiring.commands import organizations as commands
from hiring.domain.findings import Unfit
from hiring.domain.vocabulary import (
    NOT_OF_ADDRESSES,
    Currency,
    CurrencyCode,
    Email,
    EmailAddress,
    Language,
    LanguageTag,
    ShortText,
    TimeZone,
    TimeZoneName,
    Url,
    WebAddress,
)
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, resource
from hiring.http.requests import changes
from hiring.http.shapes import Request, Resource
from hiring.queries import organizations as queries

MAXIMUM_WINDOW_DAYS = 3650
MAXIMUM_ALLOWED = 200
"""Addresses to which an organization on trial may send mail."""


class SecureUrl(Url):
    """An https address."""

    __slots__ = ()
    schema = Url.schema | {"pattern": f"^[Hh][Tt][Tt][Pp][Ss]://[^{NOT_OF_ADDRESSES}]+$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if not super().parse(text).lower().startswith("https://"):
            raise Unfit("Expected an https address, such as https://example.com/logo.png.")
        return cls(text)


class Organization(Resource, frozen=True, kw_only=True):
    """The organization of the caller: its name, its defaults and its rules."""

    name: str
    """What the organization is called. The public reads it on posts, search engines are told it with each post, and
    mails to users call the organization by it."""
    slug: str
    """The name of the organization in a login. It is made from the name at registration, when the first job board gets
    it, too, and never changes."""
    time_zone: TimeZoneName
    """The time zone of new members who are given none, by its name in the IANA database."""
    language: LanguageTag
    """The language of new members and job boards that are given none, and of rejection mails to candidates whose
    language is not known, as a tag of BCP 47."""
    currency: CurrencyCode
    """The currency for clients to suggest where pay is entered, as a code of ISO 4217. The service itself does not use
    it."""
    website_url: WebAddress | None
    """Where people read about the organization. Search engines are told it with each post. Null where there is none."""
    logo_url: WebAddress | None
    """The address of the organization's logo. Search engines are told it with each post. Null where there is none."""
    reapply_window_days: int
    """For how many days after an application (`applied_at`) the same candidate cannot apply to the same job again. 0
    sets no limit."""
    mail_sender_name: str | None
    """The name that mails show as their sender, and by which mails to candidates call the organization. Null takes
    `name`."""
    mail_allow_list: list[EmailAddress] | None
    """The only addresses that get mail from the organization, for trials; all other mail is withheld and never sent.
    Null lets everyone get mail, an empty list nobody."""


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
    """Read the organization.

    Shows the organization that the caller belongs to; there is no way to read another one.
    """
    return resource(await queries.find(request.db, request.actor))


@operation(returns=Organization, events=("organization.updated",))
async def change_organization(request: Handler, body: OrganizationPatch) -> Reply:
    """Change the organization.

    Changes the members that are sent. Users and job boards that are there keep their language and time zone: the
    defaults are for new ones. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, changes=changes(body), expected_versions=request.expected_versions
    )
    return changed(change)
