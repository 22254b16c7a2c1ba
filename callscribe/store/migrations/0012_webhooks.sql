-- Webhooks: what is told of a task's end, and what has come of it. A delivery is made in the transaction that it tells of:
-- for the installation's address, which connections name (callscribe.webhook_url), and for the upload's own. It goes with
-- its task.

ALTER TABLE recordings ADD COLUMN webhook_url text;

-- How tasks stand, for those who are told of them.
CREATE VIEW told_tasks AS
SELECT tasks.id AS task_id,
    to_jsonb(recordings) || to_jsonb(tasks) || jsonb_build_object('protocol_status', protocols.status) AS task,
    CASE WHEN tasks.status = 'completed' THEN protocols.body END AS protocol,
    CASE WHEN tasks.status = 'completed' THEN (
        SELECT jsonb_object_agg(speaker, name) FROM shown_names WHERE shown_names.task_id = tasks.id
    ) END AS names
FROM tasks JOIN recordings USING (id) LEFT JOIN protocols ON protocols.task_id = tasks.id;

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
    SELECT task_id, is_gone, task, CASE WHEN NOT is_gone THEN protocol END, CASE WHEN NOT is_gone THEN names END
    FROM told_tasks WHERE task_id = changed;
    PERFORM pg_notify('callscribe_outbox', '');
END $$;

CREATE TABLE deliveries (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    event_id    bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    task_id     uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    event       text NOT NULL CHECK (event IN ('completed', 'failed', 'revised')),
    url         text NOT NULL,
    host        text NOT NULL GENERATED ALWAYS AS (lower(substring(url FROM '://([^/?#]*)'))) STORED,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    task        jsonb NOT NULL, -- as in the outbox, and so are the next two
    protocol    jsonb,
    names       jsonb,
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts    integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    fence       bigint NOT NULL DEFAULT 0,
    due_at      timestamptz DEFAULT clock_timestamp(), -- when a pause or a lease ends
    ended_at    timestamptz,
    last_status integer,
    last_error  text,
    CONSTRAINT waiting_deliveries_are_due CHECK ((state = 'waiting') = (due_at IS NOT NULL)),
    CONSTRAINT ended_deliveries_have_an_end CHECK ((state = 'waiting') = (ended_at IS NULL))
);

CREATE INDEX deliveries_due ON deliveries (due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_of_task ON deliveries (task_id, event_id);

CREATE FUNCTION put_into_deliveries(changed uuid, what text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO deliveries (task_id, event, url, task, protocol, names)
    SELECT changed, what, url, task, protocol, names
    FROM told_tasks JOIN recordings ON recordings.id = task_id, LATERAL (
        SELECT recordings.webhook_url UNION SELECT NULLIF(current_setting('callscribe.webhook_url', TRUE), '')
    ) AS addressees (url)
    WHERE task_id = changed AND url IS NOT NULL
$$;

CREATE FUNCTION tell_webhooks_of_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM put_into_deliveries(NEW.id, NEW.status);
    RETURN NULL;
END $$;

CREATE FUNCTION tell_webhooks_of_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM tasks WHERE id = NEW.task_id AND status = 'completed') THEN
        PERFORM put_into_deliveries(NEW.task_id, 'revised');
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER webhook_ended_task AFTER UPDATE OF status ON tasks DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.status IN ('completed', 'failed'))
    EXECUTE FUNCTION tell_webhooks_of_end();
-- Not one that is as degraded as before: that is tried every few minutes while the LLM is away.
CREATE CONSTRAINT TRIGGER webhook_revised_protocol AFTER UPDATE OF body ON protocols DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION tell_webhooks_of_revision();
