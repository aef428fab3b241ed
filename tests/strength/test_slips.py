"""The slips that `make test-strength` puts into the code."""

from pathlib import Path

import pytest
from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example

from tests.strength.__main__ import explained
from tests.strength.operators import ForgetArgument, ForgetStatement, TakeNeighboursValue
from tests.strength.slips import DEVELOPMENT, LAYERS, lines_left_out, sample, slips_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [
    (operator, example)
    for operator in (ForgetStatement, TakeNeighboursValue, ForgetArgument)
    for example in operator.examples()
]


@pytest.mark.parametrize(("operator", "example"), EXAMPLES)
def test_slip_is_made_when_an_operator_is_applied(operator: type, example: Example) -> None:
    """Each operator does what its example says."""
    assert mutate_code(example.pre_mutation_code, operator(), example.occurrence) == example.post_mutation_code


@pytest.mark.parametrize("layer", ["domain", "consumers"])
def test_sample_is_the_same_when_the_seed_is(layer: str) -> None:
    """Its slips are code that compiles and differs; another seed gives others."""
    chosen = sample(ROOT, layer, 10, seed=1)
    assert chosen == sample(ROOT, layer, 10, seed=1) != sample(ROOT, layer, 10, seed=2)
    for slip in chosen:
        text = slip.text(ROOT)
        assert text is not None and text != (ROOT / slip.path).read_text("utf-8")
        compile(text, str(slip.path), "exec")


def test_line_is_left_out_when_no_behaviour_depends_on_it() -> None:
    """Heads of classes, with their decorators, and of functions; a decorator of a function says what it does."""
    text = "@dataclass(slots=True)\nclass A:\n    b = 1\n\n\n@operation(status=201)\ndef c(d=1):\n    return 2\n"
    assert lines_left_out(get_ast(text)) == {1, 2, 7}


def test_slip_is_of_a_file_when_its_layer_is_listed() -> None:
    """No layer is empty: a folder that was renamed is noticed."""
    assert all(next(slips_of(ROOT, layer), None) for layer in LAYERS)


def test_module_is_of_a_layer_unless_it_is_for_development() -> None:
    """What runs in production is tried, also what is new; no module is of two layers, no pattern of nothing."""
    of_patterns = [set(ROOT.glob(pattern)) for pattern in (*DEVELOPMENT, *sum(LAYERS.values(), ()))]
    assert all(of_patterns) and sum(map(len, of_patterns)) == len(set.union(*of_patterns))
    assert set((ROOT / "hiring").rglob("*.py")) == set.union(*of_patterns)


@pytest.mark.parametrize("each", explained(), ids=lambda each: each["line"][:40])
def test_line_stands_in_its_file_when_it_is_explained(each: dict[str, str]) -> None:
    """So that no reason outlives its line."""
    lines = {line.strip() for line in (ROOT / each["file"]).read_text("utf-8").splitlines()}
    assert each["line"] in lines and each["operator"] and each["reason"].endswith(".")
