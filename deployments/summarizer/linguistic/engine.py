"""The linguistic layer as an engine: every point is made of sentences that were said, and shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Self

from callscribe.domain import ActionItem, Brief, Language, Participant, Point, ProtocolStatus, Transcript
from callscribe.domain import Protocol as CallProtocol
from callscribe.exports.wording import wording as result_wording
from callscribe.models import Installation
from callscribe.speakers import speaker_label
from deployments.summarizer.linguistic.agenda import Agenda
from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.commitments import Commitments
from deployments.summarizer.linguistic.conversation import Analyst, Conversation
from deployments.summarizer.linguistic.decision import Decision
from deployments.summarizer.linguistic.decisions import Decisions
from deployments.summarizer.linguistic.features import Features
from deployments.summarizer.linguistic.finder import Finder
from deployments.summarizer.linguistic.grammar import Grammar
from deployments.summarizer.linguistic.judging import Judges, PointJudges, SentenceJudges
from deployments.summarizer.linguistic.links import Links
from deployments.summarizer.linguistic.people import Owner, People
from deployments.summarizer.linguistic.pipelines import load_reader
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.salience import Ranking
from deployments.summarizer.linguistic.summary import OF_A_KIND, Outcomes, summary
from deployments.summarizer.linguistic.telling import quoted, tells
from deployments.summarizer.linguistic.topic import relevance
from deployments.summarizer.linguistic.wording import Wording
from deployments.summarizer.orders import WITHHELD, Orders
from deployments.summarizer.templates import TemplateContent


@dataclass(frozen=True, slots=True)
class Analysis:
    """A conversation, its people and replies, and what may be a commitment or a decision, with what speaks for each."""

    conversation: Conversation
    people: People
    replies: Replies
    finder: Finder
    features: Features
    commitments: tuple[Commitment, ...]
    decisions: tuple[Decision, ...]

    @classmethod
    def of(cls, conversation: Conversation, people: People, judges: SentenceJudges) -> Self:
        """Find every candidate of a conversation."""
        replies, finder, agenda = Replies(conversation), Finder(judges, conversation, people), Agenda(conversation)
        links = Links(judges.links, conversation)
        return cls(
            conversation,
            people,
            replies,
            finder,
            Features(conversation, replies, finder),
            tuple(Commitments(conversation, people, replies, finder, agenda=agenda, links=links).find()),
            tuple(Decisions(conversation, replies, finder, agenda=agenda, links=links).find()),
        )


@dataclass(frozen=True, slots=True)
class _Tools:
    analyst: Analyst
    wording: Wording


class LinguisticEngine:
    """Reads the whole transcript by morphology, patterns and a graph of sentences. Not thread-safe.

    Raises ``ModelUnavailable`` at the first transcript of a language whose weights are not here.
    """

    def __init__(self, models: Installation) -> None:
        self._models = models
        self._judges = Judges.load()
        self._tools: dict[Language, _Tools] = {}

    @property
    def name(self) -> str:
        """As results name it."""
        return "linguistic"

    def summarize(self, brief: Brief) -> CallProtocol:
        """Make the protocol."""
        transcript = brief.transcript
        if not transcript.word_count:
            silence = result_wording(transcript.language).no_speech
            return CallProtocol(ProtocolStatus.COMPLETE, self.name, 1.0, summary=silence)
        heard = Orders.load(transcript.language).without(transcript)
        analysis, wording = self.analyse(replace(brief, transcript=heard)), self._tools[transcript.language].wording
        decided, owed = self._decided(analysis), self._owed(analysis)
        decisions = tuple(wording.decision(one) for _, one in decided)
        items = tuple(action_item(one, analysis.people, wording, transcript.language) for _, one in owed)
        ranking = _ranking(brief, analysis, wording)
        unlisted = ranking.without(seconds_of(decisions, items))
        outcomes = (_weighed(decided, decisions), _weighed(owed, items))
        return CallProtocol(
            status=ProtocolStatus.COMPLETE,
            engine=self.name,
            coverage=heard.word_count / transcript.word_count,
            summary=summary(*outcomes, unlisted.key_points(OF_A_KIND)) or ranking.opening or WITHHELD,
            key_points=unlisted.key_points(),
            decisions=decisions,
            action_items=items,
            participants=tuple(
                _participant(speaker, transcript, ranking, analysis.people) for speaker in transcript.speakers
            ),
        )

    def analyse(self, brief: Brief) -> Analysis:
        """Find every candidate, before any is judged."""
        language = brief.transcript.language
        if language not in self._tools:
            self._tools[language] = self._load(language)
        conversation = self._tools[language].analyst.analyse(brief.transcript)
        return Analysis.of(conversation, People(conversation, brief.speaker_names), self._judges.sentences)

    def wording(self, language: Language) -> Wording:
        """How points of a language that has been analysed are worded."""
        return self._tools[language].wording

    def _load(self, language: Language) -> _Tools:
        grammar = Grammar.load(language)
        reader = load_reader(language, grammar, self._models)
        return _Tools(Analyst(reader, grammar), Wording(grammar.words, reader.infinitive))

    def _owed(self, analysis: Analysis) -> list[tuple[float, Commitment]]:
        judge, features = self._judges_of(analysis).commitments, analysis.features
        return judge.believed((one, features.of_commitment(one)) for one in analysis.commitments)

    def _decided(self, analysis: Analysis) -> list[tuple[float, Decision]]:
        judge, features = self._judges_of(analysis).decisions, analysis.features
        return judge.believed((one, features.of_decision(one)) for one in analysis.decisions)

    def _judges_of(self, analysis: Analysis) -> PointJudges:
        return self._judges.talks if analysis.finder.knows else self._judges.short


def action_item(one: Commitment, people: People, wording: Wording, language: Language) -> ActionItem:
    """Word a commitment: what is to be done, by whom, by when, and where it was said."""
    owner = owner_name(one.owner, people, language)
    due = one.due.text if one.due is not None else None
    return ActionItem(wording.commitment(one, people), owner, due, tuple(shown.start for shown in one.evidence))


def owner_name(owner: Owner, people: People, language: Language) -> str | None:
    """How an owner is called in a protocol."""
    voice, named = owner
    if voice is None:
        return None if named is None else people.name(named)
    return people.name_of(voice) or speaker_label(voice, language)


def seconds_of(decisions: Iterable[Point], items: Iterable[ActionItem]) -> frozenset[float]:
    """When the decisions and tasks of a protocol were said."""
    return frozenset(chain(*(point.at for point in decisions), *(item.at for item in items)))


def _weighed(found: Sequence[tuple[float, Commitment | Decision]], points: Sequence[Point | ActionItem]) -> Outcomes:
    """Give each point its worth to a summary: its probability, less where it is only understood with others."""
    return [(chance - (not one.is_clear), point) for (chance, one), point in zip(found, points, strict=True)]


def _ranking(brief: Brief, analysis: Analysis, wording: Wording) -> Ranking:
    """Rank what tells something, and where nothing does all that was said; first what is of the template's topic."""
    conversation, language, replies = analysis.conversation, brief.transcript.language, analysis.replies
    standing = [one for one in conversation.utterances if not replies.deny(one)]
    telling = [one for one in standing if tells(one) and not replies.laugh(one)]
    chosen = telling or standing or conversation.utterances
    said = [quoted(one, wording) if telling else conversation.sentences[one.place] for one in chosen]
    topic = TemplateContent.load(language, brief.template).topic
    return Ranking.of(said, language, dict(zip(said, relevance(chosen, topic), strict=True)))


def _participant(speaker: int, transcript: Transcript, ranking: Ranking, people: People) -> Participant:
    return Participant(
        speaker=speaker,
        name=people.name_of(speaker),
        talk_seconds=round(sum(turn.end - turn.start for turn in transcript.turns if turn.speaker == speaker), 3),
        statements=ranking.statements(speaker),
    )
