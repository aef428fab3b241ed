"""What reads state: one function per read, nouns as in `sql/queries/`."""
