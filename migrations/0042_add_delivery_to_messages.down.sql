-- Undo of the file of the same number.
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
    -- the transaction may wait for a mail server, which has ten seconds for each of its steps
    PERFORM set_config('idle_in_transaction_session_timeout', '2min', true);
END
$$;

ALTER TABLE messages
    DROP COLUMN last_answer, DROP COLUMN last_tried_at, DROP COLUMN sender_id, DROP COLUMN next_try_at,
    DROP COLUMN try_count, DROP COLUMN begun_at, DROP COLUMN domain;
