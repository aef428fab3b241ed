"""What one place alone may do: SQL stands in files, the environment is read once, standard output has its users."""

import ast
import inspect
import re
from collections.abc import Iterator

import aiopg.connection

from tests.architecture.checkout import Module, modules, told

SQL = re.compile(
    r"\b(?:SELECT|INSERT INTO|DELETE FROM|RETURNING|WHERE|JOIN|VALUES|ORDER BY|GROUP BY|"
    r"ALTER|CREATE|DROP|GRANT|REVOKE|TRUNCATE|COPY|LISTEN|NOTIFY|SAVEPOINT|LOCK TABLE|BEGIN|COMMIT|ROLLBACK|"
    r"PREPARE|EXECUTE|DEALLOCATE)\b"
    r"|^\s*(?:select\b.*\bfrom|insert into|update \w+ set|delete from|with \w+ as \(|set \w+ (?:=|to)|show \w+$)\b",
    re.DOTALL,
)
"""A keyword as the house writes it, or the beginning of a statement in lower case."""
WORDS_OF_A_MESSAGE = {
    "hiring/connectors/postgres_session.py": {"BEGIN", "; COMMIT", "ROLLBACK", "DEALLOCATE ALL"},
    "hiring/statement_files.py": {'PREPARE "', 'EXECUTE "'},
    "hiring/migration_session.py": {"BEGIN", "COMMIT"},
}
"""The texts that Python puts around statements, by module."""
READS_THE_ENVIRONMENT = {"hiring.config", "hiring.config_sources"}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
ADMISSION = "hiring/http/admission.py"
LOOKS = "hiring/api.py"
PRIVATE_PARTS = {
    "hiring/connectors/postgres_session.py": (aiopg.connection, {"_create_waiter", "_loop", "_weakref"}),
}
"""What modules use of a library that it does not promise, and the library."""
WRITES_TO_THE_TERMINAL = {"hiring.__main__", "hiring.foundation.logs"}
TERMINAL = {"stdout", "stderr", "__stdout__", "__stderr__", "stdin"}


def texts(module: Module) -> Iterator[tuple[int, str]]:
    """Every text of a module with its line, but for docstrings."""
    described = {id(node.value) for node in module.nodes if isinstance(node, ast.Expr)}
    for node in module.nodes:
        if isinstance(node, ast.Constant) and id(node) not in described:
            if isinstance(node.value, str):
                yield node.lineno, node.value
            elif isinstance(node.value, bytes):
                yield node.lineno, node.value.decode("latin-1")


def words(module: Module) -> set[str]:
    """What a module imports, and the members that it names."""
    found: set[str] = set()
    for node in module.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {each.name for each in node.names} | {getattr(node, "module", None) or ""}
        elif isinstance(node, ast.Attribute):
            found.add(f"{ast.unparse(node.value)}.{node.attr}")
    return found


def test_sql_stands_in_files_when_python_sends_it() -> None:
    """Python has the words of a message alone; what checks SQL and speaks about it is a tool beside the service."""
    found = [
        f"{module.path}:{line}: {text.strip()[:60]!r}"
        for module in modules("hiring")
        for line, text in texts(module)
        if SQL.search(text) and text not in WORDS_OF_A_MESSAGE.get(str(module.path), ())
    ]
    assert not found, told(found)


def test_word_of_a_message_is_known_when_a_module_sends_it() -> None:
    """A word that a module does not send any more leaves the table."""
    sent = {str(module.path): {text for _, text in texts(module)} for module in modules("hiring")}
    assert all(expected <= sent[path] for path, expected in WORDS_OF_A_MESSAGE.items())


def test_environment_is_read_by_the_settings_alone_when_it_matters() -> None:
    """Everything else is handed its part of the settings."""
    found = [
        str(module.path)
        for module in modules("hiring")
        if module.name not in READS_THE_ENVIRONMENT
        and words(module) & (ENVIRONMENT | {f"os.{name}" for name in ENVIRONMENT})
    ]
    assert not found, told(found)


def test_terminal_is_written_to_by_the_command_line_alone_when_asked() -> None:
    """Ruff forbids print elsewhere; here are the other ways. Logs go to standard output."""
    found = [
        str(module.path)
        for module in modules("hiring")
        if module.package != "hiring.cli"
        and module.name not in WRITES_TO_THE_TERMINAL
        and words(module) & (TERMINAL | {f"sys.{name}" for name in TERMINAL} | {"typer", "rich.console", "click"})
    ]
    assert not found, told(found)


def test_replica_is_asked_by_admission_alone_when_a_request_only_reads() -> None:
    """Every other query is answered by the primary: no command decides from what a replica lacks.

    The look for changed rights is no request: it asks a replica while the primary is silent.
    """
    found = [
        f"{module.path}:{node.lineno}"
        for module in modules("hiring")
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr == "on_replica" and str(module.path) not in (ADMISSION, LOOKS)
    ]
    assert not found, told(found)
    [admission] = [module for module in modules("hiring") if str(module.path) == ADMISSION]
    assert sum(isinstance(node, ast.Attribute) and node.attr == "on_replica" for node in admission.nodes) == 1


def test_private_parts_of_a_library_are_used_in_one_place() -> None:
    """A name that begins with `_` and that its module does not make is somebody else's. A release may take it away."""
    found = {}
    for module in modules("hiring"):
        attributes = [node for node in module.nodes if isinstance(node, ast.Attribute)]
        made = {node.attr for node in attributes if isinstance(node.ctx, ast.Store)}
        for node in module.nodes:
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                    made.add(name)
                case _:
                    pass
        used = {node.attr for node in attributes if node.attr.startswith("_") and not node.attr.startswith("__")}
        if others := used - made - {"_exit"}:  # a function of os
            found[str(module.path)] = others
    assert found == {path: names for path, (_, names) in PRIVATE_PARTS.items()}
    for library, names in PRIVATE_PARTS.values():
        assert names <= set(re.findall(r"\b_[a-z_]+", inspect.getsource(library))), library.__name__
