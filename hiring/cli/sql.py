"""`hiring sql`: what statements cost on a server. What checks them is the tool `sqlproof`, in development."""

import typer

from hiring.cli.sql_explain import explain_statement

app = typer.Typer()
app.command("explain")(explain_statement)


@app.callback()
def sql() -> None:
    """Explain a statement on a server: its plan, and where its time goes."""
