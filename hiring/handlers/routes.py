"""The whole API on a page. A path's `{name}` is a parameter of the handler's methods."""

import re
from typing import Any

from tornado.web import URLSpec

from hiring.handlers import account, departments, organizations, service
from hiring.handlers.base import Handler, UnknownRoute
from hiring.handlers.dependencies import Dependencies

SERVICE: tuple[tuple[str, type[Handler]], ...] = (
    ("/livez", service.Alive),
    ("/readyz", service.Ready),
)

API: tuple[tuple[str, type[Handler]], ...] = (
    ("", service.AboutTheService),
    # account
    ("/register", account.Register),
    ("/login", account.LogIn),
    ("/refresh", account.RefreshSession),
    ("/logout", account.LogOut),
    ("/me/sessions", account.MySessions),
    ("/me/sessions/{session_id}", account.MySession),
    # organization
    ("/organization", organizations.TheOrganization),
    # structure
    ("/departments", departments.Departments),
    ("/departments/{department_id}", departments.OneDepartment),
    ("/departments/{department_id}/archive", departments.DepartmentArchive),
)

PREFIX = "/api/v1"


def routes(dependencies: Dependencies) -> list[Any]:
    """Tornado's rules for every route; what none matches is UnknownRoute's."""
    given = {"dependencies": dependencies}
    paths = [*SERVICE, *((PREFIX + path, handler) for path, handler in API)]
    return [*(URLSpec(pattern(path), handler, given) for path, handler in paths), URLSpec(".*", UnknownRoute, given)]


def pattern(path: str) -> str:
    """A path template as a regular expression."""
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"
