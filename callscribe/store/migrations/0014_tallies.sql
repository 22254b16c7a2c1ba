-- What metrics count. Who counts appends a row, within the transaction that it counts, and so waits for nobody. Rows of one
-- kind are folded into one now and then; their sums stay, also when what they counted is deleted.

CREATE TABLE tallies (
    metric text NOT NULL,
    label  text NOT NULL,
    bound  double precision, -- of a histogram: the bucket's, that the values kept to
    number bigint NOT NULL,
    total  numeric NOT NULL  -- of the values; exact: a sum of floats may fall by its last bit when it is taken in another order
);

-- The upper bounds of every histogram's buckets but the last, which has none: seconds, and times real time.
CREATE FUNCTION histogram_bounds() RETURNS double precision[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000}'::double precision[];

CREATE FUNCTION histogram_bound(measured double precision) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT COALESCE(min(bound), 'Infinity') FROM unnest(histogram_bounds()) AS bound WHERE measured <= bound);

CREATE FUNCTION tally(metric text, label text, number integer DEFAULT 1) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tallies VALUES (metric, COALESCE(label, ''), NULL, number, 0)
$$;

CREATE FUNCTION tally_measured(metric text, label text, measured double precision) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tallies SELECT metric, label, histogram_bound(measured), 1, measured WHERE measured >= 0
$$;

-- How many messages each of Kafka's partitions waits for, as whichever consumer has it said last.
CREATE TABLE kafka_lags (
    partition integer PRIMARY KEY,
    lag       bigint NOT NULL,
    told_at   timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION tally_recording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally('files_received', NEW.source);
    RETURN NULL;
END $$;
CREATE TRIGGER tally_new_recording AFTER INSERT ON recordings FOR EACH ROW EXECUTE FUNCTION tally_recording();

CREATE FUNCTION tally_completed(task tasks) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    took double precision := extract(epoch FROM task.finished_at - task.started_at);
    came recordings;
BEGIN
    SELECT * INTO came FROM recordings WHERE id = task.id;
    PERFORM tally('files_processed', came.source);
    IF EXISTS (SELECT FROM stage_outputs WHERE task_id = task.id AND saved_at < task.started_at) THEN
        RETURN; -- the run had a part of the work done for it
    END IF;
    PERFORM tally_measured('processing_duration_seconds', '', took);
    IF took > 0 THEN
        PERFORM tally_measured('processing_times_real_time', '', came.duration_seconds / took);
    END IF;
END $$;

CREATE FUNCTION tally_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'completed' THEN
        PERFORM tally_completed(NEW);
    ELSIF NEW.status = 'failed' THEN
        PERFORM tally('errors', ''), tally('failed_tasks', NEW.error_code);
    ELSIF OLD.status = 'processing' AND NEW.status = 'queued' THEN -- its attempt has failed
        PERFORM tally('errors', '');
    END IF;
    -- Nobody gives a lease up: another worker finds that it has ended.
    IF OLD.status = 'processing' AND (NEW.status = 'processing' OR NEW.error_code = 'attempts_exhausted') THEN
        PERFORM tally('lease_losses', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_changed_task AFTER UPDATE OF status ON tasks
    FOR EACH ROW WHEN (OLD.status <> NEW.status OR OLD.attempts < NEW.attempts) EXECUTE FUNCTION tally_task();

CREATE FUNCTION tally_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally_measured('stage_duration_seconds', NEW.stage, (NEW.output ->> 'seconds')::double precision);
    RETURN NULL;
END $$;
CREATE TRIGGER tally_saved_stage AFTER INSERT OR UPDATE ON stage_outputs FOR EACH ROW EXECUTE FUNCTION tally_stage();

-- How many protocols have been made, and how many there are now that are degraded, by the reason.
CREATE FUNCTION tally_protocol() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.status = 'degraded' THEN
        PERFORM tally('degraded_protocols', OLD.body ->> 'reason_code', -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.status = 'degraded' THEN
        PERFORM tally('degraded_protocols', NEW.body ->> 'reason_code');
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM tally('protocols', NEW.status);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tally_changed_protocol AFTER INSERT OR DELETE OR UPDATE OF body ON protocols
    FOR EACH ROW EXECUTE FUNCTION tally_protocol();
INSERT INTO tallies SELECT 'degraded_protocols', COALESCE(body ->> 'reason_code', ''), NULL, count(*), 0
    FROM protocols WHERE status = 'degraded' GROUP BY body ->> 'reason_code';

CREATE FUNCTION tally_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally('webhook_deliveries', NEW.state);
    RETURN NULL;
END $$;
CREATE TRIGGER tally_ended_delivery AFTER UPDATE OF state ON deliveries
    FOR EACH ROW WHEN (OLD.state <> NEW.state AND NEW.state <> 'waiting') EXECUTE FUNCTION tally_delivery();

CREATE FUNCTION tally_talk_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally('kontur_talk_webhooks', '');
    RETURN NULL;
END $$;
CREATE TRIGGER tally_new_talk_event AFTER INSERT ON talk_events FOR EACH ROW EXECUTE FUNCTION tally_talk_event();
