"""The catalogue of the SQL: every statement and table with what is known of it, on one page that opens offline."""
