"""Names are words of the field, and a call cannot mistake one id for another."""

import ast
import re
from collections.abc import Sequence

from tests.architecture.checkout import AnyFunction, files, functions, modules, text_of, told
from tests.architecture.test_sizes import is_endpoint

EMPTY_WORDS = re.compile(r"(?:^|_)(?:utils?|common|helpers?|managers?|misc|stuff)(?:_|$)")
EMPTY_CLASS = re.compile(r"(?:Utils?|Helpers?|Manager|Impl)$")
LEFT_TO_DO = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
ACTOR_COMES_SECOND = {"hiring.commands", "hiring.queries"}


def positional(function: AnyFunction) -> Sequence[str]:
    """The parameters that a caller may give without their names."""
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def test_module_is_named_after_its_subject_when_found() -> None:
    """No place for what has no place: utils, common, helpers, managers."""
    named = [(path, path.stem) for path in files()] + [(path, path.parent.name) for path in files()]
    assert not sorted({str(path) for path, word in named if path.suffix == ".py" and EMPTY_WORDS.search(word)})


def test_class_is_named_after_what_it_is_when_found() -> None:
    """Neither helper nor manager of something: that something."""
    found = [
        f"{module.path}:{node.lineno}: {node.name}"
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ClassDef) and EMPTY_CLASS.search(node.name)
    ]
    assert not found, told(found)


def test_ids_are_given_by_name_when_there_are_two() -> None:
    """Two UUIDs side by side can be exchanged, and nothing would notice. Tornado gives those of a path by name."""
    found = [
        f"{module.path}:{each.lineno}: {each.name}"
        for module in modules("hiring")
        for each in functions(module)
        if not is_endpoint(each) and sum(name.endswith("_id") for name in positional(each)) > 1
    ]
    assert not found, told(found)


def test_signature_begins_with_database_and_actor_when_it_takes_them() -> None:
    """Commands and queries go from general to specific, so that all are called alike."""
    found = [
        f"{module.path}:{each.lineno}: {each.name}"
        for module in modules("hiring")
        if module.package in ACTOR_COMES_SECOND
        for each in module.tree.body
        if isinstance(each, ast.AsyncFunctionDef)
        for place, name in enumerate(("db", "actor"))
        if name in positional(each) and "db" in positional(each) and positional(each)[place] != name
    ]
    assert not found, told(found)


def test_nothing_is_left_to_do_when_a_file_is_no_python() -> None:
    """Ruff asks it of Python; here SQL, shell, settings and texts."""
    found = [
        str(path)
        for path in files()
        if path.suffix not in (".py", ".json", ".lock") and LEFT_TO_DO.search(text_of(path))
    ]
    assert not found, told(found)
