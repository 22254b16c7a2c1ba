"""The linguistic layer as an engine: every point is made of sentences that were said, and shows them."""

from __future__ import annotations

from dataclasses import dataclass

from callscribe.domain import ActionItem, Brief, Language, Participant, ProtocolStatus, Transcript
from callscribe.domain import Protocol as CallProtocol
from callscribe.exports.wording import wording as result_wording
from callscribe.models import Installation
from callscribe.speakers import speaker_label
from deployments.summarizer.linguistic.commitment import Commitment
from deployments.summarizer.linguistic.commitments import Commitments
from deployments.summarizer.linguistic.conversation import Analyst, Conversation
from deployments.summarizer.linguistic.decision import Decision
from deployments.summarizer.linguistic.decisions import Decisions
from deployments.summarizer.linguistic.features import Features
from deployments.summarizer.linguistic.grammar import Grammar
from deployments.summarizer.linguistic.judging import Judges
from deployments.summarizer.linguistic.people import People
from deployments.summarizer.linguistic.pipelines import load_reader
from deployments.summarizer.linguistic.replies import Replies
from deployments.summarizer.linguistic.salience import Ranking
from deployments.summarizer.linguistic.topic import relevance
from deployments.summarizer.linguistic.wording import Wording
from deployments.summarizer.templates import TemplateContent


@dataclass(frozen=True, slots=True)
class Analysis:
    """A conversation, its people, and what may be a commitment or a decision in it, with what speaks for each."""

    conversation: Conversation
    people: People
    features: Features
    commitments: tuple[Commitment, ...]
    decisions: tuple[Decision, ...]


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
        if not transcript.turns:
            silence = result_wording(transcript.language).no_speech
            return CallProtocol(ProtocolStatus.COMPLETE, self.name, 1.0, summary=silence)
        analysis, wording = self.analyse(brief), self._tools[transcript.language].wording
        ranking = _ranking(brief, analysis.conversation)
        return CallProtocol(
            status=ProtocolStatus.COMPLETE,
            engine=self.name,
            coverage=1.0,
            summary=ranking.summary(),
            key_points=ranking.key_points(),
            decisions=tuple(wording.decision(one) for one in self._decided(analysis)),
            action_items=tuple(
                action_item(one, analysis.people, wording, transcript.language) for one in self._owed(analysis)
            ),
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
        people, replies = People(conversation, brief.speaker_names), Replies(conversation)
        return Analysis(
            conversation,
            people,
            Features(conversation, replies),
            tuple(Commitments(conversation, people, replies).find()),
            tuple(Decisions(conversation, replies).find()),
        )

    def wording(self, language: Language) -> Wording:
        """How points of a language that has been analysed are worded."""
        return self._tools[language].wording

    def _load(self, language: Language) -> _Tools:
        grammar = Grammar.load(language)
        reader = load_reader(language, grammar, self._models)
        return _Tools(Analyst(reader, grammar), Wording(grammar.words, reader.infinitive))

    def _owed(self, analysis: Analysis) -> list[Commitment]:
        judge, features = self._judges.commitments, analysis.features
        return [one for one in analysis.commitments if judge.believes(features.of_commitment(one))]

    def _decided(self, analysis: Analysis) -> list[Decision]:
        judge, features = self._judges.decisions, analysis.features
        return [one for one in analysis.decisions if judge.believes(features.of_decision(one))]


def action_item(one: Commitment, people: People, wording: Wording, language: Language) -> ActionItem:
    """Word a commitment: what is to be done, by whom, by when, and where it was said."""
    owner = people.name_of(one.voice) if one.voice is not None else None
    if owner is None and one.voice is not None:
        owner = speaker_label(one.voice, language)
    elif owner is None and one.named is not None:
        owner = people.name(one.named)
    due = one.due.text if one.due is not None else None
    return ActionItem(wording.commitment(one, people), owner, due, tuple(shown.start for shown in one.evidence))


def _ranking(brief: Brief, conversation: Conversation) -> Ranking:
    """Rank the sentences, those first that are of the topic of the brief's template."""
    said, language = conversation.sentences, brief.transcript.language
    topic = TemplateContent.load(language, brief.template).topic
    return Ranking.of(said, language, dict(zip(said, relevance(conversation, topic), strict=True)))


def _participant(speaker: int, transcript: Transcript, ranking: Ranking, people: People) -> Participant:
    return Participant(
        speaker=speaker,
        name=people.name_of(speaker),
        talk_seconds=round(sum(turn.end - turn.start for turn in transcript.turns if turn.speaker == speaker), 3),
        statements=ranking.statements(speaker),
    )
