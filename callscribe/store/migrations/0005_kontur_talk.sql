-- Kontur Talk: its recordings from the moment that one is heard of, its webhook, how far the poller has looked; and who
-- the speakers are, by the source's own word or by a person's.

CREATE TABLE arrivals (
    key               text PRIMARY KEY CHECK (octet_length(key) BETWEEN 1 AND 512),
    found_by          text NOT NULL CHECK (found_by IN ('webhook', 'poller', 'hand')),
    state             text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'fetching', 'imported', 'failed')),
    title             text,
    recording_id      uuid NOT NULL DEFAULT gen_random_uuid(), -- fixed before the first try: the next overwrites its blob
    task_id           uuid REFERENCES tasks ON DELETE SET NULL,
    arrived_at        timestamptz NOT NULL DEFAULT now(),
    since             timestamptz NOT NULL DEFAULT now(), -- from when on patience counts
    attempts          integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    fence             bigint NOT NULL DEFAULT 0,
    due_at            timestamptz DEFAULT now(), -- when a pause or a lease ends
    error_code        text,
    error_message     text,
    transcript        text NOT NULL DEFAULT 'awaited' CHECK (transcript IN ('awaited', 'taken', 'none')),
    transcript_due_at timestamptz,
    CONSTRAINT unfetched_arrivals_are_due CHECK ((state IN ('waiting', 'fetching')) = (due_at IS NOT NULL)),
    CONSTRAINT failed_arrivals_say_why CHECK (state <> 'failed' OR error_code IS NOT NULL),
    CONSTRAINT arrivals_errors_are_whole CHECK ((error_code IS NULL) = (error_message IS NULL))
);

CREATE INDEX arrivals_due ON arrivals (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX arrivals_newest ON arrivals (arrived_at, key);
CREATE INDEX transcripts_due ON arrivals (transcript_due_at) WHERE state = 'imported' AND transcript = 'awaited';

-- Events that were taken, so that one that is sent again changes nothing.
CREATE TABLE talk_events (
    event_id    text PRIMARY KEY CHECK (octet_length(event_id) <= 200),
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX talk_events_oldest ON talk_events (received_at);

CREATE TABLE talk_webhooks (
    webhook_key text PRIMARY KEY,
    url         text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE talk_activations (
    activation_key text PRIMARY KEY CHECK (octet_length(activation_key) <= 1000),
    received_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE talk_poll (
    one       boolean PRIMARY KEY DEFAULT TRUE CHECK (one),
    beginning timestamptz NOT NULL, -- before which nothing is taken, however far back a look goes
    watermark timestamptz NOT NULL,
    polled_at timestamptz,
    trouble   text
);

-- Who spoke when by the source's own word: one row a participant, spans as [[start, end], …] in seconds.
CREATE TABLE tracks (
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    ordinal integer NOT NULL CHECK (ordinal >= 0),
    name    text NOT NULL,
    spans   jsonb NOT NULL,
    PRIMARY KEY (task_id, ordinal)
);

CREATE TABLE speaker_names (
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    speaker integer NOT NULL CHECK (speaker > 0),
    name    text NOT NULL,
    origin  text NOT NULL CHECK (origin IN ('person', 'kontur_talk')),
    PRIMARY KEY (task_id, speaker)
);
