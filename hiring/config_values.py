"""What settings are made of: the kinds of their values, each with its range, and the base of every section."""

from typing import Annotated

import msgspec
from msgspec import Meta

from hiring.config_sources import masked

Name = Annotated[str, Meta(min_length=1)]
Secret = Annotated[str, Meta(min_length=1, extra={"secret": True})]
SigningSecret = Annotated[str, Meta(min_length=32, extra={"secret": True})]
Port = Annotated[int, Meta(ge=1, le=65_535)]
Milliseconds = Annotated[int, Meta(ge=1, le=3_600_000)]
LongMilliseconds = Annotated[int, Meta(ge=1, le=604_800_000)]
Seconds = Annotated[int, Meta(ge=1, le=31_536_000)]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Bytes = Annotated[int, Meta(ge=1_024, le=1_073_741_824)]
HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^/]+(/.*[^/])?$")]
FileStoreUrl = Annotated[str, Meta(pattern=r"^(file:///|s3://[a-z0-9])")]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the tree; its text form shows no secret, so that neither a log nor a traceback leaks one."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({masked(self)})"
