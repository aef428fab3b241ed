"""What a request accepts, and which of several forms of an answer it prefers (RFC 9110, section 12.5)."""

from collections.abc import Iterator


def accepted(header: str) -> Iterator[tuple[str, float]]:
    """Yields what a header such as Accept names, and how much it is wanted, from 0 to 1."""
    for each in header.lower().split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        yield name, weight_in(parameters)


def weight(header: str, media_type: str) -> float:
    """How much a header Accept wants a media type, from 0 to 1: the most exact range that fits it decides."""
    kind = media_type.partition("/")[0]
    exactness = {"*/*": 1, f"{kind}/*": 2, media_type: 3}
    found, most = 0.0, 0
    for name, wanted in accepted(header):
        if exactness.get(name, 0) > most:
            most, found = exactness[name], wanted
    return found


def weight_in(parameters: list[str]) -> float:
    """The weight among the parameters of a range; 1 where there is none that can be read."""
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 1.0
    return 1.0


def is_named(header: str, name: str) -> bool:
    """Whether a header names something and wants it."""
    return any(each == name and wanted > 0 for each, wanted in accepted(header))
