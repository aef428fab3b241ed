"""Whoever reads a name finds a sentence below it; ruff asks for those of functions, classes and modules."""

import ast
import inspect
from types import FunctionType

from tests.architecture.checkout import AnyFunction, Module, classes, functions, is_overriding, modules, told

Documented = ast.Module | ast.ClassDef | AnyFunction


def first_line(node: Documented) -> str:
    """The first line of a docstring, nothing where there is none."""
    return (ast.get_docstring(node) or "").partition("\n")[0]


def documented(module: Module) -> list[Documented]:
    """The module and every class and function in it that has a docstring."""
    nodes = [node for node in module.nodes if isinstance(node, Documented)]
    return [node for node in nodes if ast.get_docstring(node)]


def test_docstring_opens_with_a_sentence_when_there_is_one() -> None:
    """Its first line ends with a full stop: neither a question, nor a shout, nor half of a sentence."""
    found = [
        f"{module.path}:{getattr(node, 'lineno', 1)}: {first_line(node)}"
        for module in modules()
        for node in documented(module)
        if not first_line(node).endswith(".")
    ]
    assert not found, told(found)


def test_public_method_has_a_sentence_when_nothing_above_it_tells() -> None:
    """An endpoint has its summary, a property its name, an override the sentence of what it overrides."""
    found = [
        f"{owner.__module__}.{owner.__name__}.{name}"
        for owner in classes()
        if not owner.__name__.startswith("_")
        for name, method in vars(owner).items()
        if isinstance(method, FunctionType | classmethod | staticmethod)
        and not name.startswith("_")
        and not is_overriding(owner, name)
        and not hasattr(method, "operation")
        and inspect.getmodule(method) is inspect.getmodule(owner)
        and not method.__doc__
    ]
    assert not found, told(found)


def test_test_has_a_sentence_when_its_name_cannot_say_all() -> None:
    """Each test, and each file of tests and of what they share."""
    found = [
        f"{module.path}:{getattr(node, 'lineno', 1)}: {getattr(node, 'name', 'the module')}"
        for module in modules("tests")
        for node in (module.tree, *functions(module))
        if getattr(node, "name", "test_").startswith("test_") and module.text.strip() and not ast.get_docstring(node)
    ]
    assert not found, told(found)


def test_test_says_what_and_when_in_its_name() -> None:
    """`test_<what>_<when>`: three words at least."""
    found = [
        f"{module.path}:{each.lineno}: {each.name}"
        for module in modules("tests")
        for each in functions(module)
        if each.name.startswith("test_") and each.name.count("_") < 3
    ]
    assert not found, told(found)
