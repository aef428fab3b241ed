-- Undo of the file of the same number: the next worker with analytics begins at the first event again, which does no harm.

DELETE FROM feed_watermarks AS w WHERE w.name = 'analytics';
