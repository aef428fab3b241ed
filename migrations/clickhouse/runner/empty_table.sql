-- Drops every row of a table.
TRUNCATE TABLE {table:Identifier}
