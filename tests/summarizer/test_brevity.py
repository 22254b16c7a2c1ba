"""A summary has no more words than it may, and is never empty for it."""

from deployments.summarizer.brevity import MAX_SUMMARY_WORDS, fitting

SENTENCE = "Раз два три четыре пять шесть семь."


def test_as_many_sentences_as_there_are_words_for() -> None:
    assert fitting([SENTENCE] * 100) == [SENTENCE] * (MAX_SUMMARY_WORDS // 7)


def test_a_sentence_that_is_longer_by_itself_is_cut_after_a_clause() -> None:
    assert fitting(["раз два три, " * 200]) == ["раз два три, " * 165 + "раз два три…"]


def test_or_after_a_word_where_it_has_no_clauses() -> None:
    (cut,) = fitting(["слово " * 501, SENTENCE])
    assert cut == " ".join(["слово"] * MAX_SUMMARY_WORDS) + "…"


def test_no_sentence_makes_no_summary() -> None:
    assert fitting([]) == []
