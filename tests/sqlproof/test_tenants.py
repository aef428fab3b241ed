"""The tenant rule on every statement of the service, with each of its conjuncts taken out."""

import re
from pathlib import Path

from sqlproof.reading.statements import read_file, read_files
from sqlproof.rules.tenants import check_tenants
from sqlproof.schema.model import Schema
from tests.sqlproof.conftest import PROJECT

CONJUNCT = re.compile(r"\b(\w+)\.organization_id = :organization_id")


def test_each_conjunct_is_missed_when_it_is_taken_out_of_the_service(schema: Schema, tmp_path: Path) -> None:
    """None can be forgotten; only directories, which have no tenant, may be asked without theirs."""
    taken, unnoticed = 0, []
    for path, statements, _ in read_files(PROJECT):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        ends = [each.first_line - 1 for each in statements[1:]] + [len(lines)]
        for statement, end in zip(statements, ends, strict=True):
            text = "".join(lines[statement.first_line - 1 : end])
            for conjunct in CONJUNCT.finditer(text):
                taken += 1
                broken = tmp_path / path.parent.name / path.name
                broken.parent.mkdir(exist_ok=True)
                without = f"{text[: conjunct.start()]}{conjunct[1]} IS NOT NULL{text[conjunct.end() :]}"
                broken.write_text(without, encoding="utf-8")
                [one], problems = read_file(broken, PROJECT.statements.parameter_groups, is_query=statement.is_query)
                is_directory = f"_directory AS {conjunct[1]} ON" in text
                if problems or (not is_directory and not list(check_tenants(schema.seen_through(one), schema))):
                    unnoticed.append(f"{statement.name}: {conjunct[0]}")
    assert taken > 200
    assert unnoticed == []


def test_each_tenant_is_missed_when_it_is_taken_out_of_a_function(schema: Schema, tmp_path: Path) -> None:
    """What statements read from keeps the tenants apart itself, and calls others for its own tenant alone."""
    taken, unnoticed = 0, []
    for name, function in schema.inlined.items():
        others = ", NULL" * (len(function.parameters) - 1)
        caller = tmp_path / f"{name}.sql"
        caller.write_text(
            "-- name: find\n-- Finds.\n-- Takes: organization_id\n"
            f"SELECT 1 AS found FROM {name}(:organization_id{others}) AS x;",
            encoding="utf-8",
        )
        [statement], _ = read_file(caller, {}, is_query=True)
        assert not list(check_tenants(schema.seen_through(statement), schema)), name
        for tenant in re.finditer(rf"\b{name}\.organization_id", function.query):
            taken += 1
            query = f"{function.query[: tenant.start()]}NULL{function.query[tenant.end() :]}"
            broken = schema._replace(inlined={**schema.inlined, name: function._replace(query=query)})
            if not list(check_tenants(broken.seen_through(statement), broken)):
                unnoticed.append(f"{name}: {query}")
    assert taken > 10
    assert unnoticed == []
