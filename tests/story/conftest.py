"""What the story looks at behind the API."""

from tests.api.conftest import rows

__all__ = ("rows",)
