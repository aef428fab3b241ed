"""Typing stubs of the statements."""
