"""The rules of `sql/README.md`, proven by PostgreSQL's own grammar (pglast) on every statement, without a server."""
