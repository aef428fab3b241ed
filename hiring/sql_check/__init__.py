"""The rules of `sql/README.md` and `migrations/README.md`, proven by PostgreSQL's grammar (pglast) without a server."""
