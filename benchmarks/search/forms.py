"""``python -m benchmarks.search.forms``: which other forms of a Russian word stems and lemmas find, and what else.

Every word of the labelled meetings is looked for in all their others. Right is a word with the same most likely lemma,
which makes the dictionary the judge of its own: of the lemmas' row only the homonyms are news.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable

import pymorphy3  # type: ignore[import-untyped]
import snowballstemmer
import typer
from spacy.lang.ru.stop_words import STOP_WORDS

from benchmarks.search.sentences import sentences
from callscribe.domain import Language
from callscribe.search.lemmas import Lemmas
from callscribe.search.words import words_of

_RUSSIAN = re.compile("[а-я]{2,}")

Keys = Callable[[str], Collection[str]]
"""What a word is found by: two words that share one of them find each other."""


def main() -> None:
    """Measure it."""
    said = Counter(word for sentence in sentences(Language.RU) for word in words_of(sentence))
    words = {word: count for word, count in said.items() if _RUSSIAN.fullmatch(word) and word not in STOP_WORDS}
    stemmer, analyzer, lemmas = snowballstemmer.stemmer("russian"), pymorphy3.MorphAnalyzer(), Lemmas()
    right = _found(words, lambda word: [analyzer.parse(word)[0].normal_form])
    ways: dict[str, Keys] = {
        "stems": lambda word: [stemmer.stemWord(word)],
        "lemmas": lemmas.of,
        "both": lambda word: [f"{stemmer.stemWord(word)}-", *lemmas.of(word)],
    }
    typer.echo(f"{sum(words.values())} words, {len(words)} forms")
    for name, keys in ways.items():
        found = _found(words, keys)
        hits = sum(_times(found[word] & right[word], words) * words[word] for word in words)
        recall = hits / sum(_times(right[word], words) * words[word] for word in words)
        precision = hits / sum(_times(found[word], words) * words[word] for word in words)
        typer.echo(f"{name}: recall {recall:.2f}, precision {precision:.2f}")


def _found(words: Iterable[str], keys: Keys) -> dict[str, set[str]]:
    """For each word the others that it finds."""
    groups: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for key in keys(word):
            groups[key].add(word)
    return {word: set().union(*(groups[key] for key in keys(word))) - {word} for word in words}


def _times(words: Iterable[str], said: dict[str, int]) -> int:
    return sum(said[word] for word in words)


if __name__ == "__main__":
    typer.run(main)
