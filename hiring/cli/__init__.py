"""The command line: one module per command, mounted by `hiring/__main__.py`."""
