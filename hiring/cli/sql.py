"""`hiring sql`: which statements there are, and what they cost. The tool `sqlproof` checks them, in development."""

import typer

from hiring.cli.sql_explain import explain_statement
from hiring.cli.sql_list import list_statements

app = typer.Typer()
app.command("list")(list_statements)
app.command("explain")(explain_statement)


@app.callback()
def sql() -> None:
    """List the statements that the service sends, and explain one on a server: its plan, and where its time goes."""
