"""What the LLM is told: instructions, which stand as data in ``instructions/``, and what the call's template says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict

from callscribe.domain import Brief, Language, Protocol
from deployments.summarizer.llm.lines import Line
from deployments.summarizer.llm.schema import MAX_CITED, MAX_SENTENCES
from deployments.summarizer.templates import TemplateContent

_DELIMITER = "==="


class Instructions(BaseModel):
    """What is said whatever the call, in its language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speaker: str
    rules: str
    notes: str
    digest: str
    glossary: str
    candidates: str
    begin: str
    end: str
    decision: str
    action_item: str

    @classmethod
    def load(cls, language: Language) -> Self:
        """Read the language's file."""
        text = files(__package__).joinpath(f"instructions/{language}.toml").read_text("utf-8")
        return cls.model_validate(tomllib.loads(text))


def names_of(brief: Brief, linguistic: Protocol) -> dict[int, str]:
    """What each voice is called: the name that people gave it, else the one it was heard to bear, else a number."""
    label = Instructions.load(brief.transcript.language).speaker
    heard = {participant.speaker: participant.name for participant in linguistic.participants if participant.name}
    named = heard | brief.speaker_names
    return {speaker: named.get(speaker, f"{label} {speaker}") for speaker in brief.transcript.speakers}


@dataclass(frozen=True)
class Prompt:
    """The prompts of one call, whose voices have these names, for a summary of at most so many sentences."""

    brief: Brief
    linguistic: Protocol
    names: Mapping[int, str]
    sentences: int = MAX_SENTENCES

    @cached_property
    def _said(self) -> Instructions:
        return Instructions.load(self.brief.transcript.language)

    @cached_property
    def _template(self) -> TemplateContent:
        return TemplateContent.load(self.brief.transcript.language, self.brief.template)

    @property
    def rules(self) -> str:
        """The instructions, which are the same for every part of a call."""
        return self._said.rules.format(
            begin=self._said.begin,
            end=self._said.end,
            cited=MAX_CITED,
            speakers=", ".join(dict.fromkeys(self.names.values())),
        ).strip()

    def notes(self, lines: Sequence[Line], shown: Mapping[int, str]) -> str:
        """Ask for the protocol of these lines; ``shown`` is what of each is shown, by number."""
        spoken = (f"{line.number}. {self.names[line.speaker]}: {shown[line.number]}" for line in lines)
        return self._filled(self._said.notes, "\n".join(map(_plain, spoken)), self._candidates(lines, shown))

    def digest(self, notes: Sequence[str]) -> str:
        """Ask for the summary of notes that were taken of the parts."""
        return self._filled(self._said.digest, "\n\n".join(map(_plain, notes)), "")

    def _filled(self, form: str, text: str, candidates: str) -> str:
        template, glossary = self._template, self.brief.glossary
        return form.format(
            about=template.about,
            sentences=self.sentences,
            summary=template.summary,
            key_points=template.key_points,
            decisions=template.decisions,
            action_items=template.action_items,
            look_for=", ".join(template.look_for) + ".",
            glossary=self._said.glossary.format(terms=_plain(", ".join(glossary))) + "\n" if glossary else "",
            candidates=candidates,
            begin=self._said.begin,
            end=self._said.end,
            lines=text,
        ).strip()

    def _candidates(self, lines: Sequence[Line], shown: Mapping[int, str]) -> str:
        """The linguistic layer's decisions and tasks that were said in these lines, with the lines' numbers.

        Not those of a line of which something is withheld.
        """
        withheld = {line.number for line in lines if shown[line.number] != line.text}
        found = [
            *((self._said.decision, point.text, point.at) for point in self.linguistic.decisions),
            *(
                (self._said.action_item, _told(item.owner, item.task, item.due), item.at)
                for item in self.linguistic.action_items
            ),
        ]
        numbered = ((kind, text, numbers_at(at, lines)) for kind, text, at in found)
        points = [
            f"- {kind}: {_plain(text)} {list(numbers)}"
            for kind, text, numbers in numbered
            if numbers and withheld.isdisjoint(numbers)
        ]
        return "\n" + self._said.candidates.format(points="\n".join(points)) if points else ""


def numbers_at(at: Sequence[float], lines: Sequence[Line]) -> tuple[int, ...]:
    """The numbers of the lines in which these seconds are."""
    return tuple(line.number for line in lines if any(line.start <= second <= line.words[-1].end for second in at))


def _told(owner: str | None, task: str, due: str | None) -> str:
    return f"{owner}: {task}" + (f" ({due})" if due else "") if owner else task + (f" ({due})" if due else "")


def _plain(text: str) -> str:
    """Text that cannot end the transcript: the delimiters' sign does not occur in it."""
    return text.replace(_DELIMITER, "=")
