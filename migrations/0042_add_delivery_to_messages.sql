-- Why:   a mail is handed to the mail server outside a transaction, for as long as the server takes, is tried again for
--        days, and tells what the server said last.
-- Locks: messages, ACCESS EXCLUSIVE, briefly: columns without a default, or with a constant one.
-- Undo:  0042_add_delivery_to_messages.down.sql; what was said to the tries so far is lost, mails in between wait for
--        their events to be replayed.

ALTER TABLE messages
    ADD COLUMN domain text,
    ADD COLUMN begun_at timestamptz,
    ADD COLUMN try_count integer NOT NULL DEFAULT 0,
    ADD COLUMN next_try_at timestamptz,
    ADD COLUMN sender_id uuid,
    ADD COLUMN last_tried_at timestamptz,
    ADD COLUMN last_answer text;
COMMENT ON COLUMN messages.domain IS 'The recipient''s domain in lower case: only so many mails at once are handed over for one. NULL until sending began.';
COMMENT ON COLUMN messages.begun_at IS 'When sending began; a mail is tried for days from then on, and fails at the end.';
COMMENT ON COLUMN messages.try_count IS 'How often a worker has begun to hand it to the mail server.';
COMMENT ON COLUMN messages.next_try_at IS 'When it is handed over next; -infinity: at once. While a worker hands it over: when another one may take it over. Only rows that are sending are looked for.';
COMMENT ON COLUMN messages.sender_id IS 'The worker process that hands it over now, outside any transaction; NULL between tries.';
COMMENT ON COLUMN messages.last_tried_at IS 'When the last try failed.';
COMMENT ON COLUMN messages.last_answer IS 'What the mail server answered to the last try that failed, or what happened instead of an answer.';

CREATE OR REPLACE FUNCTION claim_message(claimed_consumer text, claimed_message_id uuid)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended(format('message %s %s', claimed_message_id, claimed_consumer), 0)
    ) THEN
        RAISE EXCEPTION 'the message is running' USING ERRCODE = 'IN001';
    END IF;
    IF EXISTS (
        SELECT FROM inbox AS i WHERE i.consumer = claimed_consumer AND i.message_id = claimed_message_id
    ) THEN
        RAISE EXCEPTION 'the message is done' USING ERRCODE = 'IN002';
    END IF;
END
$$;
