"""A query only reads, also through functions and views of the migrations, whatever these say of themselves."""

import pytest

from small_tree import FIND, Found, only

HONEST = """
CREATE FUNCTION shown(job jobs) RETURNS json LANGUAGE sql STABLE RETURN job_body(job);
CREATE FUNCTION counted(text) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
    n integer := 0;
BEGIN
    IF n = 0 THEN n := length($1); END IF;
    RETURN n;
END $$;
"""


@pytest.mark.parametrize(
    ("migration", "called", "why"),
    [
        pytest.param("CREATE FUNCTION f(text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT claim($1)::text $$;",
                     "f(j.title)", "f() may write, for it calls claim()", id="calls a volatile one"),
        pytest.param("CREATE FUNCTION g(text) RETURNS text LANGUAGE sql STABLE RETURN claim($1)::text;"
                     "CREATE FUNCTION f(text) RETURNS text LANGUAGE sql STABLE RETURN g($1);",
                     "f(j.title)", "for it calls g()", id="calls one that calls one"),
        pytest.param("CREATE FUNCTION f(text) RETURNS text LANGUAGE sql STABLE AS"
                     " $$ WITH x AS (DELETE FROM countries RETURNING code) SELECT x.code FROM x $$;",
                     "f(j.title)", "for it writes countries", id="body writes"),
        pytest.param("CREATE FUNCTION f(text) RETURNS text LANGUAGE sql STABLE AS"
                     " $$ SELECT c.code FROM countries AS c FOR SHARE $$;",
                     "f(j.title)", "for it locks rows", id="body locks"),
        pytest.param("CREATE SEQUENCE s;"
                     "CREATE FUNCTION f(text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT nextval('s')::text $$;",
                     "f(j.title)", "for it calls nextval()", id="body calls PostgreSQL's own"),
        pytest.param("CREATE FUNCTION f(text) RETURNS text LANGUAGE plpgsql STABLE AS"
                     " $$ BEGIN IF $1 = '' THEN PERFORM claim($1); END IF; RETURN $1; END $$;",
                     "f(j.title)", "for it calls claim()", id="PL/pgSQL performs"),
        pytest.param("CREATE FUNCTION f(text) RETURNS text LANGUAGE plpgsql STABLE AS"
                     " $$ DECLARE n text; BEGIN n := claim($1); RETURN n; END $$;",
                     "f(j.title)", "for it calls claim()", id="PL/pgSQL assigns"),
        pytest.param("CREATE FUNCTION f(text) RETURNS text LANGUAGE plpgsql STABLE AS"
                     " $$ BEGIN UPDATE countries SET code = $1; RETURN $1; END $$;",
                     "f(j.title)", "for it writes countries", id="PL/pgSQL writes"),
        pytest.param("CREATE FUNCTION f(text) RETURNS text LANGUAGE plpgsql STABLE AS"
                     " $$ BEGIN EXECUTE $1; RETURN $1; END $$;",
                     "f(j.title)", "not known before it runs", id="PL/pgSQL executes a text"),
        pytest.param("CREATE OR REPLACE FUNCTION job_body(jobs) RETURNS json LANGUAGE sql STABLE AS"
                     " $$ SELECT to_json(claim('')) $$;", "'x'", "job_body() may write", id="replaced by a worse one"),
        pytest.param("ALTER FUNCTION job_body(jobs) VOLATILE;", "'x'", "job_body() may write", id="altered"),
        pytest.param("CREATE FUNCTION f(jobs) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT '' $$;",
                     "j.f", "f() may write", id="called like a column"),
        pytest.param("CREATE VIEW claims AS SELECT claim(c.code)::text AS code FROM countries AS c;",
                     "(SELECT x.code FROM claims AS x WHERE x.organization_id = :organization_id)",
                     "claims may write, for it calls claim()", id="through a view"),
        pytest.param("", "pg_current_xact_id()", "PostgreSQL's own", id="takes a transaction id"),
    ],
)  # fmt: skip
def test_function_is_found_when_it_writes_in_secret(found: Found, migration: str, called: str, why: str) -> None:
    """What it is declared as does not count, nor how deep it is hidden."""
    only(found(query=FIND.replace("SELECT j.title,", f"SELECT {called} AS title,"), migration=migration), 2, why)


@pytest.mark.parametrize(
    ("migration", "called"),
    [
        pytest.param(HONEST, "shown(j)", id="SQL"),
        pytest.param(HONEST, "counted(j.title)", id="PL/pgSQL"),
        pytest.param("DROP FUNCTION claim(text);"
                     "CREATE FUNCTION claim(text) RETURNS text LANGUAGE sql STABLE AS $$ SELECT $1 $$;",
                     "claim(j.title)", id="dropped and made anew"),
        pytest.param("CREATE OR REPLACE FUNCTION claim(text) RETURNS void LANGUAGE sql IMMUTABLE AS $$ SELECT $$;",
                     "claim(j.title)", id="replaced by a better one"),
    ],
)  # fmt: skip
def test_nothing_is_found_when_a_function_only_reads(found: Found, migration: str, called: str) -> None:
    """As the last migration leaves it."""
    query = FIND.replace("SELECT j.title,", f"SELECT {called} AS title,")
    assert found(query=query, migration=migration) == []
