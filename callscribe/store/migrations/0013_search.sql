-- Search: what is looked for in every turn, apart from the turns themselves, whose words make their rows wide. What the
-- filters ask for stands beside it, so that no other table is read for turns that are not shown.

-- When the call was: when it began, where that is known, but no later than its recording came. By this it is listed and found.
ALTER TABLE tasks ADD COLUMN held_at timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE tasks SET held_at = LEAST(recorded_at, created_at) FROM recordings WHERE recordings.id = tasks.id;
CREATE INDEX tasks_latest ON tasks (held_at, id);
CREATE INDEX tasks_latest_of_status ON tasks (status, held_at, id);
DROP INDEX tasks_newest_of_status;

CREATE TABLE turn_lexemes (
    task_id    uuid NOT NULL,
    ordinal    integer NOT NULL,
    held_at    timestamptz NOT NULL, -- the task's
    source     text NOT NULL,
    language   text NOT NULL,
    speaker    integer NOT NULL,
    lexemes    tsvector NOT NULL, -- lemmas with weight A at the places of their words, behind them stems with weight D
    PRIMARY KEY (task_id, ordinal),
    FOREIGN KEY (task_id, ordinal) REFERENCES turns ON DELETE CASCADE
);

CREATE INDEX turn_lexemes_said ON turn_lexemes USING gin (lexemes) WITH (fastupdate = off);
CREATE INDEX turn_lexemes_newest ON turn_lexemes (held_at, task_id, ordinal);
-- How common each word is tells whether to look for it by the index or from the newest turn on.
ALTER TABLE turn_lexemes ALTER COLUMN lexemes SET STATISTICS 500;

-- Transcripts whose turns' lexemes are still to be made, which takes a dictionary that PostgreSQL has not.
CREATE TABLE search_backlog (
    task_id uuid PRIMARY KEY REFERENCES tasks ON DELETE CASCADE
);
INSERT INTO search_backlog SELECT DISTINCT task_id FROM turns;

-- A name's words, as names are compared: without cases and the dots of ё, whatever the server's locale.
CREATE FUNCTION name_words(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN string_to_array(
    translate(lower(name), 'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё', 'абвгдеежзийклмнопрстуфхцчшщъыьэюяе'), ' ');

-- The voices of each recording: for how long they speak, and the names that the protocol has found for them, out of its body.
CREATE TABLE voices (
    task_id      uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    speaker      integer NOT NULL CHECK (speaker > 0),
    created_at   timestamptz NOT NULL, -- the task's
    talk_seconds double precision NOT NULL,
    found_name   text,
    PRIMARY KEY (task_id, speaker)
);

CREATE FUNCTION found_name(protocol jsonb, voice integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT participant ->> 'name' FROM jsonb_array_elements(protocol -> 'participants') AS participant
    WHERE (participant ->> 'speaker')::integer = voice LIMIT 1
);

INSERT INTO voices (task_id, speaker, created_at, talk_seconds)
SELECT task_id, speaker, created_at, sum(end_seconds - start_seconds) FROM turns JOIN tasks ON tasks.id = task_id
GROUP BY task_id, speaker, created_at;
UPDATE voices SET found_name = found_name(body, speaker) FROM protocols WHERE protocols.task_id = voices.task_id;

CREATE INDEX voices_newest ON voices (created_at);
CREATE INDEX voices_found_names ON voices USING gin (name_words(found_name));
CREATE INDEX speaker_names_words ON speaker_names USING gin (name_words(name));

CREATE FUNCTION keep_found_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE voices SET found_name = NULL WHERE task_id = OLD.task_id;
    ELSE
        UPDATE voices SET found_name = found_name(NEW.body, speaker) WHERE task_id = NEW.task_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER found_names AFTER INSERT OR DELETE OR UPDATE OF body ON protocols
    FOR EACH ROW EXECUTE FUNCTION keep_found_names();
