"""Every slip that can be put into a layer, and a sample of them that is the same for the same seed."""

import difflib
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider

from tests.strength.operators import (
    ForgetArgument,
    ForgetStatement,
    Node,
    TakeNeighboursValue,
    descendants,
    is_conversion,
)

LAYERS: dict[str, tuple[str, ...]] = {
    "domain": ("hiring/domain/*.py", "hiring/errors.py"),
    "queries": ("hiring/queries/*.py",),
    "commands": ("hiring/commands/*.py",),
    "consumers": ("hiring/consumers/*.py", "hiring/mailer.py", "hiring/sweeper.py", "hiring/dead_letters.py"),
    "handlers": ("hiring/handlers/*.py", "hiring/http/*.py", "hiring/openapi/*.py", "hiring/guide/*.py"),
    "services": ("hiring/services/*.py", "hiring/foundation/*.py"),
    "relay": (
        "hiring/relay.py", "hiring/feed_lease.py", "hiring/database.py", "hiring/statement_files.py",
        "hiring/worker.py", "hiring/api.py", "hiring/supervisor.py",
    ),
    "analytics": (
        "hiring/analytics.py", "hiring/ingestion.py", "hiring/clickhouse_migrations.py", "hiring/pictures/*.py",
    ),
    "connectors": ("hiring/connectors/*.py",),
    "config": ("hiring/config*.py",),
    "migrations": (
        "hiring/migrations.py", "hiring/migration_*.py", "hiring/schema_functions.py", "hiring/database_roles.py",
    ),
    "cli": (
        "hiring/__main__.py", "hiring/cli/analytics.py",
        "hiring/cli/api.py", "hiring/cli/config.py", "hiring/cli/dlq.py", "hiring/cli/keys.py",
        "hiring/cli/migrate.py", "hiring/cli/ready.py", "hiring/cli/user.py", "hiring/cli/worker.py",
    ),
}  # fmt: skip
"""Every module that runs in production."""
DEVELOPMENT = (
    "hiring/__init__.py", "hiring/cli/__init__.py", "hiring/cli/asyncapi.py", "hiring/cli/mail_catcher.py",
    "hiring/cli/openapi.py", "hiring/cli/seed.py", "hiring/cli/sql*.py", "hiring/demo*.py", "hiring/mail_catcher.py",
    "hiring/schema_dump.py", "hiring/sqlproof_hooks.py",
)  # fmt: skip
"""The other modules: without a statement, or of those who work on the service."""
WORTH_TRYING = (
    "AddNot", "ExceptionReplacer", "NumberReplacer", "ReplaceAndWithOr", "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_BitAnd_BitOr", "ReplaceBinaryOperator_Div_Mul", "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Sub_Add", "ReplaceBreakWithContinue", "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_GtE_Gt", "ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_NotEq_Eq", "ReplaceContinueWithBreak",
    "ReplaceFalseWithTrue", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ZeroIterationForLoop",
)  # fmt: skip
"""Of Cosmic Ray's operators those whose result a person might have written; `<` becomes `<=`, never `is`."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One change of one file: `occurrence` counts the places where the operator can be applied."""

    path: Path
    operator: str
    occurrence: int
    line: int

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line} {self.operator}#{self.occurrence}"

    def text(self, root: Path) -> str | None:
        """The file with the slip in it."""
        mutated: str | None = mutate_code(
            (root / self.path).read_text("utf-8"), OPERATORS[self.operator](), self.occurrence
        )
        return mutated

    def difference(self, root: Path) -> str:
        """The slip as a reader of a review sees it."""
        before = (root / self.path).read_text("utf-8").splitlines()
        after = (self.text(root) or "").splitlines()
        return "\n".join(list(difflib.unified_diff(before, after, str(self.path), "slip", lineterm="", n=1))[2:])


def operators() -> dict[str, type[Operator]]:
    """Cosmic Ray's operators that are worth their time, and our own."""
    provider = OperatorProvider()
    core = {name: provider[name] for name in WORTH_TRYING}
    own = (ForgetStatement, TakeNeighboursValue, ForgetArgument)
    return core | {each.__name__: each for each in own}


OPERATORS = operators()


class Places(Visitor):  # type: ignore[misc]  # Cosmic Ray has no types
    """The lines where an operator can be applied, in the order in which it counts; 0 where nobody could notice."""

    def __init__(self, operator: Operator) -> None:
        self.operator = operator
        self.lines: list[int] = []

    def visit(self, node: Node) -> Node:
        found = [start[0] for start, _ in self.operator.mutation_positions(node)]
        is_left_out = (node.type == "number" and is_conversion(node)) or has_dotted_name(node)
        self.lines += [0] * len(found) if is_left_out else found
        return node


def has_dotted_name(node: Node) -> bool:
    """Whether a node is an `except` of several errors, one with its module: Cosmic Ray cannot replace that one."""
    if node.type != "except_clause":
        return False
    return any(each.type in {"atom_expr", "power"} for each in descendants(node))


def lines_left_out(tree: Node) -> set[int]:
    """The lines of what no behaviour depends on: heads of classes (`frozen=True`) and functions, what types need."""
    return {
        line
        for node in descendants(tree)
        if node.type in {"classdef", "funcdef", "assert_stmt"} or is_for_types(node) or is_decorated_class(node)
        for line in range(node.start_pos[0], node.children[-2].end_pos[0] + 1)
    }


def is_decorated_class(node: Node) -> bool:
    """Whether a node is a class with its decorators, such as `@dataclass(slots=True)`."""
    return bool(node.type == "decorated" and node.children[-1].type == "classdef")


def is_for_types(node: Node) -> bool:
    """Whether a node is a variable of types, or `if TYPE_CHECKING:` without another branch."""
    if node.type == "expr_stmt":
        value: str = node.children[-1].get_code().strip()
        return value.startswith(("TypeVar(", "ParamSpec("))
    return node.type == "if_stmt" and len(node.children) == 4 and node.children[1].get_code().strip() == "TYPE_CHECKING"


def slips_of(root: Path, layer: str) -> Iterator[Slip]:
    """Every slip of a layer, file by file."""
    for pattern in LAYERS[layer]:
        for path in sorted(root.glob(pattern)):
            tree = get_ast(path.read_text("utf-8"))
            left_out = lines_left_out(tree)
            for name, operator in OPERATORS.items():
                places = Places(operator())
                places.walk(tree)
                yield from (
                    Slip(path.relative_to(root), name, n, line)
                    for n, line in enumerate(places.lines)
                    if line and line not in left_out
                )


def sample(root: Path, layer: str, count: int, seed: int) -> list[Slip]:
    """So many slips of a layer that compile, at most one of each line, the same for the same code and seed."""
    chance = random.Random(f"{layer} {seed}")
    found = sorted(slips_of(root, layer), key=lambda slip: slip.name)
    chance.shuffle(found)
    by_line = {(slip.path, slip.line): slip for slip in reversed(found)}
    chosen = (slip for slip in found if by_line[slip.path, slip.line] is slip and compiles(slip, root))
    return list(itertools.islice(chosen, count))


def compiles(slip: Slip, root: Path) -> bool:
    """Whether Python takes the file with the slip in it: nobody can forget to try what it refuses (`not why := …`)."""
    try:
        compile(slip.text(root) or "", str(slip.path), "exec")
    except SyntaxError:
        return False
    return True
