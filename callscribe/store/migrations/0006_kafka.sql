-- What Kafka brings: who took part in a call. And what it takes: the outbox, which holds what is to be told of tasks,
-- written with the change itself, until somebody has published it. Only connections that ask for it (callscribe.outbox)
-- write there, so that nothing heaps up where nobody publishes.

ALTER TABLE recordings ADD COLUMN participants text[] NOT NULL DEFAULT '{}';

CREATE TABLE outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id     uuid NOT NULL,
    deleted     boolean NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    task        jsonb NOT NULL, -- the recording's and the task's columns as they were
    protocol    jsonb           -- of a completed task
);

CREATE FUNCTION put_into_outbox(changed uuid, is_gone boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('callscribe.outbox', TRUE) IS DISTINCT FROM 'on' THEN
        RETURN;
    END IF;
    -- A task's row is locked by whoever changes it: the ids of its events rise in the order of the commits.
    INSERT INTO outbox (task_id, deleted, task, protocol)
    SELECT tasks.id, is_gone,
        to_jsonb(recordings) || to_jsonb(tasks) || jsonb_build_object('protocol_status', protocols.status),
        CASE WHEN tasks.status = 'completed' THEN protocols.body END
    FROM tasks JOIN recordings USING (id) LEFT JOIN protocols ON task_id = tasks.id
    WHERE tasks.id = changed;
    PERFORM pg_notify('callscribe_outbox', '');
END $$;

CREATE FUNCTION tell_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM put_into_outbox(NEW.id, FALSE);
    RETURN NULL;
END $$;

CREATE FUNCTION tell_of_protocol() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM tasks WHERE id = NEW.task_id AND status = 'completed') THEN
        PERFORM put_into_outbox(NEW.task_id, FALSE);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION tell_of_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM tasks WHERE id = OLD.id FOR UPDATE; -- after whoever is changing it
    PERFORM put_into_outbox(OLD.id, TRUE);
    RETURN OLD;
END $$;

CREATE TRIGGER outbox_new_task AFTER INSERT ON tasks
    FOR EACH ROW EXECUTE FUNCTION tell_of_task();
-- Not the progress within a stage: that is for a screen.
CREATE TRIGGER outbox_changed_task AFTER UPDATE ON tasks
    FOR EACH ROW WHEN ((OLD.status, OLD.stage, OLD.attempts, OLD.error_code) IS DISTINCT FROM
                       (NEW.status, NEW.stage, NEW.attempts, NEW.error_code))
    EXECUTE FUNCTION tell_of_task();
CREATE TRIGGER outbox_changed_recording AFTER UPDATE ON recordings
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION tell_of_task();
CREATE TRIGGER outbox_changed_protocol AFTER UPDATE OF body ON protocols
    FOR EACH ROW EXECUTE FUNCTION tell_of_protocol();
CREATE TRIGGER outbox_removed_recording BEFORE DELETE ON recordings
    FOR EACH ROW EXECUTE FUNCTION tell_of_removal();
