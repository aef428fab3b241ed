"""Entity tags in the headers of a request (RFC 9110, section 13.1): which version it expects, and which it has."""

import re
from collections.abc import Mapping

from hiring.errors import Malformed

ELEMENT = re.compile(r'[ \t]*(?:(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|\Z)')
"""An element of a list; it may be empty."""
VERSION = re.compile(r"([1-9][0-9]{0,9})(-.*)?")
"""A version, and a hash of the content, as in `replies.etag_of`."""
NUMBER = re.compile(r"[0-9]+")
MAXIMUM_TAGS = 16
MAXIMUM_VERSION = 2**31 - 1
NEVER_CURRENT = 0
"""Versions begin with 1."""


def entity_tags(header: str) -> list[tuple[bool, str]]:
    """The tags of a list, each with whether it is weak. Raises: Malformed."""
    tags: list[tuple[bool, str]] = []
    place = 0
    while place < len(header):
        found = ELEMENT.match(header, place)
        if found is None or len(tags) == MAXIMUM_TAGS:
            raise Malformed(f'Expected up to {MAXIMUM_TAGS} entity tags, such as "3", or *.')
        if found[2] is not None:
            tags.append((found[1] is not None, found[2]))
        place = found.end()
    return tags


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Whether If-None-Match names this version, in a weak tag or a strong one. A malformed header names none."""
    given = headers.get("If-None-Match", "").strip()
    try:
        return given == "*" or any(tag == etag for _, tag in entity_tags(given))
    except Malformed:
        return False


def versions_of(if_match: str | None) -> frozenset[int]:
    """The versions one of which an If-Match header demands; empty where any will do. Raises: Malformed.

    A number by itself is a version, too. A weak tag is none, nor is a tag that this service never gave.
    """
    given = "*" if if_match is None else if_match.strip()
    if given == "*":
        return frozenset()
    tags = [(False, given.lstrip("0"))] if NUMBER.fullmatch(given) else entity_tags(given)
    if not tags:
        raise Malformed("If-Match names no entity tag.")
    strong = (VERSION.fullmatch(tag) for is_weak, tag in tags if not is_weak)
    versions = {int(found[1]) for found in strong if found and int(found[1]) <= MAXIMUM_VERSION}
    return frozenset(versions or {NEVER_CURRENT})
