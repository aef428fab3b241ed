"""What went wrong, as ClickHouse tells it: a text with a code, and the HTTP status of that code."""

import re
from http import HTTPStatus

CODE = re.compile(r"Code: (\d+)\.")
UNKNOWN_EXCEPTION = 1002
STATUSES = {
    HTTPStatus.BAD_REQUEST: {
        6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427, 441, 675, 676,
    },
    HTTPStatus.UNAUTHORIZED: {194},
    HTTPStatus.FORBIDDEN: {192, 193, 497, 512, 516},
    HTTPStatus.NOT_FOUND: {46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511},
    HTTPStatus.REQUEST_TIMEOUT: {159},
    HTTPStatus.LENGTH_REQUIRED: {381},
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {229},
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: {779},
    HTTPStatus.NOT_IMPLEMENTED: {48},
    HTTPStatus.SERVICE_UNAVAILABLE: {76, 209, 439},
}  # fmt: skip
"""The server's `exceptionCodeToHTTPStatus`: what is in no list is a 500."""


class Failure(Exception):
    """A query that was refused or failed; the text is ClickHouse's, with its code."""

    @property
    def code(self) -> int:
        """ClickHouse's number of the error."""
        found = CODE.search(str(self))
        return int(found[1]) if found else UNKNOWN_EXCEPTION

    @property
    def status(self) -> HTTPStatus:
        """The status of the answer."""
        return next((each for each, codes in STATUSES.items() if self.code in codes), HTTPStatus.INTERNAL_SERVER_ERROR)
