"""Departments: the tree that an organization is laid out in."""

from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import departments as commands
from hiring.domain.vocabulary import ExternalId, ShortText
from hiring.errors import ExternalIdTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import departments as queries
from hiring.queries.departments import DepartmentsQuery


class Department(Archivable, frozen=True, kw_only=True):
    """A department of the organization, which has a place in a tree of departments."""

    external_id: str | None
    """The id of the department in another system, unique among the departments of the organization. Null where there is
    none."""
    name: str
    """What the department is called; the public reads it on the posts of its jobs. Several departments may share a
    name."""
    parent_id: UUID | None
    """The department above this one; null at the top of the tree. It must be active when it is set, and neither the
    department itself nor one below it. One that is archived later stays."""


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


@operation(returns=page_of(Department), is_tagged=True)
async def list_departments(request: Handler, query: DepartmentsQuery) -> Reply:
    """List departments.

    Shows active and archived departments, each by itself; `parent_id` makes a tree of them. The newest come first; with
    `updated_since`, they come in the order of their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=Department, refuses=(ExternalIdTaken,), events=("vocabulary.changed",))
async def add_department(request: Handler, body: NewDepartment) -> Reply:
    """Add a department.

    Adds an active department, at the top of the tree or below `parent_id`.
    """
    added = await commands.add(
        request.db, request.actor, name=body.name, parent_id=body.parent_id, external_id=body.external_id
    )
    return created(added, "departments")


@operation(returns=Department)
async def read_department(request: Handler, department_id: UUID) -> Reply:
    """Read a department.

    Shows a department, active or archived. The departments below it are those with its id as `parent_id`.
    """
    return resource(await queries.find(request.db, request.actor, department_id=department_id))


@operation(returns=Department, refuses=(ExternalIdTaken,), events=("vocabulary.changed",))
async def change_department(request: Handler, department_id: UUID, body: DepartmentPatch) -> Reply:
    """Change a department.

    Renames the department or moves it to another place in the tree; the departments below move with it. An archived
    department can be changed, too. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, department_id=department_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Department, events=("vocabulary.changed",))
async def archive_department(request: Handler, department_id: UUID, body: Nothing) -> Reply:
    """Archive a department.

    Nothing new can refer to the department, neither a job nor a department below it. What refers to it already keeps
    it, and the departments below it are not archived with it. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, department_id=department_id, expected_versions=request.expected_versions
    )
    return changed(change)
