"""What labelled meetings teach: which sentences say a task or a decision, who owes it, and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from benchmarks.protocol.labels import Lesson
from benchmarks.protocol.logistic import Example, fitted
from benchmarks.protocol.meetings import states
from deployments.summarizer.linguistic.engine import owner_name
from deployments.summarizer.linguistic.finder import Kind
from deployments.summarizer.linguistic.judging import Judge, SentenceJudges
from deployments.summarizer.linguistic.links import LinkTraits, reach
from deployments.summarizer.linguistic.owners import Owners

CANDIDATE = 0.4
"""How likely a sentence must be to say something, to be a candidate where no pattern finds one."""
FOLDS = 8
STRENGTH = 0.1
"""The inverse strength of regularization (scikit-learn's C), chosen by leaving meetings out."""

Guesses = Mapping[str, Mapping[Kind, Sequence[float]]]
"""By meetings' names, how likely each sentence says something: of those whose labels do not tell where it is said."""


class Course:
    """Meetings to learn from. What is said where is first learnt from those that tell, to guess it of the others."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = lessons
        self._telling = [one for one in lessons if one.meeting.places]
        self._linking = {one.meeting.name: tuple(_linking(one)) for one in lessons}
        first = {kind: _of_sentences(kind, self._telling, {}) for kind in Kind}
        self._guesses: Guesses = {
            one.meeting.name: {
                kind: [judge.probability(traits) for traits in one.traits] for kind, judge in first.items()
            }
            for one in lessons
            if not one.meeting.places
        }

    def learnt(self, but: Sequence[Lesson] = ()) -> SentenceJudges:
        """What all lessons teach, or all but some."""
        left = {one.meeting.name for one in but}
        lessons = [one for one in self._lessons if one.meeting.name not in left]
        return SentenceJudges(
            tasks=_of_sentences(Kind.TASK, lessons, self._guesses),
            decisions=_of_sentences(Kind.DECISION, lessons, self._guesses),
            owners=fitted([example for one in lessons for example in _owning(one, self._guesses)], STRENGTH, 0.0),
            links=fitted([example for one in lessons for example in self._linking[one.meeting.name]], STRENGTH, 0.0),
        )

    def left_out(self) -> dict[str, SentenceJudges]:
        """For each meeting, by its name, what others teach: an eighth of them is left out in turn."""
        ordered = sorted(self._lessons, key=lambda one: one.meeting.name)
        folds = [ordered[fold::FOLDS] for fold in range(FOLDS)]
        return {one.meeting.name: judges for fold in folds for judges in [self.learnt(fold)] for one in fold}


def _of_sentences(kind: Kind, lessons: Sequence[Lesson], guesses: Guesses) -> Judge:
    examples = [
        (one.traits[place], says) for one in lessons for place, says in one.labels(kind, _guess(kind, one, guesses))
    ]
    return fitted(examples, STRENGTH, CANDIDATE)


def _guess(kind: Kind, lesson: Lesson, guesses: Guesses) -> Sequence[float]:
    return guesses.get(lesson.meeting.name, {}).get(kind, ())


def _owning(lesson: Lesson, guesses: Guesses) -> list[Example]:
    """Who may owe each task, and whether its label names them, where it names one of them."""
    owners, language = Owners(lesson.conversation, lesson.people), lesson.meeting.transcript.language
    examples: list[Example] = []
    for said in lesson.said(Kind.TASK, _guess(Kind.TASK, lesson, guesses)):
        for place in sorted(said.where):
            candidates = owners.candidates(lesson.conversation.utterances[place])
            names = {owner: owner_name(owner, lesson.people, language) or "" for owner in candidates}
            right = {owner: states(name, said.fact[:1]) for owner, name in names.items()}
            examples += [(traits, right[owner]) for owner, traits in candidates.items() if any(right.values())]
    return examples


def _linking(lesson: Lesson) -> Iterator[Example]:
    """What was said before a fact, and whether its labels quote that with it."""
    traits, said = LinkTraits(lesson.conversation), lesson.conversation.utterances
    for place, linked in chain.from_iterable(map(lesson.linked, Kind)):
        for earlier in reach(lesson.conversation, said[place]):
            yield traits.of(said[place], earlier), earlier.place in linked
