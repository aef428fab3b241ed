"""Whether a text shows anything. Pure."""

import unicodedata

FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Hangul fillers and the braille pattern without dots: letters and signs by their category, blank on paper."""


def is_visible(text: str) -> bool:
    """Whether a character of a text can be seen: no space, control or format character, filler or lone accent."""
    return any(unicodedata.category(each)[0] not in "CMZ" and each not in FILLERS for each in text)
