-- What a voice is called, said once: as a person has named it, else the source, else the protocol.

-- Of a voice's given names that one which is shown. No DISTINCT, through which PostgreSQL would not look for a name by its
-- index.
CREATE OR REPLACE VIEW shown_names AS
SELECT task_id, speaker, name, origin FROM speaker_names AS given
WHERE origin = 'person' OR NOT EXISTS (
    SELECT FROM speaker_names AS above
    WHERE above.task_id = given.task_id AND above.speaker = given.speaker AND above.origin = 'person');

-- Every voice once, in two parts, each of which has its index of names; without a name where nobody knows one.
CREATE VIEW named_voices AS
SELECT task_id, speaker, created_at, talk_seconds, name FROM voices JOIN shown_names USING (task_id, speaker)
UNION ALL
SELECT task_id, speaker, created_at, talk_seconds, found_name FROM voices
WHERE NOT EXISTS (
    SELECT FROM speaker_names AS given WHERE given.task_id = voices.task_id AND given.speaker = voices.speaker);

-- Voices of transcripts that are being made anew are gone with these.
DELETE FROM voices USING recordings WHERE recordings.id = task_id AND language IS NULL;
