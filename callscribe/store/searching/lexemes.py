"""The lexemes of turns, by which they are found: lemmas, which the code makes, and stems, which PostgreSQL does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from callscribe.domain import TaskId
from callscribe.search.lemmas import Lemmas
from callscribe.search.words import words_of

if TYPE_CHECKING:
    from callscribe.store.database import Connection

SAVE_LEXEMES = """
INSERT INTO turn_lexemes (task_id, ordinal, held_at, source, language, speaker, name, lexemes)
SELECT turns.task_id, ordinal, tasks.held_at, source, call.language, turns.speaker, name,
    made.lemmas::tsvector
    || setweight(to_tsvector(CASE call.language WHEN 'ru' THEN 'russian' ELSE 'english' END::regconfig, said), 'D')
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS made (said, lemmas, place)
JOIN turns ON turns.task_id = $1 AND ordinal = place - 1
JOIN tasks ON tasks.id = turns.task_id JOIN recordings AS call ON call.id = turns.task_id
LEFT JOIN named_voices AS voice ON voice.task_id = turns.task_id AND voice.speaker = turns.speaker
ON CONFLICT DO NOTHING
"""

Lexemes = tuple[list[str], list[str]]
"""For each turn its folded words, and its lemmas as a tsvector's text."""


def lexemes_of(texts: Sequence[str], lemmas: Lemmas) -> Lexemes:
    """Prepare the turns of one transcript: the slow part, for a thread."""
    words = [words_of(text) for text in texts]
    return [" ".join(each) for each in words], [lemmas.vector(each) for each in words]


async def save_lexemes(connection: Connection, task_id: TaskId, lexemes: Lexemes) -> None:
    """Let the turns of a task be found, which are stored already."""
    await connection.execute(SAVE_LEXEMES, task_id, *lexemes)
