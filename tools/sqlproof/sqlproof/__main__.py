"""`python -m sqlproof` and the command `sqlproof`, which say what is missing if only a part of it is installed."""

import sys

MISSING = 2
OF_CHECKS = ("jinja2", "markupsafe", "psycopg", "typer")


def main() -> None:
    """Runs the command that the arguments name."""
    try:
        from sqlproof.command_line import app
    except ModuleNotFoundError as error:
        if error.name not in OF_CHECKS:
            raise
        sys.stderr.write(f"sqlproof needs {error.name}, which is not installed: its extra `check` has it\n")
        sys.exit(MISSING)
    app(prog_name="sqlproof")


if __name__ == "__main__":
    main()
