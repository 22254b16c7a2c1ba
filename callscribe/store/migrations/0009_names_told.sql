-- Names and a protocol that come while their task is being completed wait for that to end: else neither transaction sees
-- the other's, and nobody is told of the names.

CREATE OR REPLACE FUNCTION tell_of_result() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.task_id ELSE NEW.task_id END;
    state text;
BEGIN
    SELECT status INTO state FROM tasks WHERE id = changed FOR NO KEY UPDATE; -- whoever names holds no lock
    IF state = 'completed' THEN
        PERFORM put_into_outbox(changed, FALSE);
    END IF;
    RETURN NULL;
END $$;
