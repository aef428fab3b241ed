"""The rules for statements."""
