"""What the small tree's project answers by itself."""


def missing_error(constraint: str, table: str) -> str:
    """A constraint that is named by what it refuses has an error."""
    return "" if constraint.endswith(("_exists", "_taken")) else f"{constraint} of {table} leads to no error"


def event_types() -> dict[str, dict[str, bool]]:
    """The types of events that there are, with the members of their data: whether each is always there."""
    return {"job.closed": {"id": True, "reason": False}}


def refusal_codes() -> set[str]:
    """The codes that a command may refuse with."""
    return {"job_not_open", "version_mismatch"}
