"""Each child of a use: roster, opt-outs, holds, and for each element a lawful way to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.rules.cards import consent as consents
from cairn.rules.cards import directory, exceptions, release, school_official, special
from cairn.rules.cards import use as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decision import PEOPLE, PeopleAnswer, Reason
from cairn.rules.element import usually_kept_back
from cairn.rules.people import ConsentCase, Occasion, PersonFact, Shape, shape
from cairn.rules.policy import Policy
from cairn.rules.population import NO_YEARS, Periods, Place, Population, in_words, placing
from cairn.rules.rights import LACKS, Lack
from cairn.rules.vocabulary import (
    LegalBasis,
    OptOutScope,
    OrganizationKind,
    Outcome,
    Purpose,
)

ONE_OCCASION: Final[Mapping[LegalBasis, str]] = MappingProxyType(
    {
        LegalBasis.EMERGENCY: "emergency",
        LegalBasis.TRANSFER: "transfer of enrollment",
        LegalBasis.SUBPOENA: "order or subpoena",
    }
)
"""Bases that cover the children whom one occasion concerns, and how the occasion is called."""

_NOT_LEFT_TO_CHOICE: Final = frozenset({*ONE_OCCASION, LegalBasis.CHILD_WELFARE})
"""Bases on which the law does not leave the sharing to choice: no opt-out reaches them, and they
wait for no nation's approval."""

_A_PERSON_OPENS: Final[Mapping[LegalBasis, tuple[RuleCard, RuleCard]]] = MappingProxyType(
    {
        LegalBasis.EMERGENCY: (exceptions.KEPT_BACK, exceptions.KEPT_BACK_UNKNOWN),
        LegalBasis.SUBPOENA: (exceptions.ORDER_KEPT_BACK, exceptions.ORDER_KEPT_BACK_UNKNOWN),
    }
)
"""Where a named person decides what is kept back, and what is asked: it is kept back, or nobody has
said. Nobody is lost in an emergency to a form that was not filled in (34 CFR 99.36). A court may
order what a school keeps back, and then the school, its counsel and the notice that lets a family
seek protection settle it, not a machine (99.31(a)(9)(ii))."""

_NO_OCCASION: Final[frozenset[Occasion]] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to an element: an agreement, its basis, and the organizations whose data it opens."""

    agreement: str
    basis: LegalBasis
    providers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked of each child of one use.

    ``ways`` are those to each element that the agreements open. With ``caseload`` a child must be
    on the receiver's own roster (34 CFR 99.31(a)(1)(ii)). ``nations`` are those that approved,
    ``occasions`` what one occasion opens of a child, ``answered`` the questions about a child that
    a person has answered: card and child; for one occasion its id, a blank, and the child.
    ``revocable`` are the elements for which a consent has to say that it may be taken back.
    ``populations`` are whom each agreement (by reference) is about, in the school ``years`` of the
    use; one that is not named there leaves nobody out.
    """

    ways: Mapping[str, tuple[Way, ...]]
    receiver: str
    kind: OrganizationKind | None
    purpose: Purpose
    caseload: bool
    policy: Policy
    nations: frozenset[str] = frozenset()
    occasions: Mapping[str, frozenset[Occasion]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    answered: frozenset[tuple[str, str]] = frozenset()
    revocable: frozenset[str] = frozenset()
    populations: Mapping[str, Population] = field(default_factory=lambda: MappingProxyType({}))
    years: Periods = NO_YEARS


@dataclass(frozen=True, slots=True)
class Finding:
    """One card about every child of a shape; ``facts`` without the number of children, ``where``
    the clause of an agreement."""

    card: RuleCard
    effect: Outcome
    facts: tuple[tuple[str, str], ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Judgment:
    """The answer for every child of one shape: the elements that are allowed, and why."""

    outcome: Outcome
    allowed: frozenset[str]
    findings: tuple[Finding, ...]


def each_child(
    ids: Iterable[str],
    people: Mapping[str, PersonFact],
    terms: Terms,
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """The answer for every child asked about. One that is not in ``people`` is unknown: denied."""
    outcomes: dict[str, Outcome] = {}
    partly: dict[str, frozenset[str]] = {}
    told: dict[Finding, list[str]] = defaultdict(list)
    for case, members in _cases(ids, people, terms, on).items():
        judged = _UNKNOWN if case is None else judge(case, terms, elements, on)
        outcomes.update(dict.fromkeys(members, judged.outcome))
        if judged.outcome is Outcome.ALLOW_SUBSET:
            partly.update(dict.fromkeys(members, judged.allowed))
        for finding in judged.findings:
            told[finding].extend(members)
    reasons = (_reason(finding, members) for finding, members in told.items())
    in_order = tuple(sorted(reasons, key=_order))
    return PeopleAnswer(outcomes, everyone=True, partly=partly, reasons=in_order)


def _cases(
    ids: Iterable[str], people: Mapping[str, PersonFact], terms: Terms, on: date
) -> dict[Shape | None, list[str]]:
    """The children by their case; ``None`` is the case of those nobody knows."""
    passes, occasions = terms.policy.rights_pass_at_18, terms.occasions
    settled = {about.rpartition(" ")[2] for _card, about in terms.answered}
    cases: dict[Shape | None, list[str]] = defaultdict(list)
    placed = placing(terms.populations, terms.years) if terms.populations else None
    for one in ids:
        person = people.get(one)
        case = None
        if person is not None:
            mine = occasions.get(one, _NO_OCCASION)
            case = shape(person, on, passes=passes, occasions=mine)
            if placed is not None:
                where = placed(person.birth_date, person.enrollments)
                case = case._replace(places=where)  # noqa: SLF001 - a named tuple's own method
            if one in settled:
                case = _answered(case, one, terms.answered)
        cases[case].append(one)
    return cases


def _answered(case: Shape, child: str, answered: frozenset[tuple[str, str]]) -> Shape:
    """The case once the questions that a person has answered are out of it."""
    return case._replace(  # noqa: SLF001 - a named tuple's own method
        conflict=case.conflict and (consents.CONFLICT.id, child) not in answered,
        order=case.order and (consents.COURT_ORDER.id, child) not in answered,
        opened=frozenset(
            (card, occasion)
            for card, about in answered
            for occasion, _, named in (about.rpartition(" "),)
            if named == child and occasion
        ),
    )


def judge(case: Shape, terms: Terms, elements: frozenset[str], on: date) -> Judgment:
    """One case: what holds for the whole child, then each element by itself."""
    whole = tuple(_whole(case, terms))
    answers: dict[str, Outcome] = {}
    told: list[Finding] = []
    for element in sorted(elements):
        answers[element], reasons = _element(case, terms, element, on)
        told += reasons
    allowed = frozenset(e for e, answer in answers.items() if answer is Outcome.ALLOW)
    effects = {f.effect for f in whole}
    outcome = _weigh(effects, set(answers.values()), all_of_them=allowed == elements)
    return Judgment(outcome, allowed, tuple(dict.fromkeys((*whole, *told))))


def _weigh(whole: set[Outcome], answers: set[Outcome], *, all_of_them: bool) -> Outcome:
    """One answer for a child: nothing about the whole refuses, and some element is allowed."""
    if Outcome.DENY in whole or answers <= {Outcome.DENY}:
        return Outcome.DENY
    if Outcome.NEEDS_PERSON in whole or Outcome.ALLOW not in answers:
        return Outcome.NEEDS_PERSON
    return Outcome.ALLOW if all_of_them else Outcome.ALLOW_SUBSET


def _whole(case: Shape, terms: Terms) -> Iterator[Finding]:
    """What holds for the whole child, whichever element is asked for."""
    if terms.caseload:
        on_roster = terms.receiver in case.organizations | case.claimed
        effect = Outcome.ALLOW if on_roster else Outcome.DENY
        yield Finding(school_official.ROSTER, effect, (("organization", terms.receiver),))
    if case.hold:
        yield Finding(consents.HOLD, Outcome.DENY)


def _left_to_choice(case: Shape, terms: Terms) -> Iterator[Finding]:
    """What the family and the child's nations have said about sharing that the law leaves open."""
    if case.nations is None:
        yield Finding(cards.NATIONS_UNKNOWN, Outcome.DENY)
    elif not case.nations <= terms.nations:
        yield Finding(cards.NATION, Outcome.DENY)
    if case.opted_out is None:
        yield Finding(cards.OPT_OUTS_UNKNOWN, Outcome.DENY)
    elif OptOutScope.ALL_DISCRETIONARY in case.opted_out:
        yield Finding(release.OPTED_OUT, Outcome.DENY)
    if case.conflict:
        yield Finding(consents.CONFLICT, Outcome.NEEDS_PERSON)


def _element(
    case: Shape, terms: Terms, element: str, on: date
) -> tuple[Outcome, tuple[Finding, ...]]:
    """The best way to one element of this child; where none leads there, why each does not."""
    ways = terms.ways[element]
    if _may_be_kept_back(case, element):
        # Where a person may open it, that person is asked `_along` the way.
        follows = _follows(case, element)
        ways = tuple(w for w in ways if w.basis in _A_PERSON_OPENS or w.basis in follows)
        if not ways:
            return Outcome.DENY, (_kept_back(case, element),)
    # What a program has of its own about a child on its list is its own to open.
    linked = case.organizations | case.claimed
    mine = [way for way in ways if way.providers & linked]
    if not mine:
        owners = sorted({p for way in ways for p in way.providers})
        facts = (("element", element), ("providers", ", ".join(owners)))
        return Outcome.DENY, (Finding(cards.NOT_ENROLLED, Outcome.DENY, facts),)
    refused: list[Finding] = []
    for way in mine:
        told = tuple(_along(case, terms, way, element, on))
        if all(f.effect is Outcome.ALLOW for f in told):
            return Outcome.ALLOW, told
        refused += told
    asks = any(_asks(_along(case, terms, way, element, on)) for way in mine)
    return (Outcome.NEEDS_PERSON if asks else Outcome.DENY), tuple(refused)


def _asks(findings: Iterable[Finding]) -> bool:
    """Whether nothing refuses, and a person could still allow."""
    effects = {f.effect for f in findings}
    return Outcome.NEEDS_PERSON in effects and Outcome.DENY not in effects


def _along(case: Shape, terms: Terms, way: Way, element: str, on: date) -> Iterator[Finding]:
    """What the basis of one way asks of this child."""
    yield from _meant(case, terms, way)
    # A family that says yes to a program says itself that the program serves its child.
    if terms.caseload and way.basis is not LegalBasis.CONSENT:
        yield _confirmed(case, terms)
    if way.basis not in _NOT_LEFT_TO_CHOICE:
        yield from _left_to_choice(case, terms)
    if way.basis is LegalBasis.CONSENT:
        yield from _consented(case, terms, element, on)
    elif way.basis is LegalBasis.DIRECTORY:
        declined = OptOutScope.DIRECTORY in (case.opted_out or ())
        effect = Outcome.DENY if declined else Outcome.ALLOW
        yield Finding(directory.DIRECTORY_OPT_OUT, effect)
    elif way.basis is LegalBasis.CHILD_WELFARE:
        placed = bool(terms.receiver) and case.placement == terms.receiver
        facts = (("organization", terms.receiver), ("on", on.isoformat()))
        effect = Outcome.ALLOW if placed else Outcome.DENY
        yield Finding(exceptions.PLACEMENT, effect, facts)
    elif way.basis in ONE_OCCASION:
        happened = any((way.basis, owner) in case.occasions for owner in way.providers)
        occasion = ("occasion", ONE_OCCASION[way.basis])
        facts = (occasion, ("organization", terms.receiver))
        yield Finding(cards.NO_OCCASION, Outcome.ALLOW if happened else Outcome.DENY, facts)
        asks = way.basis in _A_PERSON_OPENS
        if happened and asks and _may_be_kept_back(case, element):
            yield from _opened_by_a_person(case, way, element)


def _meant(case: Shape, terms: Terms, way: Way) -> Iterator[Finding]:
    """Whether the child is one of those whom the agreement is about."""
    for reference, place in case.places:
        if reference == way.agreement:
            population = terms.populations[reference]
            card = cards.MEANT_UNKNOWN if place is Place.UNKNOWN else cards.NOT_MEANT
            effect = Outcome.ALLOW if place is Place.INSIDE else Outcome.DENY
            asked = ", ".join(sorted(population.asks)) or "anything"
            facts = (("agreement", reference), ("whose", in_words(population)), ("asked", asked))
            yield Finding(card, effect, facts, population.clause)


def _may_be_kept_back(case: Shape, element: str) -> bool:
    """Whether the school keeps the element back for this child, or nobody has said."""
    return case.withheld is None or element in case.withheld


def _follows(case: Shape, element: str) -> frozenset[LegalBasis]:
    """The bases on which an element goes although the school has not said what it keeps back.

    Grades and credits follow a child to its next school without waiting for a form (34 CFR
    99.31(a)(2), 99.34; for a child without a fixed home 42 USC 11432(g)(3)(C)): held up, they harm
    the very child whom the form protects. Where it lives the new school asks the family itself, so
    what is usually kept back waits, and what is kept back stays.
    """
    unsaid = case.withheld is None and not usually_kept_back(element)
    return frozenset({LegalBasis.TRANSFER}) if unsaid else frozenset()


def _kept_back(case: Shape, element: str) -> Finding:
    if case.withheld is None:
        return Finding(cards.KEPT_BACK_UNKNOWN, Outcome.DENY)
    return Finding(cards.KEPT_BACK, Outcome.DENY, (("element", element),))


def _opened_by_a_person(case: Shape, way: Way, element: str) -> Iterator[Finding]:
    """Somebody is asked who knows why the school keeps this back, or that it does not."""
    kept, unknown = _A_PERSON_OPENS[way.basis]
    card = unknown if case.withheld is None else kept
    if (card.id, way.agreement) not in case.opened:
        facts = (("element", element), ("occasion", way.agreement))
        yield Finding(card, Outcome.NEEDS_PERSON, facts)


def _confirmed(case: Shape, terms: Terms) -> Finding:
    """Whether the child's school has confirmed that the receiver serves it."""
    effect = Outcome.ALLOW if terms.receiver in case.organizations else Outcome.DENY
    facts = (("organization", terms.receiver),)
    return Finding(school_official.ROSTER_CONFIRMED, effect, facts)


def _consented(case: Shape, terms: Terms, element: str, on: date) -> Iterator[Finding]:
    """Whether one consent covers element, purpose and receiver; else what each of them lacks."""
    if case.order:
        yield Finding(consents.COURT_ORDER, Outcome.NEEDS_PERSON)
    if not case.consents:
        yield Finding(consents.NO_CONSENT, Outcome.DENY)
        return
    told = [tuple(_lacking(one, terms, element, on)) for one in case.consents]
    if () in told:
        yield Finding(consents.NO_CONSENT, Outcome.ALLOW)
    elif any(map(_asks, told)):
        yield from next(filter(_asks, told))
    else:
        for one in told:
            yield from one


def _lacking(consent: ConsentCase, terms: Terms, element: str, on: date) -> Iterator[Finding]:
    """Everything for which one consent does not carry this use."""
    lacks, records, purposes, parties, classes, revocable = consent
    for lack in lacks:
        effect = Outcome.NEEDS_PERSON if lack is Lack.AGE else Outcome.DENY
        facts = (("on", on.isoformat()),) if lack in (Lack.TERM, Lack.SIGNATURE) else ()
        yield Finding(LACKS[lack], effect, facts)
    if records.isdisjoint({element, f"{element.partition('.')[0]}.*"}):
        yield Finding(consents.RECORDS, Outcome.DENY, (("element", element),))
    if terms.purpose not in purposes:
        purpose = terms.purpose.value.replace("_", " ")
        yield Finding(consents.PURPOSE, Outcome.DENY, (("purpose", purpose),))
    if element in terms.revocable and not revocable:
        yield Finding(special.REVOCABLE, Outcome.DENY)
    if terms.receiver not in parties and terms.kind not in classes:
        yield Finding(consents.PARTY, Outcome.DENY, (("organization", terms.receiver),))


_UNKNOWN: Final = Judgment(Outcome.DENY, frozenset(), (Finding(cards.CHILD_UNKNOWN, Outcome.DENY),))


def _reason(finding: Finding, members: list[str]) -> Reason:
    """One reason for all of whom it is said."""
    facts: tuple[tuple[str, str | int], ...] = (("n", len(members)), *finding.facts)
    people = tuple(sorted(members))
    where = finding.where
    return Reason(finding.card, finding.effect, facts, where, about=PEOPLE, people=people)


def _order(reason: Reason) -> tuple[str, str, str]:
    return (reason.effect.value, reason.code, str(reason.facts))
