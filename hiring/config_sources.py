"""Reads a tree of settings from YAML files and the environment; which settings there are is in `config.py`.

It remembers where each value came from, and says in one line what is wrong with it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import msgspec
import yaml
from msgspec.inspect import CollectionType, LiteralType, Metadata, NoneType, StructType, Type, UnionType, type_info

PREFIX = "HIRING__"
FILE_SUFFIX = "_FILE"
MASK = "********"
SHOWN_CHARACTERS = 60
VARIABLE = re.compile(r"\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}")

KeyPath: TypeAlias = tuple[str | int, ...]
Tree: TypeAlias = dict[Any, Any]
Sources: TypeAlias = dict[KeyPath, str]
Kind = TypeVar("Kind", bound=msgspec.Struct)


class SettingsError(Exception):
    """The settings are wrong; the text is one line that names the source, the key and what was expected."""


@contextmanager
def port_needed(key: str, port: int, host: str) -> Iterator[None]:
    """Turns the failure to listen on a port into one line. Raises: SettingsError."""
    try:
        yield
    except OSError as error:
        place = host or "this machine"
        raise SettingsError(f"{key}: expected a port that is free on {place}, found {port}: {error}") from None


def read_file(file: Path, environ: Mapping[str, str]) -> Tree:
    """Reads one YAML file and expands its `${NAME}`s.

    Raises:
        SettingsError: the file is not there, is no YAML mapping, or names a variable that the environment lacks.
    """
    try:
        tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: expected a readable file, found: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: expected YAML, found: {' '.join(str(error).split())}") from error
    if not isinstance(tree, dict | None):
        raise SettingsError(f"{file}: expected sections, found {type(tree).__name__}")
    return {key: _expand(value, environ, str(file), (key,)) for key, value in (tree or {}).items()}


def read_environment(environ: Mapping[str, str], kind: type[Kind]) -> list[tuple[KeyPath, Any, str]]:
    """The values that `HIRING__SECTION__KEY` variables give, each with its path and the variable's name.

    A secret may also be in a file that `HIRING__SECTION__KEY_FILE` names.

    Raises:
        SettingsError: a variable names no key of `kind`, the text of a list or section is no YAML, a file cannot be
            read, or a secret is given twice.
    """
    values: list[tuple[KeyPath, Any, str]] = []
    for name in sorted(environ):
        if not name.startswith(PREFIX):
            continue
        variable = _variable(name, kind)
        path = _path(variable)
        key_type, _ = _type_at(kind, path)
        if key_type is None:
            raise SettingsError(f"{name}: {_dotted(path)}: {_expected_keys(kind, path[:-1])}, found an unknown key")
        text = value_of(environ, variable) or ""
        values.append((path, _from_text(text, key_type, f"{name}: {_dotted(path)}"), name))
    return values


def value_of(environ: Mapping[str, str], name: str) -> str | None:
    """The variable `name`, or what is in the file that `name`_FILE names, without the line's end; None without either.

    Raises:
        SettingsError: both are given, or the file cannot be read.
    """
    file = environ.get(name + FILE_SUFFIX)
    if not file:
        return environ.get(name)
    if environ.get(name):
        raise SettingsError(f"{name}: expected this variable or {name}{FILE_SUFFIX}, found both")
    try:
        return Path(file).read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        reason = f"expected a readable file, found: {error.strerror}"
    except UnicodeDecodeError:
        reason = "expected a file of text, found other bytes"
    raise SettingsError(f"{name}{FILE_SUFFIX}: {file}: {reason}")


def lay_over(tree: Tree, sources: Sources, value: Any, source: str, path: KeyPath) -> None:
    """Puts `value` into the tree at `path`: sections are merged key by key, anything else replaces what was there."""
    if isinstance(value, dict):
        for key, inner in value.items():
            lay_over(tree, sources, inner, source, (*path, key))
        return
    section = tree
    for depth, key in enumerate(path[:-1], start=1):
        if not isinstance(section.get(key), dict):
            section[key] = {}
            sources.pop(path[:depth], None)
        section = section[key]
    section[path[-1]] = value
    sources.pop(path, None)
    sources[path] = source


def convert(tree: Tree, sources: Sources, kind: type[Kind]) -> Kind:
    """Makes the validated tree.

    Raises:
        SettingsError: a key is unknown or missing, a value has another type or lies outside its range.
    """
    try:
        return msgspec.convert(tree, kind, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error), tree, sources, kind)) from None


def masked(section: msgspec.Struct) -> Tree:
    """The section as plain mappings, with a mask in the place of each secret."""
    shown: Tree = {}
    for field in msgspec.structs.fields(section):
        value = getattr(section, field.name)
        if isinstance(value, msgspec.Struct):
            shown[field.name] = masked(value)
        elif value is not None and _is_secret(type_info(field.type)):
            shown[field.name] = MASK
        else:
            shown[field.name] = msgspec.to_builtins(value)
    return shown


def _variable(name: str, kind: type[msgspec.Struct]) -> str:
    """The variable that `name` gives a value: without _FILE where that names a secret, else `name` itself."""
    named = name.removesuffix(FILE_SUFFIX)
    _, is_secret = _type_at(kind, _path(named))
    return named if is_secret else name


def _path(variable: str) -> KeyPath:
    return tuple(variable.removeprefix(PREFIX).lower().split("__"))


def _expand(value: Any, environ: Mapping[str, str], source: str, path: KeyPath) -> Any:
    if isinstance(value, dict):
        return {key: _expand(inner, environ, source, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_expand(inner, environ, source, (*path, index)) for index, inner in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value

    def of_environment(match: re.Match[str]) -> str:
        text = value_of(environ, match["name"]) or match["default"]
        if text is None:
            expected = f"expected the environment variable {match['name']}"
            raise SettingsError(f"{source}: {_dotted(path)}: {expected}, found it missing or empty")
        return text

    return VARIABLE.sub(of_environment, value) or None


def _from_text(text: str, key_type: Type, place: str) -> Any:
    if not text:
        return None
    if not isinstance(key_type, StructType | CollectionType):
        return text
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SettingsError(f"{place}: expected YAML of a list or section, found something else") from error


def _type_at(kind: type[msgspec.Struct], path: KeyPath) -> tuple[Type | None, bool]:
    """The type of the key at a path, None when there is no such key, and whether it is a secret."""
    found: Type = type_info(kind)
    is_secret = False
    for key in path:
        inner: Type | None = None
        if isinstance(found, StructType):
            inner = next((field.type for field in found.fields if field.name == key), None)
        elif isinstance(found, CollectionType) and isinstance(key, int):
            inner = found.item_type
        if inner is None:
            return None, False
        is_secret = _is_secret(inner)
        found = _plain(inner)
    return found, is_secret


def _plain(key_type: Type) -> Type:
    """The type without its ranges and without None."""
    if isinstance(key_type, Metadata):
        return _plain(key_type.type)
    if isinstance(key_type, UnionType):
        return _plain(next(each for each in key_type.types if not isinstance(each, NoneType)))
    return key_type


def _is_secret(key_type: Type) -> bool:
    if isinstance(key_type, UnionType):
        return any(_is_secret(each) for each in key_type.types)
    return isinstance(key_type, Metadata) and bool((key_type.extra or {}).get("secret"))


def _sentence(message: str, tree: Tree, sources: Sources, kind: type[msgspec.Struct]) -> str:
    """Turns msgspec's sentence into ours: source, key, expected, found."""
    reason, _, place = message.rpartition(" - at `") if " - at `" in message else (message, "", "")
    path: KeyPath = tuple(int(index) if index else key for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", place))
    if unknown := re.match(r"Object contains unknown field `(.*)`", reason):
        path, reason = (*path, unknown[1]), f"{_expected_keys(kind, path)}, found an unknown key"
    elif missing := re.match(r"Object missing required field `(.*)`", reason):
        path, reason = (*path, missing[1]), "expected a value, found none"
    elif reason.startswith(("Expected ", "Invalid ")):
        reason = f"{_expected(reason, kind, path)}, found {_shown(tree, kind, path)}"
    return f"{_source_of(path, sources)}: {_dotted(path)}: {reason}"


def _expected(reason: str, kind: type[msgspec.Struct], path: KeyPath) -> str:
    key_type, _ = _type_at(kind, path)
    if isinstance(key_type, LiteralType):
        return f"expected one of {', '.join(str(value) for value in key_type.values)}"
    words = reason.replace("`", "").partition(", got ")[0].removeprefix("Expected ")
    return f"expected {words.replace('object', 'a section').replace('array', 'a list')}"


def _expected_keys(kind: type[msgspec.Struct], path: KeyPath) -> str:
    section, _ = _type_at(kind, path)
    if not isinstance(section, StructType):
        return "expected a key that exists"
    return f"expected one of {', '.join(field.name for field in section.fields)}"


def _shown(tree: Any, kind: type[msgspec.Struct], path: KeyPath) -> str:
    """A value as an error may show it: never a secret, never a whole section, never a text of a page."""
    value = tree
    for key in path:
        value = value[key]
    key_type, is_secret = _type_at(kind, path)
    is_scalar = not isinstance(key_type, StructType | CollectionType) and not isinstance(value, dict | list)
    if value is None:
        return "none"
    if is_secret or key_type is None or not is_scalar:
        return f"{type(value).__name__} of length {len(value)}" if hasattr(value, "__len__") else type(value).__name__
    return f"{type(value).__name__} {str(value)[:SHOWN_CHARACTERS]!r}"


def _source_of(path: KeyPath, sources: Sources) -> str:
    """The source of the value at a path, else of what is around it, else the last one that gave something inside it."""
    for length in range(len(path), 0, -1):
        if path[:length] in sources:
            return sources[path[:length]]
    inside = [source for given, source in sources.items() if given[: len(path)] == path]
    return inside[-1] if inside else next(iter(sources.values()))


def _dotted(path: KeyPath) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).removeprefix(".")
