-- One event a task and transaction, which says how the task stands at the transaction's end; with the speakers' names
-- as the result shows them; of a removed task no result. An event that cannot be told is set aside.

ALTER TABLE outbox ADD COLUMN names jsonb; -- {"1": "Иван", …} of a completed task
ALTER TABLE outbox ADD COLUMN trouble text; -- why it was set aside
UPDATE outbox SET protocol = NULL WHERE deleted;

CREATE INDEX outbox_of_task ON outbox (task_id, id);

CREATE OR REPLACE FUNCTION put_into_outbox(changed uuid, is_gone boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('callscribe.outbox', TRUE) IS DISTINCT FROM 'on' THEN
        RETURN;
    END IF;
    -- All changes come before the first of the deferred triggers: what that one has told, the others need not.
    IF NOT is_gone AND EXISTS (SELECT FROM outbox WHERE task_id = changed AND xmin = pg_current_xact_id()::xid) THEN
        RETURN;
    END IF;
    -- A task's row is locked by whoever changes it: the ids of its events rise in the order of the commits.
    INSERT INTO outbox (task_id, deleted, task, protocol, names)
    SELECT tasks.id, is_gone,
        to_jsonb(recordings) || to_jsonb(tasks) || jsonb_build_object('protocol_status', protocols.status),
        CASE WHEN told THEN protocols.body END,
        CASE WHEN told THEN (SELECT jsonb_object_agg(speaker, name) FROM speaker_names WHERE task_id = tasks.id) END
    FROM tasks JOIN recordings USING (id) LEFT JOIN protocols ON task_id = tasks.id,
        LATERAL (SELECT tasks.status = 'completed' AND NOT is_gone AS told) AS result
    WHERE tasks.id = changed;
    PERFORM pg_notify('callscribe_outbox', '');
END $$;

-- Of a protocol or of names, which a completed task shows, and a removed one no more.
CREATE FUNCTION tell_of_result() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.task_id ELSE NEW.task_id END;
BEGIN
    PERFORM FROM tasks WHERE id = changed AND status = 'completed' FOR NO KEY UPDATE; -- whoever names holds no lock
    IF FOUND THEN
        PERFORM put_into_outbox(changed, FALSE);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER outbox_new_task ON tasks;
DROP TRIGGER outbox_changed_task ON tasks;
DROP TRIGGER outbox_changed_recording ON recordings;
DROP TRIGGER outbox_changed_protocol ON protocols;
DROP FUNCTION tell_of_protocol;

CREATE CONSTRAINT TRIGGER outbox_new_task AFTER INSERT ON tasks DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION tell_of_task();
-- Not the progress within a stage: that is for a screen.
CREATE CONSTRAINT TRIGGER outbox_changed_task AFTER UPDATE ON tasks DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((OLD.status, OLD.stage, OLD.attempts, OLD.error_code) IS DISTINCT FROM
                       (NEW.status, NEW.stage, NEW.attempts, NEW.error_code))
    EXECUTE FUNCTION tell_of_task();
CREATE CONSTRAINT TRIGGER outbox_changed_recording AFTER UPDATE ON recordings DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION tell_of_task();
CREATE CONSTRAINT TRIGGER outbox_changed_protocol AFTER UPDATE OF body ON protocols DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION tell_of_result();
CREATE CONSTRAINT TRIGGER outbox_changed_names AFTER INSERT OR UPDATE OR DELETE ON speaker_names
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_of_result();
