"""Stages of a pipeline: their kinds, and what makes a list of them a pipeline."""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

from hiring.errors import FieldError

StageKind = Literal["lead", "review", "screen", "assessment", "interview", "offer", "hired"]
MAXIMUM_STAGES = 30

DEFAULT_STAGES: tuple[dict[str, str], ...] = (
    {"name": "Applied", "kind": "review"},
    {"name": "Phone screen", "kind": "screen"},
    {"name": "Interview", "kind": "interview"},
    {"name": "Offer", "kind": "offer"},
    {"name": "Hired", "kind": "hired"},
)


class StageLike(Protocol):
    """A stage of a template or of a job's pipeline."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> StageKind: ...


def stage_problems(stages: Sequence[StageLike], pointer: str = "/stages") -> Iterator[FieldError]:
    """Yields what keeps a list of stages from being a pipeline: unique names, one hired stage at the end, one to enter."""
    names = [stage.name.casefold() for stage in stages]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield FieldError(f"{pointer}/{place}/name", "repeated", "Another stage has this name.")
    kinds = [stage.kind for stage in stages]
    if kinds.count("hired") != 1 or kinds[-1] != "hired":
        yield FieldError(pointer, "hired_stage", "The last stage, and no other, is of kind hired.")
    if all(kind in ("lead", "hired") for kind in kinds):
        yield FieldError(pointer, "no_entry_stage", "There is no stage that an applicant can enter.")
