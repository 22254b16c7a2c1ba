-- Search: what the filters ask for stands in the index beside the words, as tags, so that no row is visited in vain.

-- The name that the turn's voice has now, or had a moment ago.
ALTER TABLE turn_lexemes ADD COLUMN name text;

CREATE FUNCTION week_number(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN floor(extract(epoch FROM moment AT TIME ZONE 'UTC') / 604800);

CREATE FUNCTION voice_tag(language text, speaker integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN 'voice ' || language || ' ' || speaker::text;

-- Of what is not known, or not asked for, there is no tag. Words of a name have no spaces in them, all other tags have.
CREATE FUNCTION turn_tags(held_at timestamptz, source text, language text, speaker integer, name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_remove(ARRAY[
    'week ' || week_number(held_at)::text, 'source ' || source, 'language ' || language, voice_tag(language, speaker)
], NULL) || name_words(name);

CREATE FUNCTION week_tags(since timestamptz, until timestamptz) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT 'week ' || week::text FROM generate_series(week_number(since), week_number(until)) AS week);

DROP INDEX turn_lexemes_said;
CREATE INDEX turn_lexemes_said
    ON turn_lexemes USING gin (lexemes, turn_tags(held_at, source, language, speaker, name)) WITH (fastupdate = off);

-- Transcripts whose turns are to be made ready to be found, or to be told the names that their voices have got. A row is
-- added for each name: that of a name before, which is being worked off, would miss it.
ALTER TABLE search_backlog DROP CONSTRAINT search_backlog_pkey;
ALTER TABLE search_backlog ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
CREATE INDEX search_backlog_tasks ON search_backlog (task_id);
INSERT INTO search_backlog (task_id) SELECT DISTINCT task_id FROM named_voices WHERE name IS NOT NULL;

-- Not of a voice whose task is being deleted.
CREATE FUNCTION owe_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_backlog (task_id)
    SELECT id FROM tasks WHERE id = CASE TG_OP WHEN 'DELETE' THEN OLD.task_id ELSE NEW.task_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER names_for_search AFTER INSERT OR UPDATE OR DELETE ON speaker_names
    FOR EACH ROW EXECUTE FUNCTION owe_names();
CREATE TRIGGER found_names_for_search AFTER UPDATE OF found_name ON voices
    FOR EACH ROW WHEN (OLD.found_name IS DISTINCT FROM NEW.found_name) EXECUTE FUNCTION owe_names();
