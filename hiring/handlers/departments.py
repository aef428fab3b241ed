"""Departments: the tree that an organization is laid out in."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import departments as commands
from hiring.domain.vocabulary import ExternalId, ShortText
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, PageOf, Request
from hiring.queries import departments as queries
from hiring.queries.departments import DepartmentsQuery


class Department(Archivable, frozen=True, kw_only=True):
    """A department."""

    external_id: str | None
    name: str
    parent_id: UUID | None


class NewDepartment(Request, frozen=True, kw_only=True):
    """What a department is made from."""

    name: ShortText
    parent_id: UUID | None = None
    external_id: ExternalId | None = None


class DepartmentPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a department."""

    name: ShortText | UnsetType = UNSET
    parent_id: UUID | None | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET


class Departments(Handler):
    """All departments."""

    @operation("List departments", permission="structure.read", returns=PageOf[Department])
    async def get(self, query: DepartmentsQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)

    @operation("Add a department", permission="structure.write", status=201, returns=Department)
    async def post(self, body: NewDepartment) -> Reply:
        added = await commands.add(
            self.db, self.actor, name=body.name, parent_id=body.parent_id, external_id=body.external_id
        )
        return created(added, f"/api/v1/departments/{added.id}")


class OneDepartment(Handler):
    """One department."""

    @operation("Read a department", permission="structure.read", returns=Department)
    async def get(self, department_id: UUID) -> Reply:
        return resource(await queries.find(self.db, self.actor, department_id=department_id))

    @operation("Change a department", permission="structure.write", returns=Department)
    async def patch(self, department_id: UUID, body: DepartmentPatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, department_id=department_id, changes=changes(body),
            expected_versions=self.expected_versions,
        )  # fmt: skip
        return changed(change)


class DepartmentArchive(Handler):
    """Archiving a department."""

    @operation("Archive a department", permission="structure.write", returns=Department)
    async def post(self, department_id: UUID, body: Nothing) -> Reply:
        change = await commands.archive(
            self.db, self.actor, department_id=department_id, expected_versions=self.expected_versions
        )
        return changed(change)
