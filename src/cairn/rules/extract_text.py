"""Free text leaves only after a person has read it: what was read, by whom, and is it so still."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from cairn.rules.cards import extract_text as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.extract_fact import ExtractFact, TextFact
from cairn.rules.vocabulary import Outcome, SpecialClass


def researchers(extract: ExtractFact) -> frozenset[str]:
    """Whoever asks for an extract, receives it, or works with its project (actor ids)."""
    leave = extract.project.authorization
    return frozenset({extract.requester, extract.recipient, *(leave.staff if leave else ())})


def in_the_way(extract: ExtractFact, text: TextFact) -> tuple[Reason, ...]:
    """Why an element of free text may not be prepared with the rest; nothing where it may."""
    asked = _read(replace(text, prepared=text.decided), researchers(extract))
    return tuple(reason for reason in asked if reason.effect is Outcome.DENY)


def texts_read(extract: ExtractFact, on: date) -> Iterator[Reason]:
    """Each element of free text that is in an extract was read, by none of its researchers, and
    what was decided is what was prepared."""
    for text in extract.texts:
        if text.prepared:
            yield from _read(text, researchers(extract))


def _read(text: TextFact, of_the_project: frozenset[str]) -> Iterator[Reason]:
    about = (("element", text.element),)
    counts = (*about, ("n", text.texts - text.read), ("of", text.texts))
    yield _reason(cards.READ, counts, met=0 < text.texts == text.read)
    yield _reason(cards.BY_ANOTHER, about, met=not text.readers & of_the_project)
    yield _reason(cards.AS_READ, about, met=text.prepared == text.decided)
    if SpecialClass.HEALTH in text.classes:
        yield _reason(cards.SAFE_HARBOR, (*about, ("n", text.left)), met=not text.left)


def _reason(card: RuleCard, facts: tuple[tuple[str, str | int], ...], *, met: bool) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, facts)
