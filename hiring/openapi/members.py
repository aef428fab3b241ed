"""What members mean: the sentences that stand under them where they are declared.

Members of one module that have the same name mean the same: the first sentence holds for all that have none themselves.
"""

import ast
import functools
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_origin

import msgspec


def structs_in(shapes: Iterable[Any]) -> Iterator[type[msgspec.Struct]]:
    """Yields every struct that some shapes consist of."""
    waiting, found = list(msgspec.inspect.multi_type_info(shapes)), set[Any]()
    while waiting:
        each = waiting.pop()
        if isinstance(each, msgspec.inspect.StructType):
            if each.cls in found:
                continue
            found.add(each.cls)
            yield each.cls
            waiting += [field.type for field in each.fields]
        else:
            waiting += parts_of(each)


def parts_of(kind: msgspec.inspect.Type) -> Iterator[msgspec.inspect.Type]:
    """Yields the types that a type consists of."""
    for name in kind.__struct_fields__:
        value = getattr(kind, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, msgspec.inspect.Type):
                yield each


def sentences_of(struct: type[msgspec.Struct]) -> dict[str, str]:
    """The sentence of each member of a struct, by its name in JSON; members without one are left out."""
    found: dict[str, str] = {}
    for each in reversed((get_origin(struct) or struct).__mro__):
        if each.__module__.startswith("hiring."):
            of_module = sentences_in(each.__module__)
            for name in getattr(each, "__annotations__", {}):
                if sentence := of_module.get((each.__name__, name)) or of_module.get(("", name)):
                    found[name] = sentence
    return {field.encode_name: found[field.name] for field in msgspec.structs.fields(struct) if field.name in found}


@functools.cache
def sentences_in(module: str) -> Mapping[tuple[str, str], str]:
    """The sentences of a module's members by class and name; under an empty class the first of each name."""
    found: dict[tuple[str, str], str] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(node, ast.ClassDef):
            for member, below in zip(node.body, node.body[1:], strict=False):
                match member, below:
                    case ast.AnnAssign(target=ast.Name(name)), ast.Expr(value=ast.Constant(value=str(text))):
                        sentence = inspect.cleandoc(text).replace("\n", " ")
                        found[node.name, name] = sentence
                        found.setdefault(("", name), sentence)
    return found
