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
from hiring.http.shapes import Archivable, Nothing, PageOf, Request
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


class Offices(Handler):
    """All offices."""

    @operation("List offices", permission="structure.read", returns=PageOf[Office])
    async def get(self, query: OfficesQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)

    @operation("Add an office", permission="structure.write", status=201, returns=Office)
    async def post(self, body: NewOffice) -> Reply:
        added = await commands.add(
            self.db, self.actor, name=body.name, country=body.country, region=body.region, city=body.city,
            time_zone=body.time_zone, external_id=body.external_id,
        )  # fmt: skip
        return created(added, f"/api/v1/offices/{added.id}")


class OneOffice(Handler):
    """One office."""

    @operation("Read an office", permission="structure.read", returns=Office)
    async def get(self, office_id: UUID) -> Reply:
        return resource(await queries.find(self.db, self.actor, office_id=office_id))

    @operation("Change an office", permission="structure.write", returns=Office)
    async def patch(self, office_id: UUID, body: OfficePatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, office_id=office_id, changes=changes(body), expected_versions=self.expected_versions
        )
        return changed(change)


class OfficeArchive(Handler):
    """Archiving an office."""

    @operation("Archive an office", permission="structure.write", returns=Office)
    async def post(self, office_id: UUID, body: Nothing) -> Reply:
        change = await commands.archive(
            self.db, self.actor, office_id=office_id, expected_versions=self.expected_versions
        )
        return changed(change)
