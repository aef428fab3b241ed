"""What makes a list of stages a pipeline, and how one follows another."""

from typing import NamedTuple
from uuid import UUID

import pytest

from hiring.domain.pipelines import DEFAULT_STAGES, MAXIMUM_STAGES, StageKind, stage_problems, succession_problems

APPLIED, CALL, HIRED, UNKNOWN = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=9)
CURRENT: dict[UUID, StageKind] = {APPLIED: "review", CALL: "screen", HIRED: "hired"}


class Stage(NamedTuple):
    """A stage as a client writes it."""

    name: str
    kind: StageKind = "review"
    id: UUID | None = None


def test_pipeline_is_whole_when_it_is_the_default() -> None:
    """Applied, phone screen, interview, offer, hired."""
    stages = [Stage(each["name"], each["kind"]) for each in DEFAULT_STAGES]  # type: ignore[arg-type]
    assert [stage.kind for stage in stages] == ["review", "screen", "interview", "offer", "hired"]
    assert list(stage_problems(stages)) == []


@pytest.mark.parametrize(
    ("stages", "found"),
    [
        ([Stage("A"), Stage("Z", "hired")], []),
        ([Stage("L", "lead"), Stage("A"), Stage("Z", "hired")], []),
        ([Stage("L", "lead"), Stage("Z", "hired")], [("/stages", "no_entry_stage")]),
        ([Stage("Z", "hired")], [("/stages", "no_entry_stage")]),
        ([Stage("A"), Stage("B")], [("/stages", "hired_stage")]),
        ([Stage("Z", "hired"), Stage("A")], [("/stages", "hired_stage")]),
        ([Stage("A"), Stage("Y", "hired"), Stage("Z", "hired")], [("/stages", "hired_stage")]),
        ([Stage("Straße"), Stage("STRASSE"), Stage("Z", "hired")], [("/stages/1/name", "repeated")]),
        (
            [Stage("A"), Stage("a"), Stage("A", "hired")],
            [("/stages/1/name", "repeated"), ("/stages/2/name", "repeated")],
        ),
    ],
)  # fmt: skip
def test_stages_are_no_pipeline_when_they_break_a_rule(stages: list[Stage], found: list[tuple[str, str]]) -> None:
    """Each fault by its pointer and its code."""
    assert [(each.pointer, each.code) for each in stage_problems(stages)] == found


def test_pipeline_has_thirty_stages_at_the_most() -> None:
    """The thirty-first is refused, at the pointer that was asked for."""
    assert MAXIMUM_STAGES == 30
    stages = [*(Stage(str(place)) for place in range(29)), Stage("Z", "hired")]
    assert list(stage_problems(stages)) == []
    [problem] = stage_problems([Stage("more"), *stages], "/template")
    assert (problem.pointer, problem.code) == ("/template", "too_long")


@pytest.mark.parametrize(
    ("stages", "mapping", "found"),
    [
        ([Stage("A", id=APPLIED), Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)], {}, []),
        ([Stage("C", "interview", CALL), Stage("new"), Stage("Z", "hired", HIRED)], {APPLIED: CALL}, []),
        ([Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)], {}, [(f"/mapping/{APPLIED}", "required")]),
        (
            [Stage("A", id=APPLIED), Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)], {APPLIED: CALL},
            [(f"/mapping/{APPLIED}", "unexpected")],
        ),
        (
            [Stage("A", id=APPLIED), Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)], {UNKNOWN: CALL},
            [(f"/mapping/{UNKNOWN}", "unexpected")],
        ),
        (
            [Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)], {APPLIED: UNKNOWN},
            [(f"/mapping/{APPLIED}", "unknown_reference")],
        ),
        (
            [Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)], {APPLIED: HIRED},
            [(f"/mapping/{APPLIED}", "hired_stage")],
        ),
        (
            [Stage("X", id=UNKNOWN), Stage("A", id=APPLIED), Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)],
            {}, [("/stages/0/id", "unknown_reference")],
        ),
        (
            [Stage("new"), Stage("A", id=APPLIED), Stage("Z", "hired", HIRED), Stage("X", id=UNKNOWN)],
            {CALL: APPLIED}, [("/stages/3/id", "unknown_reference")],
        ),
        (
            [Stage("A", id=APPLIED), Stage("B", id=APPLIED), Stage("C", "screen", CALL), Stage("Z", "hired", HIRED)],
            {}, [("/stages/1/id", "repeated")],
        ),
        (
            [Stage("A", id=APPLIED), Stage("C", "hired", CALL), Stage("Z", "hired", HIRED)], {},
            [("/stages/1/kind", "hired_stage")],
        ),
        (
            [Stage("A", id=APPLIED), Stage("C", "screen", CALL), Stage("Z", "screen", HIRED)], {},
            [("/stages/2/kind", "hired_stage")],
        ),
        (
            [Stage("A", id=APPLIED), Stage("C", "screen", CALL), Stage("Z", "hired")], {},
            [("/stages", "hired_stage")],
        ),
    ],
)  # fmt: skip
def test_pipeline_follows_its_predecessor_when_every_application_has_a_place(
    stages: list[Stage], mapping: dict[UUID, UUID], found: list[tuple[str, str]]
) -> None:
    """Ids stay with their stages, removed ones lead to stages that stay, and the hired stage is one for ever."""
    assert [(each.pointer, each.code) for each in succession_problems(CURRENT, stages, mapping)] == found
