"""What search asks PostgreSQL."""

from __future__ import annotations

READ = "SELECT websearch_to_tsquery('simple', $1)::text"
STEMS = """
SELECT word, ts_lexize('russian_stem', word) || ts_lexize('english_stem', word) AS stems,
    '{}' IN (ts_lexize('russian_stem', word), ts_lexize('english_stem', word)) AS is_common
FROM unnest($1::text[]) AS word
"""
AGE = """
($1::timestamptz IS NULL OR held_at >= $1)
AND ($2::timestamptz IS NULL OR held_at < $2)
AND ($3::timestamptz IS NULL OR (held_at, task_id, ordinal) < ($3, $4::uuid, $5::integer))
AND ($6::timestamptz IS NULL OR (held_at, task_id, ordinal) >= ($6, $7::uuid, $8::integer))
"""
# Nearly all turns are of completed tasks: those of the others are few, to be gone through or passed over.
COMPLETED = "task_id NOT IN (SELECT id FROM tasks WHERE status IN ('queued', 'processing', 'failed', 'cancelled'))"
OTHERWISE = "task_id = ANY (ARRAY(SELECT id FROM tasks WHERE status = $10))"
TAGS = "turn_tags(held_at, source, language, speaker, name)"
ASKED = "array_remove(turn_tags(NULL, $11, $12, NULL, $13) || voice_tag($14, $15), NULL)"
MATCHES = """
lexemes @@ $9::tsquery
AND ({asked} = '{{}}' OR {tags} @> {asked})
AND ($10::text IS NULL OR {of_status})
"""
NEWEST_FIRST = "ORDER BY held_at DESC, task_id DESC, ordinal DESC"
OF_RECENT = "(SELECT * FROM turn_lexemes WHERE {age} {newest_first} LIMIT $17) AS recent WHERE {matches}"
# `IS TRUE` lets the age be asked of what the index has found: alone it would have all turns of a time read.
BY_INDEX = """
(SELECT * FROM turn_lexemes
 WHERE {matches} AND ($17::timestamptz IS NULL OR {tags} && week_tags($17, $18)) AND ({age}) IS TRUE
 OFFSET 0) AS matching
"""
RANKED = """
WITH newest AS MATERIALIZED (
    SELECT * FROM {turns} {newest_first} LIMIT $16
)
SELECT ts_rank(lexemes, $9::tsquery) AS rank, held_at, task_id, ordinal FROM newest
ORDER BY rank DESC, held_at DESC, task_id DESC, ordinal DESC
"""
RECENT_SPAN = f"""
WITH times AS (
    SELECT max(held_at) AS newest, min(held_at) - interval '1 microsecond' AS beginning
    FROM turn_lexemes WHERE {AGE}
), before AS (SELECT held_at FROM turn_lexemes WHERE {AGE} {NEWEST_FIRST} OFFSET $9 LIMIT 1)
SELECT newest, COALESCE((SELECT held_at FROM before), beginning) AS since, beginning FROM times
"""  # noqa: S608 - of constants alone

SHOWN = """
SELECT turns.task_id, title, source, recordings.language, created_at, recorded_at, tasks.held_at, start_seconds,
    end_seconds,
    turns.speaker, words,
    (SELECT name FROM named_voices AS voice
     WHERE voice.task_id = turns.task_id AND voice.speaker = turns.speaker) AS name,
    (SELECT jsonb_object_agg(lexeme, positions) FROM turn_lexemes, unnest(lexemes)
     WHERE turn_lexemes.task_id = turns.task_id AND turn_lexemes.ordinal = turns.ordinal AND lexeme = ANY($3)) AS places
FROM unnest($1::uuid[], $2::integer[]) WITH ORDINALITY AS found (task_id, ordinal, place)
JOIN turns USING (task_id, ordinal) JOIN tasks ON tasks.id = task_id JOIN recordings ON recordings.id = task_id
ORDER BY place
"""

# One of the newest few: several indexers seldom take the same, and names that somebody has just given wait for hardly
# any transcripts from before.
WAITING = """
SELECT task_id, (SELECT request_id FROM tasks WHERE tasks.id = task_id) AS request_id FROM (
    SELECT task_id FROM search_backlog WHERE task_id <> ALL($1::uuid[]) ORDER BY id DESC LIMIT 10
) AS newest
ORDER BY random() LIMIT 1
"""
# The task's lock keeps its turns as they are.
HOLD = "SELECT TRUE FROM tasks WHERE id = $1 FOR NO KEY UPDATE"
TAKE_OUT = "DELETE FROM search_backlog WHERE task_id = $1"
TEXTS = """
SELECT text FROM turns WHERE task_id = $1 AND NOT EXISTS (SELECT FROM turn_lexemes WHERE task_id = $1) ORDER BY ordinal
"""
TELL_NAMES = """
UPDATE turn_lexemes AS turn SET name = voice.name FROM named_voices AS voice
WHERE turn.task_id = $1 AND voice.task_id = $1 AND voice.speaker = turn.speaker
    AND voice.name IS DISTINCT FROM turn.name
"""
