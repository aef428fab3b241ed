"""What a header says is true, as far as the statement itself can tell."""

import re
from collections.abc import Iterator, Mapping

from pglast import ast

from sqlproof.configuration import Project, Statements
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import nodes, texts
from sqlproof.rules.lists import is_limited, keysets, order_of
from sqlproof.rules.locks import STRENGTHS, locks_of
from sqlproof.schema.effects import ADVISORY_LOCK
from sqlproof.schema.model import Schema

PAGE = re.compile(r"by (?:(\w+)|\(([\w, ]+)\))(?: of [\w ]+)?[;.]")


def check_labels(statement: Statement, file: Mapping[str, Statement], schema: Schema) -> Iterator[Finding]:
    """Findings for labels that are there twice, or say what the statement does not do."""
    yield from check_twice(statement, schema.project.statements)
    labels = statement.labels
    for label in ("Guards", "Locks", "Locks first"):
        if label in labels and statement.is_query:
            sentence = f"`{label}:` is for commands: a query neither locks nor changes"
            yield statement.finding(sentence, statement.line_of(label))
    yield from _locks(statement, labels.get("Locks"))
    if "Locks first" in labels:
        yield from _first(statement, file, schema)
    yield from _page(statement, schema.project, labels.get("Page"))
    yield from _index(statement, labels.get("Index"), schema)
    yield from _returns(statement, schema.project)
    if statement.suffix == "$" and (count := len(outputs(statement.tree))) != 1:
        yield statement.finding(f"$ returns a value, and this has {count} columns: return one, or end the name in ^")


def check_twice(statement: Statement, rules: Statements) -> Iterator[Finding]:
    """Findings for labels that are there twice; some go on in the next line."""
    seen: list[str] = []
    for line in statement.header[1:]:
        label = line.text.partition(": ")[0]
        if label in seen and not (label in rules.continued and seen[-1] == label):
            yield statement.finding(f"`{label}:` appears twice: combine the two", line.number)
        seen.append(label)


def outputs(tree: ast.Node) -> tuple[ast.ResTarget, ...]:
    """What a statement returns."""
    while isinstance(tree, ast.SelectStmt) and tree.larg is not None:
        tree = tree.larg
    if isinstance(tree, ast.SelectStmt):
        return tree.targetList or ()
    returning = getattr(tree, "returningClause", None)
    return returning.exprs if returning else ()


def _locks(statement: Statement, said: str | None) -> Iterator[Finding]:
    if said is None or statement.is_query:
        return
    strengths = {STRENGTHS[each.strength] for each in nodes(statement.tree, ast.LockingClause)}
    named = {strength for strength in STRENGTHS.values() if re.search(rf"\b{strength}\b", said)}
    if not strengths or named - strengths:
        sentence = f"`Locks:` says {', '.join(sorted(named)) or 'that it locks'}, and no clause does"
        yield statement.finding(sentence, statement.line_of("Locks"))


def _first(statement: Statement, file: Mapping[str, Statement], schema: Schema) -> Iterator[Finding]:
    """What goes before a command is above it or shared, locks, and asks for nothing that the command does not know."""
    verbs = [verb.strip() for verb in statement.labels["Locks first"].split(",")]
    for place, verb in enumerate(verbs):
        lock = file.get(verb)
        if lock is None or (lock.path == statement.path and lock.first_line > statement.first_line):
            sentence = f"there is no {verb} above it, nor in {schema.project.locks.shared}.sql"
        elif unknown := set(lock.parameters) - set(statement.parameters):
            sentence = f"{verb} takes {', '.join(sorted(unknown))}, which is no parameter here"
        elif lock.tree is not None and not _is_lock(lock):
            sentence = f"{verb} locks nothing: what goes first is a SELECT with a lock"
        elif verb in verbs[:place]:
            sentence = f"{verb} is named twice"
        else:
            continue
        yield statement.finding(sentence, statement.line_of("Locks first"))


def _is_lock(lock: Statement) -> bool:
    calls = (texts(call.funcname)[-1] for call in nodes(lock.tree, ast.FuncCall))
    return isinstance(lock.tree, ast.SelectStmt) and (
        any(True for _ in locks_of(lock.tree)) or any(ADVISORY_LOCK.match(name) for name in calls)
    )


def _page(statement: Statement, project: Project, said: str | None) -> Iterator[Finding]:
    """`Page:` names the columns of a keyset page's order, and a keyset page has it."""
    compared = any(keysets(statement, select, project) for select in nodes(statement.tree, ast.SelectStmt))
    is_page = compared and is_limited(statement, statement.tree, project)
    if said is None:
        if is_page:
            yield statement.finding("the header of a page must say what it is ordered by: `Page: by id; …`")
        return
    if not is_page:
        sentence = "`Page:` is only for statements that compare a cursor and have a limit: remove it"
        yield statement.finding(sentence, statement.line_of("Page"))
        return
    named = PAGE.match(said)
    names = re.split(r",\s*", named[1] or named[2]) if named else []
    columns = [place[1] for place, _ in order_of(statement.tree) if place]
    if names != columns:
        spelt = columns[0] if len(columns) == 1 else f"({', '.join(columns)})"
        yield statement.finding(f"`Page:` must name the columns of the order: by {spelt}", statement.line_of("Page"))


def _returns(statement: Statement, project: Project) -> Iterator[Finding]:
    """`Returns:` tells of no column that is not there, and of the event that one stands for."""
    said = " ".join(line.text for line in statement.header if line.text.startswith("Returns: "))
    if not said:
        return
    names = [each.name or texts(getattr(each.val, "fields", ("",)))[-1] for each in outputs(statement.tree)]
    for part, words in project.statements.returned.items():
        if re.search(words, said) and not any(part in name for name in names):
            sentence = f"`Returns:` names a column that does not exist, {part}: it has {', '.join(names)}"
            yield statement.finding(sentence, statement.line_of("Returns"))
    if "event_id" in names and not re.search(r"\bevents?\b", said):
        yield statement.finding("it returns its event, but `Returns:` does not say so", statement.line_of("Returns"))


def _index(statement: Statement, said: str | None, schema: Schema) -> Iterator[Finding]:
    """`Index:` begins with an index, and each other word that looks like one is one, too."""
    if said is None:
        return
    known = schema.indexes
    words = re.findall(r"\w+", said)
    alike = [word for word in words if any(word.startswith(f"{table}_") for table in schema.tables)]
    for word in dict.fromkeys([*words[:1], *alike]):
        if word not in known:
            yield statement.finding(f"there is no index {word}", statement.line_of("Index"))
