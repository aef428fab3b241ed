"""Which of several forms of an answer a request prefers (RFC 9110, section 12.5.1)."""


def weight(accepted: str, media_type: str) -> float:
    """How much a header Accept wants a media type, from 0 to 1: the most exact range that fits it decides."""
    kind = media_type.partition("/")[0]
    exactness = {"*/*": 1, f"{kind}/*": 2, media_type: 3}
    found, most = 0.0, 0
    for each in accepted.lower().split(","):
        media_range, *parameters = (part.strip() for part in each.split(";"))
        if exactness.get(media_range, 0) > most:
            most, found = exactness[media_range], weight_in(parameters)
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


def names(accepted: str, media_type: str) -> bool:
    """Whether a header Accept has a media type by its name."""
    return media_type in {each.partition(";")[0].strip().lower() for each in accepted.split(",")}
