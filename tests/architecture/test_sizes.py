"""What is read at one go stays short: modules, functions and endpoints."""

import ast
from pathlib import Path

from tests.architecture.checkout import AnyFunction, files, functions, line_count, modules, text_of, told

MODULE_LINES = 300
FUNCTION_LINES = 40
ENDPOINT_LINES = 12
LONG_MODULES = {
    "hiring/domain/event_types.py": "every event on one page: who subscribes to them reads it as a list",
    "hiring/errors.py": "every error on one page: a client's author reads it as a list, and no two get the same code",
    "hiring/handlers/routes.py": "every operation on one page, with who may call it: reviewers read it as a list",
}
"""Path → why it may be longer. A SQL file is as long as its noun."""


def is_long(path: Path) -> bool:
    """Whether a file has more lines than a module may have; the texts under names, which clients read, do not count."""
    text = text_of(path)
    return len(text.splitlines()) - (lines_of_texts(text) if path.suffix == ".py" else 0) > MODULE_LINES


def lines_of_texts(text: str) -> int:
    """How many lines of a module are strings that stand by themselves: docstrings, and sentences under members."""
    texts = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr) and is_text(node.value)]
    return sum((each.end_lineno or each.lineno) - each.lineno + 1 for each in texts)


def is_text(value: ast.expr) -> bool:
    """Whether an expression is a string as it stands."""
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def is_endpoint(function: AnyFunction) -> bool:
    """Whether a function is an operation of the API."""
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "operation"
        for each in function.decorator_list
    )


def test_module_fits_in_300_lines_when_it_has_no_reason_to_be_longer() -> None:
    """Python and shell, texts not counted; what grew over it has two subjects."""
    long = [str(path) for path in files() if path.suffix in (".py", ".sh") and is_long(path)]
    assert not [path for path in long if path not in LONG_MODULES]


def test_reason_is_gone_when_its_module_fits() -> None:
    """A module that was split needs no exception any more."""
    assert all(is_long(Path(path)) for path in LONG_MODULES)


def test_function_fits_in_40_lines_when_measured_with_its_signature() -> None:
    """Its docstring counts, too."""
    found = [
        f"{module.path}:{each.lineno}: {each.name} has {line_count(each)} lines"
        for module in modules()
        for each in functions(module)
        if line_count(each) > FUNCTION_LINES
    ]
    assert not found, told(found)


def test_endpoint_fits_in_12_lines_when_measured_with_its_signature() -> None:
    """It takes, calls and replies; what it must decide stands elsewhere. Its docstring, which clients read, is free."""
    found = [
        f"{module.path}:{each.lineno}: {each.name} has {count} lines"
        for module in modules("hiring")
        for each in functions(module)
        if is_endpoint(each) and (count := line_count(each) - line_count(each.body[0])) > ENDPOINT_LINES
    ]
    assert not found, told(found)
