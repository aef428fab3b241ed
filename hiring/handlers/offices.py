"""Offices: the places of work."""

from collections.abc import Iterator
from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import offices as commands
from hiring.domain.places import region_problems
from hiring.domain.vocabulary import Country, ExternalId, Region, ShortText, TimeZone
from hiring.errors import FieldError
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
    name: str
    country: str | None
    region: str | None
    city: str | None
    time_zone: str | None


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


@operation(returns=page_of(Office))
async def list_offices(request: Handler, query: OfficesQuery) -> Reply:
    """List offices."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Office, events=("vocabulary.changed",))
async def add_office(request: Handler, body: NewOffice) -> Reply:
    """Add an office."""
    added = await commands.add(
        request.db, request.actor, name=body.name, country=body.country, region=body.region, city=body.city,
        time_zone=body.time_zone, external_id=body.external_id,
    )  # fmt: skip
    return created(added, "offices")


@operation(returns=Office)
async def read_office(request: Handler, office_id: UUID) -> Reply:
    """Read an office."""
    return resource(await queries.find(request.db, request.actor, office_id=office_id))


@operation(returns=Office, events=("vocabulary.changed",))
async def change_office(request: Handler, office_id: UUID, body: OfficePatch) -> Reply:
    """Change an office."""
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
    """Archive an office."""
    change = await commands.archive(
        request.db, request.actor, office_id=office_id, expected_versions=request.expected_versions
    )
    return changed(change)
