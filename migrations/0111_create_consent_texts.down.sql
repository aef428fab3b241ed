-- Undo of the file of the same number: all consent texts are lost.

DROP TRIGGER organizations_language_renews_boards ON organizations;
DROP TABLE consent_text_versions;
DROP TABLE consent_texts;
DROP FUNCTION keep_consent_text_version();
