"""A statement has a caller in the service: called or handed on, but by its name."""

from pathlib import Path

import pytest

from small_tree import CALLER, Found, only

ADDS = "async def run(db):\n    await db.commands.trials.add()\n"


@pytest.mark.parametrize(
    "caller",
    [
        pytest.param("def way(db):\n    return partial(db.queries.trials.find, id=1)\n", id="partial"),
        pytest.param("find = lambda db: db.queries.trials.find()\n", id="lambda"),
        pytest.param("def way(db):\n    return lambda row: db.queries.trials.find(id=row)\n", id="lambda within"),
        pytest.param("class Way:\n    find = staticmethod(lambda db: db.queries.trials.find)\n", id="class"),
        pytest.param("def way(db):\n    return getattr(db.queries.trials, 'find')\n", id="getattr"),
        pytest.param("def way(db):\n    return getattr(getattr(db, 'queries'), 'trials').find\n",
                     id="getattr twice"),
        pytest.param("def way(db):\n    return db.queries['trials']['find']\n", id="subscript"),
        pytest.param("def way(db):\n    file: object = db.queries.trials\n    return [file.find]\n", id="annotated"),
        pytest.param("def way(db):\n    return (file := db.queries.trials) and file.find\n", id="walrus"),
        pytest.param("def way(db):\n    def inner():\n        return file.find\n    file = db.queries.trials\n"
                     "    return inner\n", id="closure"),
    ],
)  # fmt: skip
def test_statement_has_a_caller_when_it_is_handed_on(found: Found, caller: str) -> None:
    """However it is named."""
    assert found(caller=ADDS + caller, verbs=[]) == []


@pytest.mark.parametrize(
    "call", ["getattr(db.queries.trials, verb)", "getattr(db.queries, verb).find", "db.queries.trials[verb]"]
)
def test_call_is_found_when_its_statement_varies(found: Found, call: str) -> None:
    """Nobody can tell what is sent, nor whether it is there."""
    findings = found(caller=f"{CALLER}    await statements.find()\n    await {call}()\n", verbs=[])
    assert [(line, "not known before it runs" in said) for line, said in findings] == [(5, True)]


def test_statement_is_found_when_tests_alone_send_it(found: Found, tmp_path: Path) -> None:
    """A test does not make a statement needed."""
    test = tmp_path / "tests/test_trials.py"
    test.parent.mkdir()
    test.write_text("async def test_find(db):\n    await db.queries.trials.find()\n", encoding="utf-8")
    only(found(verbs=[]), 0, "nothing sends this statement")
