"""The kinds of words that an organization chooses: why something ended, and where candidates come from."""

from typing import Literal

ReasonKind = Literal["rejection", "withdrawal", "job_close", "opening_close", "unhire"]
SourceKind = Literal["board", "referral", "agency", "sourced", "campaign", "other"]
