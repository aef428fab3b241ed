"""Stages of a pipeline: their kinds, what makes a list of them a pipeline, and how one follows another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol
from uuid import UUID

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


class JobStageLike(StageLike, Protocol):
    """A stage of a job's pipeline as it is written: one that stays has its id."""

    @property
    def id(self) -> UUID | None: ...


def stage_problems(stages: Sequence[StageLike], pointer: str = "/stages") -> Iterator[FieldError]:
    """Yields what keeps a list of stages from being a pipeline.

    It has 2 to 30 stages of different names, one that an applicant can enter, and the hired stage at its end.
    Rules: P1, P2, P3.
    """
    if len(stages) > MAXIMUM_STAGES:
        yield FieldError(pointer, "too_long", f"A pipeline has at most {MAXIMUM_STAGES} stages.")
    names = [stage.name.casefold() for stage in stages]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield FieldError(f"{pointer}/{place}/name", "repeated", "Another stage has this name.")
    kinds = [stage.kind for stage in stages]
    if kinds.count("hired") != 1 or kinds[-1] != "hired":
        yield FieldError(pointer, "hired_stage", "The last stage, and no other, is of kind hired.")
    if all(kind in ("lead", "hired") for kind in kinds):
        yield FieldError(pointer, "no_entry_stage", "There is no stage that an applicant can enter.")


def succession_problems(
    current: Mapping[UUID, StageKind], stages: Sequence[JobStageLike], mapping: Mapping[UUID, UUID]
) -> Iterator[FieldError]:
    """Yields what keeps a job's new pipeline from following its current one.

    `current`: stages of now, id to kind. `mapping`: a removed stage to the staying one that its applications go to.
    Rules: P4, P5, P6.
    """
    yield from _identity_problems(current, stages)
    staying = {stage.id for stage in stages if stage.id is not None} & current.keys()
    for stage_id, kind in current.items():
        if kind != "hired" and stage_id not in staying | mapping.keys():
            yield FieldError(f"/mapping/{stage_id}", "required", "A stage that is removed needs a target.")
    for stage_id, target_id in mapping.items():
        if stage_id not in current or stage_id in staying:
            yield FieldError(f"/mapping/{stage_id}", "unexpected", "Only a stage that is removed has a target.")
        elif target_id not in staying:
            yield FieldError(f"/mapping/{stage_id}", "unknown_reference", "The target is not a stage that stays.")
        elif current[target_id] == "hired":
            yield FieldError(f"/mapping/{stage_id}", "hired_stage", "The hired stage is entered by hiring alone.")


def _identity_problems(current: Mapping[UUID, StageKind], stages: Sequence[JobStageLike]) -> Iterator[FieldError]:
    """Yields ids that are unknown or repeated, and a hired stage that would be another one."""
    ids = [stage.id for stage in stages]
    for place, stage in enumerate(stages):
        if stage.id is None:
            continue
        if stage.id not in current:
            yield FieldError(f"/stages/{place}/id", "unknown_reference", "There is no such stage in this pipeline.")
        elif stage.id in ids[:place]:
            yield FieldError(f"/stages/{place}/id", "repeated", "This stage is listed twice.")
        elif (stage.kind == "hired") != (current[stage.id] == "hired"):
            yield FieldError(f"/stages/{place}/kind", "hired_stage", "The hired stage is the same one for ever.")
    if any(kind == "hired" and stage_id not in ids for stage_id, kind in current.items()):
        yield FieldError("/stages", "hired_stage", "The hired stage stays, for hires are in it.")
