"""Reads texts of one language, what was said and what is claimed."""

from __future__ import annotations

from callscribe.domain import Language
from deployments.summarizer.llm.clauses import Clause
from deployments.summarizer.llm.lexicon import Lexicon
from deployments.summarizer.llm.parsing import Parser
from deployments.summarizer.llm.tokens import Token, tokens_of
from deployments.summarizer.llm.words import Form, morphology


class Reader:
    """Reads one language, with what its lexicon knows."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._lexicon = Lexicon.load(language)
        self._morphology = morphology(language)
        self._parser = Parser(self._lexicon)

    def clauses(self, text: str) -> tuple[Clause, ...]:
        """Read a text clause by clause."""
        return self._parser.parse(self.tokens(text))

    def agrees(self, text: str) -> bool:
        """Whether a reply agrees to what was said before."""
        return self._parser.agrees(self.tokens(text))

    def refuses(self, text: str) -> bool:
        """Whether a reply refuses what was said before."""
        return self._parser.refuses(self.tokens(text))

    def forms(self, text: str) -> tuple[Form, ...]:
        """The words of a text that say something, names and times too."""
        return tuple(
            token.form for clause in self.clauses(text) for token in (*clause.names, *clause.exact, *clause.content)
        )

    def tokens(self, text: str) -> tuple[Token, ...]:
        """Cut a text into tokens."""
        return tokens_of(text, self.language, self._lexicon, self._morphology)
