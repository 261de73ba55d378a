"""The ways to one element: the dictionary that holds it, the agreements that open it, the packs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.rules.agreement import Agreement
from cairn.rules.authorization import WITHIN
from cairn.rules.cards import agreement as agreements
from cairn.rules.cards import use as cards
from cairn.rules.child import Way
from cairn.rules.circumstance import Notice
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.dictionary import DataDictionary, DataElement, Held, held
from cairn.rules.directory import by_notice
from cairn.rules.element import covered, special_classes
from cairn.rules.footing import Footing, owners
from cairn.rules.listing import file_names, in_file, in_years, listing
from cairn.rules.packs import Surroundings
from cairn.rules.use import AS_A_FILE
from cairn.rules.vocabulary import (
    RECIPIENTS,
    IdentifierClass,
    LegalBasis,
    Level,
    Outcome,
    PartyRole,
    SpecialClass,
)


@dataclass(frozen=True, slots=True)
class Elements:
    """What is known of the elements of a use: dictionaries of its owners, and the agreements."""

    footing: Footing
    dictionaries: tuple[DataDictionary, ...]
    around: Surroundings
    notices: tuple[Notice, ...] = ()

    def entries(self, element: str) -> tuple[DataElement, ...]:
        """What each dictionary says of an element."""
        return _entries(self.dictionaries, element)

    def ladder(self, element: str) -> tuple[str, ...]:
        """The coarser forms of an element, finest first."""
        return tuple(dict.fromkeys(f for e in self.entries(element) for f in e.ladder))

    def classes(self, element: str) -> frozenset[SpecialClass]:
        """The special classes of an element: by the law's own list, and by any dictionary."""
        return special_classes(element, self.around)

    def opened(self, element: str, on: date) -> Iterator[Reason]:
        """The reasons of every agreement that opens the element, else of all that refuse it."""
        refused: list[Reason] = []
        opening: list[Reason] = []
        for agreement in self._giving():
            told = tuple(self._under(agreement, element, on))
            if all(r.effect is Outcome.ALLOW for r in told):
                opening += told
            else:
                refused += told
        if not opening and not refused:
            opening = [r for rule in covered(()) for r in rule(element, on)]
        yield from dict.fromkeys(opening or refused)

    def ways(self, element: str, on: date) -> tuple[Way, ...]:
        """The agreements that open an element, each with its basis and whose data it opens."""
        return tuple(
            Way(agreement.reference, agreement.basis, self._opens(agreement, element))
            for agreement in self._giving()
            if all(r.effect is Outcome.ALLOW for r in self._under(agreement, element, on))
        )

    def _opens(self, agreement: Agreement, element: str) -> frozenset[str]:
        """Whose data it opens to the receiver: a provider that is no recipient has its own alone,
        and not what the others under the same agreement provide (34 CFR 99.33(a)(1))."""
        receiver, whose = self.footing.request.receiver, _whose(agreement, element)
        receives = receiver in agreement.organizations(*RECIPIENTS)
        gives = receiver in agreement.organizations(PartyRole.PROVIDER)
        return whose & {receiver} if gives and not receives else whose

    def _giving(self) -> tuple[Agreement, ...]:
        """The agreements that give something to the receiver itself; else those that let a
        recipient pass it on."""
        receiver, all_of_them = self.footing.request.receiver, self.footing.disclosing
        direct = tuple(
            a for a in all_of_them if receiver in a.organizations(PartyRole.PROVIDER, *RECIPIENTS)
        )
        return direct or all_of_them

    def _under(self, agreement: Agreement, element: str, on: date) -> Iterator[Reason]:
        yield from (r for rule in covered((agreement,), self.around) for r in rule(element, on))
        yield from self._described(agreement, element)
        if agreement.basis is LegalBasis.DIRECTORY:
            yield from self._noticed(agreement, element, on)
        level = self.around.level
        facts = {"agreement": agreement.reference, "element": element}
        yield _reason(
            cards.AGREED_LEVEL,
            met=level in WITHIN[agreement.level],
            level=_words(level),
            agreed=_words(agreement.level),
            **facts,
        )
        first, last = self.footing.first_year, self.footing.last_year
        if terms := tuple(listing(agreement, element)):
            met = any(in_years(term, first, last) for term in terms)
            yield _reason(cards.AGREED_YEARS, met=met, first=first, last=last, **facts)
        if self.footing.request.action in AS_A_FILE and any(t.file_names for t in terms):
            file = self.footing.request.file
            met = any(in_file(term, file) for term in terms)
            named = {"file": file or "(no name)", "named": file_names(terms)}
            yield _reason(agreements.FILE_OF_ELEMENT, met=met, **facts, **named)

    def _described(self, agreement: Agreement, element: str) -> Iterator[Reason]:
        """It stands in a dictionary of the agreement's owners, for the years asked about, and is
        no closer than the level."""
        whose = owners(agreement)
        mine = tuple(d for d in self.dictionaries if d.organization in whose)
        first, last = self.footing.first_year, self.footing.last_year
        facts = {"element": element, "providers": " or ".join(sorted(whose)) or "any provider"}
        answer = held(mine, element, first, last)
        yield _reason(cards.NOT_HELD, met=answer is not Held.NO, **facts)
        if answer is not Held.NO:
            met = bool(first) and bool(last) and answer is Held.YES
            yield _reason(cards.NOT_THOSE_YEARS, met=met, first=first, last=last, **facts)
        level = self.around.level
        fits = level is Level.INDIVIDUAL or all(map(_harmless, _entries(mine, element)))
        yield _reason(cards.TOO_CLOSE, met=fits, element=element, level=_words(level))

    def _noticed(self, agreement: Agreement, element: str, on: date) -> Iterator[Reason]:
        """What each provider's notice to families says of directory information."""
        receiver = self.footing.request.receiver
        for provider in sorted(agreement.organizations(PartyRole.PROVIDER)):
            yield from by_notice(self.notices, provider, agreement.reference, element, receiver, on)


def by_element(elements: Iterable[str], known: Elements, on: date) -> Mapping[str, tuple[Way, ...]]:
    """The ways to each element and to each of its coarser forms."""
    wanted = {f for e in elements for f in (e, *known.ladder(e))}
    return {element: known.ways(element, on) for element in sorted(wanted)}


def _entries(dictionaries: Iterable[DataDictionary], element: str) -> tuple[DataElement, ...]:
    found = (d.find(element) for d in dictionaries)
    return tuple(entry for entry in found if entry is not None)


def _whose(agreement: Agreement, element: str) -> frozenset[str]:
    """Whose data a term opens: the provider that it names, else each owner."""
    named = {t.provider for t in listing(agreement, element)}
    everyone = owners(agreement)
    return everyone if not named or "" in named else everyone & named


def _harmless(entry: DataElement) -> bool:
    """Whether somebody has confirmed that an element does not identify a child by itself."""
    return entry.confirmed and entry.identifier in (IdentifierClass.INDIRECT, IdentifierClass.NONE)


def _words(level: Level) -> str:
    return level.value.replace("_", " ")


def _reason(card: RuleCard, *, met: bool, **facts: str) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
