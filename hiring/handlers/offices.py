"""Offices: the places of work."""

from collections.abc import Iterator
from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import offices as commands
from hiring.domain.places import region_problems
from hiring.domain.vocabulary import (
    Country,
    CountryCode,
    ExternalId,
    Region,
    RegionCode,
    ShortText,
    TimeZone,
    TimeZoneName,
)
from hiring.errors import ExternalIdTaken, FieldError
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import offices as queries
from hiring.queries.offices import OfficesQuery


class Office(Archivable, frozen=True, kw_only=True):
    """A place of work."""

    external_id: str | None
    """The id of the office in another system, unique among the offices of the organization. Null where there is
    none."""
    name: str
    """What the office is called. Several offices may share a name."""
    country: CountryCode | None
    """The country, as a code of ISO 3166-1, such as `CA`. Null where it is not known."""
    region: RegionCode | None
    """The part of the country, as a code of ISO 3166-2, such as `CA-ON`; it lies in `country` where both are set. Null
    where it is not known."""
    city: str | None
    """The city or town; null where it is not known."""
    time_zone: TimeZoneName | None
    """The time zone of the office, by its name in the IANA database, such as `America/Toronto`, for clients that show
    local times. Null where it is not known."""


class NewOffice(Request, frozen=True, kw_only=True):
    """What an office is made from."""

    name: ShortText
    country: Country | None = None
    region: Region | None = None
    city: ShortText | None = None
    time_zone: TimeZone | None = None
    external_id: ExternalId | None = None

    def problems(self) -> Iterator[FieldError]:
        """The region is one of the country."""
        return region_problems(self.region, self.country)


class OfficePatch(Request, frozen=True, kw_only=True):
    """A merge patch of an office."""

    name: ShortText | UnsetType = UNSET
    country: Country | None | UnsetType = UNSET
    region: Region | None | UnsetType = UNSET
    city: ShortText | None | UnsetType = UNSET
    time_zone: TimeZone | None | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET


@operation(returns=page_of(Office), is_tagged=True)
async def list_offices(request: Handler, query: OfficesQuery) -> Reply:
    """List offices.

    Shows active and archived offices. The newest come first; with `updated_since`, they come in the order of their last
    change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=Office, refuses=(ExternalIdTaken,), events=("vocabulary.changed",))
async def add_office(request: Handler, body: NewOffice) -> Reply:
    """Add an office.

    Adds an active office, to which jobs can refer.
    """
    added = await commands.add(
        request.db, request.actor, name=body.name, country=body.country, region=body.region, city=body.city,
        time_zone=body.time_zone, external_id=body.external_id,
    )  # fmt: skip
    return created(added, "offices")


@operation(returns=Office)
async def read_office(request: Handler, office_id: UUID) -> Reply:
    """Read an office.

    Shows an office, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, office_id=office_id))


@operation(returns=Office, refuses=(ExternalIdTaken,), events=("vocabulary.changed",))
async def change_office(request: Handler, office_id: UUID, body: OfficePatch) -> Reply:
    """Change an office.

    Changes the members that are sent, of an active or archived office. A region or a country that is sent alone is
    checked against the other one as it is. Posts do not follow: they have locations of their own. But an office does
    not move to a place whose laws on pay a published post of one of its jobs would break (`pay_range_required`,
    `salary_history_refused`). What is the same already changes nothing.
    """
    change = await commands.update(
        request.db,
        request.actor,
        office_id=office_id,
        changes=changes(body),
        expected_versions=request.expected_versions,
    )
    return changed(change)


@operation(returns=Office, events=("vocabulary.changed",))
async def archive_office(request: Handler, office_id: UUID, body: Nothing) -> Reply:
    """Archive an office.

    The office cannot be added to a job any more; jobs that have it keep it. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, office_id=office_id, expected_versions=request.expected_versions
    )
    return changed(change)
