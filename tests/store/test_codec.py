from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.domain import Word
from callscribe.store.codec import (
    decode_cursor,
    decode_json,
    decode_source_id,
    encode_json,
    encode_source_id,
    stored_text,
    words_from_json,
    words_to_json,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=50)
TRICKY_TEXT = st.lists(st.sampled_from(["\0", "\\", "u0000", "005c", "\ud800", '"', "я"]), max_size=20).map("".join)


@given(ANY_TEXT | TRICKY_TEXT)
def test_source_ids_come_back(source_id: str) -> None:
    encoded = encode_source_id(source_id)
    assert decode_source_id(encoded) == source_id
    assert "\0" not in encoded
    encoded.encode("utf-8")


@given(ANY_TEXT | TRICKY_TEXT)
def test_json_keeps_all_but_what_cannot_be_stored(text: str) -> None:
    encoded = encode_json({"text": [text]})
    assert decode_json(encoded) == {"text": [stored_text(text)]}


@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00+14:00|x", "9999-12-31T23:59:59-14:00|x", "2026-01-01T00:00:00Z|\0"]
)
def test_a_cursor_that_names_nothing_that_can_be_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"[Tt]he cursor's"):
        decode_cursor(b64encode(written.encode()).decode())


def test_words_come_back_to_the_millisecond() -> None:
    words = words_from_json([(0, 1, "Да.", 1)])
    assert words == (Word(0.0, 1.0, "Да.", 1.0),)
    assert isinstance(words[0].start, float)
    assert words_to_json([Word(0.12345, 1.0, "Да.", 0.123456)]) == [[0.123, 1.0, "Да.", 0.1235]]
