-- An id as text, which tools read that know no UUID; NULL for the zero UUID, by which a fact says that there is none.
CREATE OR REPLACE FUNCTION id_text AS (id) -> nullIf(toString(id), '00000000-0000-0000-0000-000000000000');
