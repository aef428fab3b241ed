"""What a PostgreSQL with the migrated schema says."""
