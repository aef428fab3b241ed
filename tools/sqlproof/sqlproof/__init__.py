"""The rules of `sql/README.md` and `migrations/README.md`, proven by PostgreSQL's own grammar and plans; budgets."""
