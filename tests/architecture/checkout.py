"""The checkout as these tests read it: its files, and every Python module parsed once. Findings are `path:line: …`."""

import ast
import importlib
import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = (".ci", ".envs", "benchmarks", "conf", "docs", "hiring", "migrations", "sql", "tests", "tools")
MADE_FOLDERS = {"__pycache__", "node_modules", ".venv"}

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A Python file: its path in the checkout, its dotted name, its text, what that says, and every node of it."""

    path: Path
    name: str
    text: str
    tree: ast.Module
    nodes: Sequence[ast.AST]

    @property
    def package(self) -> str:
        """The dotted name of the folder it is in."""
        return ".".join(self.path.parts[:-1])


@cache
def files() -> Sequence[Path]:
    """Every file that people write: those of the top level and of the folders, as paths in the checkout."""
    found = [path for path in CHECKOUT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += [path for path in (CHECKOUT / folder).rglob("*") if path.is_file()]
    relative = [path.relative_to(CHECKOUT) for path in found]
    return sorted(path for path in relative if not is_made(path))


def is_made(path: Path) -> bool:
    """Whether a program writes this file."""
    return not MADE_FOLDERS.isdisjoint(path.parts) or (path.parts[0] == ".envs" and "templates" not in path.parts)


def text_of(path: Path) -> str:
    """What a file of the checkout says; what is no text in it, such as a sample's bytes, stands as a mark."""
    return (CHECKOUT / path).read_text(encoding="utf-8", errors="replace")


@cache
def modules(folder: str = "") -> Sequence[Module]:
    """Every module of the checkout, or of the folders of one name."""
    paths = [path for path in files() if path.suffix == ".py" and folder in ("", *path.parts[:-1])]
    return [parsed(path) for path in paths]


@cache
def parsed(path: Path) -> Module:
    """A module out of its file; a package is called by its folder's name."""
    text = text_of(path)
    name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    tree = ast.parse(text)
    return Module(path, name, text, tree, list(ast.walk(tree)))


def functions(module: Module) -> Iterator[AnyFunction]:
    """Every function of a module, those within classes and functions too."""
    return (node for node in module.nodes if isinstance(node, AnyFunction))


@cache
def classes() -> Sequence[type]:
    """Every class that a module of the package declares on its top level."""
    loaded = [importlib.import_module(module.name) for module in modules("hiring")]
    return [
        value
        for module in loaded
        for value in vars(module).values()
        if inspect.isclass(value) and value.__module__ == module.__name__
    ]


def is_overriding(owner: type, name: str) -> bool:
    """Whether a class has a method because a class above it has one of this name."""
    return any(name in vars(above) for above in owner.__mro__[1:])


def line_count(node: ast.stmt) -> int:
    """Lines of a statement; of a function from `def` to its end, decorators apart."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def told(findings: Sequence[str]) -> str:
    """The findings, one a line, for an assertion's message."""
    return "\n".join(["", *findings])
