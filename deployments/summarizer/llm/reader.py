"""Reads texts of one language, what was said and what is claimed."""

from __future__ import annotations

from callscribe.domain import Language
from deployments.summarizer.llm.answering import Answering
from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.english import English
from deployments.summarizer.llm.lexicon import Lexicon
from deployments.summarizer.llm.parsing import Parser
from deployments.summarizer.llm.russian import Russian
from deployments.summarizer.llm.tokens import Token, tokens_of
from deployments.summarizer.llm.words import Form, Morphology


class Reader:
    """Reads one language, with what its lexicon knows."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.lexicon = Lexicon.load(language)
        self._morphology = morphology(language, self.lexicon)
        self._parser = Parser(self.lexicon)
        self._answering = Answering(self.lexicon)

    def clauses(self, text: str) -> tuple[Clause, ...]:
        """Read a text clause by clause."""
        return self._parser.parse(self.tokens(text))

    def agrees(self, text: str) -> bool:
        """Whether a reply agrees to what was said before."""
        return self._answering.agrees(self.tokens(text))

    def declines(self, text: str) -> bool:
        """Whether a reply does not take on what was asked, in whatever words."""
        return self._answering.declines(self.tokens(text))

    def promises(self, text: str) -> tuple[Token, ...]:
        """The verbs with which a reply promises to do what was asked."""
        return self._answering.promises(self.tokens(text))

    def refuses(self, text: str) -> bool:
        """Whether a reply refuses what was said before."""
        return self._answering.refuses(self.tokens(text))

    def forms(self, text: str) -> tuple[Form, ...]:
        """The words of a text that say something, names and times too."""
        return tuple(
            token.form for clause in self.clauses(text) for token in (*clause.names, *clause.exact, *clause.content)
        )

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Cut a text into tokens."""
        return tokens_of(text, self.language, self.lexicon, self._morphology)


def morphology(language: Language, lexicon: Lexicon) -> Morphology:
    """What is known of a language's words by themselves."""
    return Russian() if language is Language.RU else English(lexicon.irregular)
