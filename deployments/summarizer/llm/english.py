"""English words by themselves, each with its stem."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from spacy.lang.en.stop_words import STOP_WORDS

from deployments.summarizer.llm.lexicon import folded
from deployments.summarizer.llm.words import CACHED_FORMS, Form, Stemmer

_NO_PAST = ("eed", "aed")


class English:
    """``irregular``: the base of each form that no stemmer knows: “sent”."""

    def __init__(self, irregular: Mapping[str, str]) -> None:
        self._irregular = irregular
        self._stem = Stemmer("english")
        self.form = lru_cache(CACHED_FORMS)(self._form)

    def _form(self, word: str) -> Form:
        bare = folded(word).removesuffix("'s")
        base = self._irregular.get(bare, bare)
        stem = self._stem(base)
        roots = frozenset({bare, base, stem})
        return Form(
            roots,
            roots,
            stem,
            function=bare in STOP_WORDS or "'" in bare,
            proper=False,
            surely_proper=False,
            known=False,
            tenses=frozenset({"past"} if _is_past(bare, base) else ()),
        )


def _is_past(word: str, base: str) -> bool:
    return word != base or (word.endswith("ed") and not word.endswith(_NO_PAST))
