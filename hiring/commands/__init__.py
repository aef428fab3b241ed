"""What changes state: one function per change, nouns as in `sql/commands/`."""
