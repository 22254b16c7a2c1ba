-- A name that a person gives to a voice stands above the source's own and leaves it there, to come back to.

ALTER TABLE speaker_names DROP CONSTRAINT speaker_names_pkey;
ALTER TABLE speaker_names ADD PRIMARY KEY (task_id, speaker, origin);

CREATE VIEW shown_names AS
SELECT DISTINCT ON (task_id, speaker) task_id, speaker, name, origin
FROM speaker_names ORDER BY task_id, speaker, origin = 'person' DESC;

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
        CASE WHEN told THEN (SELECT jsonb_object_agg(speaker, name) FROM shown_names WHERE task_id = tasks.id) END
    FROM tasks JOIN recordings USING (id) LEFT JOIN protocols ON task_id = tasks.id,
        LATERAL (SELECT tasks.status = 'completed' AND NOT is_gone AS told) AS result
    WHERE tasks.id = changed;
    PERFORM pg_notify('callscribe_outbox', '');
END $$;

CREATE FUNCTION tell_if_completed(changed uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    SELECT status INTO state FROM tasks WHERE id = changed FOR NO KEY UPDATE; -- whoever names holds no lock
    IF state = 'completed' THEN
        PERFORM put_into_outbox(changed, FALSE);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION tell_of_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tell_if_completed(CASE TG_OP WHEN 'DELETE' THEN OLD.task_id ELSE NEW.task_id END);
    RETURN NULL;
END $$;

-- A name that stands below a person's is not shown, and not told.
CREATE FUNCTION tell_of_name() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed speaker_names;
BEGIN
    changed := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    IF changed.origin = 'person' OR NOT EXISTS (
        SELECT FROM speaker_names AS above
        WHERE above.task_id = changed.task_id AND above.speaker = changed.speaker AND above.origin = 'person'
    ) THEN
        PERFORM tell_if_completed(changed.task_id);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER outbox_changed_names ON speaker_names;
CREATE CONSTRAINT TRIGGER outbox_changed_names AFTER INSERT OR UPDATE OR DELETE ON speaker_names
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_of_name();
