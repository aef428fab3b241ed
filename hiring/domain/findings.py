"""Codes of findings, the members of a problem's `errors`: what may be wrong with a field, a parameter or a header."""

FINDINGS: dict[str, str] = {
    "type": "The value is of another JSON type than the field.",
    "enum": "The value is not one of those that are allowed.",
    "format": "The text does not have the format of this field.",
    "range": "The number or date is out of range.",
    "too_short": "The text has too few characters, or the list too few items.",
    "too_long": "The text has too many characters, or the list too many items.",
    "offset": "The date and time needs an offset from UTC that is in use somewhere.",
    "nul_character": "The text contains a NUL character.",
    "depth": "The value is nested too deeply.",
    "contradiction": "The value contradicts another field of the same resource.",
    "captcha": "The captcha was not solved, or its token was used or has expired.",
    "required": "This field or parameter is required.",
    "unexpected": "This field is not allowed here.",
    "unknown_placeholder": "The text names a placeholder that does not exist.",
    "unknown_field": "There is no such field.",
    "unknown_parameter": "There is no such parameter.",
    "pay_range_required": "The law at one of the places of this post requires a pay range.",
    "salary_history_refused": "The law at one of the places of this post forbids asking what applicants earned before.",
    "repeated": "The same value, name or parameter is given twice.",
    "not_combinable": "This does not go with another field or parameter.",
    "invalid_cursor": "The cursor does not belong to this list with these filters.",
    "invalid_preview": "The preview link is not of this post, was altered or has expired, or the post has no preview.",
    "unknown_reference": "There is nothing with this id or code that you may refer to here.",
    "unknown_question": "The post asks no such question.",
    "unknown_upload": "There is no such upload, or it was used before.",
    "circular": "The resource would become its own ancestor.",
    "default_required": "One default is required; make another one the default instead.",
    "hired_stage": "A pipeline ends in its only stage of kind hired, and that stage stays.",
    "in_future": "The moment is in the future.",
    "no_entry_stage": "A pipeline needs a stage that applicants can enter.",
    "options": "A select needs options; nothing else has any.",
    "stage_not_in_pipeline": "The stage is not a current stage of this job.",
    "not_current": "The version is not the current one.",
    "wrong": "This is not the current password.",
}
"""Code to what it means."""


class Unfit(ValueError):
    """A value is not of its kind: a sentence, and a code of `FINDINGS`."""

    def __init__(self, sentence: str, code: str = "format") -> None:
        super().__init__(sentence)
        self.code = code


def wrong_length(count: int, least: int | None, most: int | None, noun: str) -> Unfit | None:
    """What is wrong with a number of characters or items, None where it is within its bounds."""
    if least is not None and count < least:
        return Unfit(f"Expected at least {counted(least, noun)}, but this has {count:,}.", "too_short")
    if most is not None and count > most:
        return Unfit(f"Expected at most {counted(most, noun)}, but this has {count:,}.", "too_long")
    return None


def counted(count: int, noun: str) -> str:
    """So many of something, in words."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def escaped(token: str) -> str:
    """A reference token of a JSON pointer (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")
