"""Plans: explained, measured, recorded."""
