-- Recordings and the tasks owed on them, the stages' outputs, transcripts and protocols.
-- A recording and its task share their id.

CREATE TABLE recordings (
    id                 uuid PRIMARY KEY,
    source             text NOT NULL CHECK (source IN ('upload', 'kontur_talk', 'kafka')),
    source_id          text NOT NULL CHECK (octet_length(source_id) <= 2048), -- what a B-tree's row can hold
    meeting_id         text,
    title              text NOT NULL,
    title_folded       text NOT NULL, -- what a search compares: folded by the code, whatever the server's locale
    media_key          text NOT NULL,
    media_bytes        bigint NOT NULL CHECK (media_bytes >= 0),
    media_sha256       text NOT NULL,
    media_type         text NOT NULL,
    requested_language text NOT NULL CHECK (requested_language IN ('auto', 'ru', 'en')),
    num_speakers       integer CHECK (num_speakers > 0),
    recorded_at        timestamptz,
    duration_seconds   double precision CHECK (duration_seconds >= 0),
    language           text CHECK (language IN ('ru', 'en')), -- there is a transcript, even an empty one, where this is
    UNIQUE (source, source_id)
);

CREATE TABLE tasks (
    id            uuid PRIMARY KEY REFERENCES recordings ON DELETE CASCADE,
    status        text NOT NULL DEFAULT 'queued'
                  CHECK (status IN ('queued', 'processing', 'completed', 'failed', 'cancelled')),
    stage         text CHECK (stage IN ('decoding', 'diarizing', 'transcribing', 'summarizing')),
    progress      double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    attempts      integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    fence         bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    queued_at     timestamptz NOT NULL DEFAULT clock_timestamp(), -- the place in the queue
    claimable_at  timestamptz DEFAULT clock_timestamp(), -- when a delay or a lease ends
    started_at    timestamptz,
    finished_at   timestamptz,
    error_code    text,
    error_message text,
    diarizer      text,
    transcriber   text,
    llm           text,
    CONSTRAINT live_tasks_can_be_claimed CHECK ((status IN ('queued', 'processing')) = (claimable_at IS NOT NULL)),
    CONSTRAINT ended_tasks_have_an_end CHECK ((status IN ('queued', 'processing')) = (finished_at IS NULL)),
    CONSTRAINT failed_tasks_say_why CHECK ((status = 'failed') = (error_code IS NOT NULL)),
    CONSTRAINT errors_are_whole CHECK ((error_code IS NULL) = (error_message IS NULL))
) WITH (fillfactor = 70); -- room on each page for the rewrites of progress and lease

CREATE INDEX tasks_claimable ON tasks (queued_at, id) WHERE status IN ('queued', 'processing');
CREATE INDEX tasks_queued ON tasks (queued_at, id) WHERE status = 'queued';
CREATE INDEX tasks_newest ON tasks (created_at, id);
CREATE INDEX tasks_newest_of_status ON tasks (status, created_at, id);

CREATE TABLE stage_outputs (
    task_id  uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    stage    text NOT NULL CHECK (stage IN ('decoding', 'diarizing', 'transcribing', 'summarizing')),
    output   jsonb NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, stage)
);

CREATE TABLE turns (
    task_id       uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    ordinal       integer NOT NULL CHECK (ordinal >= 0),
    start_seconds double precision NOT NULL,
    end_seconds   double precision NOT NULL,
    speaker       integer NOT NULL CHECK (speaker > 0),
    text          text NOT NULL,
    words         jsonb NOT NULL, -- [[start, end, text, confidence], …]
    PRIMARY KEY (task_id, ordinal)
);

CREATE TABLE protocols (
    task_id  uuid PRIMARY KEY REFERENCES tasks ON DELETE CASCADE,
    body     jsonb NOT NULL,
    status   text NOT NULL GENERATED ALWAYS AS (body ->> 'status') STORED
             CHECK (status IN ('pending', 'complete', 'degraded', 'failed')),
    saved_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION announce_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('callscribe_changes', COALESCE(NEW.id, OLD.id)::text);
    RETURN NULL;
END $$;

CREATE FUNCTION announce_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('callscribe_work', '');
    RETURN NULL;
END $$;

-- A renewed lease is no change that anyone waits for.
CREATE TRIGGER task_changes AFTER INSERT OR DELETE OR UPDATE OF status, stage, progress, error_code ON tasks
    FOR EACH ROW EXECUTE FUNCTION announce_change();
CREATE TRIGGER recording_changes AFTER UPDATE ON recordings
    FOR EACH ROW EXECUTE FUNCTION announce_change();
CREATE TRIGGER new_work AFTER INSERT OR UPDATE OF status ON tasks
    FOR EACH ROW WHEN (NEW.status = 'queued') EXECUTE FUNCTION announce_work();
