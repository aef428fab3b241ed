"""Departments: the tree that an organization is laid out in."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import departments as commands
from hiring.domain.vocabulary import ExternalId, ShortText
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
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


@operation(returns=page_of(Department))
async def list_departments(request: Handler, query: DepartmentsQuery) -> Reply:
    """List departments."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Department, events=("vocabulary.changed",))
async def add_department(request: Handler, body: NewDepartment) -> Reply:
    """Add a department."""
    added = await commands.add(
        request.db, request.actor, name=body.name, parent_id=body.parent_id, external_id=body.external_id
    )
    return created(added, "departments")


@operation(returns=Department)
async def read_department(request: Handler, department_id: UUID) -> Reply:
    """Read a department."""
    return resource(await queries.find(request.db, request.actor, department_id=department_id))


@operation(returns=Department, events=("vocabulary.changed",))
async def change_department(request: Handler, department_id: UUID, body: DepartmentPatch) -> Reply:
    """Change a department."""
    change = await commands.update(
        request.db, request.actor, department_id=department_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Department, events=("vocabulary.changed",))
async def archive_department(request: Handler, department_id: UUID, body: Nothing) -> Reply:
    """Archive a department."""
    change = await commands.archive(
        request.db, request.actor, department_id=department_id, expected_versions=request.expected_versions
    )
    return changed(change)
