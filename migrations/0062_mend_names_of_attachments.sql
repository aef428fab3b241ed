-- Why:   files of former times are shown under names that contradict what they are, such as resume.pdf.exe of a PDF.
-- Locks: attachments, ROW EXCLUSIVE: it is read from end to end, and the rows with such a name alone are locked.
-- Undo:  0062_mend_names_of_attachments.down.sql; the former names are forgotten.
-- statement_timeout: 10min

-- As hiring/services/media.py makes the name of a new file: the last part of its path without what is invisible; without
-- the extensions at its end that do not fit; nothing that Windows refuses. A test compares the two.
WITH kind AS (
    SELECT k.media_type, k.extension, k.fitting
    FROM (
        VALUES
            ('application/pdf', 'pdf', 'pdf'),
            ('application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx', 'docx'),
            ('application/vnd.oasis.opendocument.text', 'odt', 'odt'),
            ('application/msword', 'doc', 'doc'),
            ('application/rtf', 'rtf', 'rtf'),
            ('text/plain', 'txt', 'txt|md'),
            ('application/json', 'json', 'json|txt|md'),
            ('image/png', 'png', 'png'),
            ('image/jpeg', 'jpg', 'jpg|jpeg')
    ) AS k (media_type, extension, fitting)
),
plain AS (
    SELECT t.organization_id, t.id, t.file_name, k.extension, k.fitting,
           btrim(regexp_replace(regexp_replace(regexp_replace(normalize(t.file_name), '^.*[/\\]', ''),
                 '[\u0001-\u001f\u007f-\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'),
                 '[<>:"|?*]', '_', 'g'), ' .') AS name
    FROM attachments AS t
    JOIN kind AS k ON k.media_type = t.media_type
    WHERE t.file_name IS NOT NULL
),
cut AS (
    SELECT p.organization_id, p.id, p.file_name, p.extension, p.fitting,
           regexp_replace(p.name, '(?i)([ .]*\.(?!(' || p.fitting || ')([ .]|$)) *(?=[0-9]*[a-z])[a-z0-9]{1,5} *)+$', '') AS name
    FROM plain AS p
),
parted AS (
    SELECT c.organization_id, c.id, c.file_name,
           regexp_replace(c.name, '(?i)(^|\.)(' || c.fitting || ')$', '') AS stem,
           coalesce(substring(c.name FROM '(?i)(?:^|\.)((?:' || c.fitting || '))$'), c.extension) AS extension
    FROM cut AS c
),
bounded AS (
    SELECT d.organization_id, d.id, d.file_name, d.extension,
           coalesce(nullif(btrim(CASE
               WHEN octet_length(d.stem) > 240 - length(d.extension) THEN left(d.stem, 50)
               ELSE left(d.stem, 198 - length(d.extension))
           END, ' .'), ''), 'file') AS stem
    FROM parted AS d
),
mended AS (
    SELECT b.organization_id, b.id, b.file_name,
           CASE WHEN b.stem ~* '^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)' THEN '_' ELSE '' END
           || b.stem || '.' || b.extension AS name
    FROM bounded AS b
)
UPDATE attachments AS t
SET file_name = m.name, version = t.version + 1, updated_at = written_at()
FROM mended AS m
WHERE t.organization_id = m.organization_id AND t.id = m.id AND m.name <> m.file_name;
