"""What must hold of one use whatever the facts, and an evaluator of its own that agrees."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policy import permitted_use as u
from tests.policy.health_uses import health_uses, may_take_element
from tests.policy.random_uses import (
    AROUND,
    CUSTODIANS,
    ELEMENTS,
    HERE,
    IDS,
    children,
    consents,
    mostly,
    requests,
    row_exports,
    worlds,
)
from tests.policy.use_oracle import (
    Pair,
    allowed_pairs,
    emergency_pairs,
    exportable_elements,
    years_old,
)

from cairn.policy.engine import audience_redaction, replay
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.population import GradeLevel, Population
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.students.circumstance import Emergency, PersonalDetermination
from cairn.policy.facts.students.consent import WrittenConsent
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import SpecialClass
from cairn.policy.vocabulary.decisions import Audience, Outcome

SLOW = settings(deadline=None, max_examples=25)


def pairs(decision: Decision) -> set[Pair]:
    """Each child with each element that the decision lets be used."""
    if not decision.allowed:
        return set()
    whole = {(child, e) for child in decision.included for e in decision.usable}
    return whole | {(child, e) for child, some in decision.partly.items() for e in some}


@settings(deadline=None, max_examples=60)
@given(worlds(), requests(), AROUND)
def test_an_evaluator_of_its_own_agrees(facts: Facts, request: UseRequest, on: date) -> None:
    decision = decide_use(request, facts, on)
    assert pairs(decision) == allowed_pairs(request, facts, on)
    assert decision.allowed is bool(pairs(decision))
    assert decision.allowed or decision.refusals or not decision.reasons


ANSWERS = [
    PersonalDetermination(card, f"{told} {child}", True, "Ada Bell", owner, u.FIRST, "In danger.")
    for card in ("R21.7", "R21.8")
    for told in ("E-1", "E-2")
    for child in IDS
    for owner in ("river", "hills")
]


@st.composite
def emergencies(draw: st.DrawFn) -> Facts:
    """A steward of the tutors, one emergency, and what people have answered."""
    (role,) = u.tutor().affiliations
    told = Emergency(
        "E-1",
        draw(mostly("river", "hills")),
        draw(mostly("A threat at the bus stop.", " ")),
        frozenset({draw(mostly("tutors", "mentors"))}),
        draw(st.frozensets(st.sampled_from(IDS))),
        "River's superintendent",
        draw(mostly(u.ON, date(2026, 11, 25))),
        draw(mostly(date(2026, 11, 26), None, date(2026, 11, 23))),
    )
    known = draw(st.lists(st.sampled_from(IDS), unique=True, min_size=1))
    return u.facts(
        actors=(u.tutor(affiliations=(replace(role, role=Role.STEWARD),)),),
        people=tuple(draw(children(one)) for one in known),
        emergencies=(told,),
        answers=tuple(draw(st.lists(st.sampled_from(ANSWERS), max_size=6))),
    )


@settings(deadline=None, max_examples=60)
@given(
    state=st.sampled_from(("CA", "CA", "UT")),
    custodians=st.sampled_from(CUSTODIANS),
    forms=st.lists(consents("c1"), min_size=1, max_size=2).map(tuple),
)
def test_an_evaluator_of_its_own_agrees_about_custody(
    state: str, custodians: frozenset[str], forms: tuple[WrittenConsent, ...]
) -> None:
    person = u.child(consents=forms, custodians=custodians)
    kept = u.agreement(criteria={"consents_kept": "kept permanently"})
    organizations = tuple(
        replace(item, state=state) if item.slug == "river" else item
        for item in u.facts().organizations
    )
    facts = u.facts(agreements=(kept,), people=(person,), organizations=organizations)
    request = u.request()
    assert pairs(decide_use(request, facts, u.ON)) == allowed_pairs(request, facts, u.ON)


@settings(deadline=None, max_examples=60)
@given(emergencies(), st.lists(st.sampled_from((*IDS, "c9")), min_size=1, unique=True))
def test_an_evaluator_of_its_own_agrees_in_an_emergency(facts: Facts, ids: list[str]) -> None:
    request = u.request(
        action=Action.EMERGENCY, people=tuple(ids), elements=frozenset({u.DAYS, u.GRADE})
    )
    assert pairs(decide_use(request, facts, u.ON)) == emergency_pairs(request, facts, u.ON)


@settings(deadline=None, max_examples=60)
@given(row_exports())
def test_an_evaluator_of_its_own_agrees_about_rows_without_names(
    case: tuple[Facts, UseRequest],
) -> None:
    facts, request = case
    decision = decide_use(request, facts, u.ON)
    elements = {name for name, outcome in decision.elements.items() if outcome == "allow"}
    expected = exportable_elements(request, facts, u.ON)
    assert (elements if decision.allowed else set()) == expected, [
        (r.code, r.message) for r in decision.refusals
    ]


@settings(deadline=None, max_examples=100)
@given(health_uses())
def test_an_evaluator_of_its_own_agrees_about_health_records(
    case: tuple[Facts, UseRequest],
) -> None:
    facts, request = case
    decision = decide_use(request, facts, u.ON)
    assert decision.allowed is may_take_element(request, facts, u.ON), [
        (reason.code, reason.message) for reason in decision.refusals
    ]


def _less(facts: Facts) -> Iterator[Facts]:
    """The world with one fact taken away: not there any more, or no longer known."""
    for name in ("agreements", "people", "actors", "organizations", "dictionaries"):
        held: tuple[Any, ...] = getattr(facts, name)
        for n in range(len(held)):
            yield replace(facts, **{name: (*held[:n], *held[n + 1 :])})
    for n, person in enumerate(facts.people):
        for lesser in _less_person(person):
            yield replace(facts, people=(*facts.people[:n], lesser, *facts.people[n + 1 :]))
    for n, agreement in enumerate(facts.agreements):
        changed = [replace(agreement, ends=None), replace(agreement, basis_clause="")]
        changed += [
            replace(agreement, criteria={k: v for k, v in agreement.criteria.items() if k != key})
            for key in agreement.criteria
        ]
        changed += [
            replace(agreement, data=agreement.data[:1]),
            replace(agreement, purposes=frozenset()),
        ]
        for i, party in enumerate(agreement.parties):
            unsigned = replace(party, signed_on=None)
            parties = (*agreement.parties[:i], unsigned, *agreement.parties[i + 1 :])
            changed.append(replace(agreement, parties=parties))
        for one in changed:
            rest = facts.agreements
            yield replace(facts, agreements=(*rest[:n], one, *rest[n + 1 :]))


def _less_person(person: PersonFact) -> Iterator[PersonFact]:
    yield replace(person, birth_date=None)
    if person.postsecondary is False:  # card R06.1 declares what an unknown one counts as
        yield replace(person, postsecondary=None)
    yield replace(person, opt_outs=None)
    yield replace(person, nations=None)
    yield replace(person, withheld=None)
    yield replace(person, placement="")
    yield replace(person, enrollments=None)
    for n in range(len(person.enrollments or ())):
        rest = person.enrollments or ()
        yield replace(person, enrollments=(*rest[:n], *rest[n + 1 :]))
    for one in person.organizations:
        yield replace(person, organizations=person.organizations - {one})
    for n, consent in enumerate(person.consents):
        if all(c.superseded_by != consent.id for c in person.consents):
            yield replace(person, consents=(*person.consents[:n], *person.consents[n + 1 :]))
        for unknown in ("signed_on", "verified_on"):
            lesser = replace(consent, **{unknown: None})
            rest = person.consents
            yield replace(person, consents=(*rest[:n], lesser, *rest[n + 1 :]))


@SLOW
@given(worlds(), requests(), AROUND, st.data())
def test_deleting_a_fact_never_turns_deny_into_allow(
    facts: Facts, request: UseRequest, on: date, data: st.DataObject
) -> None:
    before = pairs(decide_use(request, facts, on))
    for less in data.draw(st.lists(st.sampled_from(list(_less(facts))), max_size=6)):
        assert pairs(decide_use(request, less, on)) <= before


@SLOW
@given(worlds(), requests(), AROUND, st.frozensets(st.sampled_from(ELEMENTS)))
def test_adding_an_element_never_adds_people(
    facts: Facts, request: UseRequest, on: date, more: frozenset[str]
) -> None:
    fewer = decide_use(request, facts, on)
    all_of_them = decide_use(replace(request, elements=request.elements | more), facts, on)
    same = {(child, e) for child, e in pairs(all_of_them) if e in request.elements}
    assert same == pairs(fewer)
    if fewer.allowed:
        assert all_of_them.included <= fewer.included


@SLOW
@given(worlds(), requests(), AROUND, st.sampled_from(("3", "4", "12")))
def test_narrowing_a_population_never_adds_people(
    facts: Facts, request: UseRequest, on: date, grade: str
) -> None:
    def narrower(whose: Population | None) -> Population:
        before = whose or Population(everyone=True)
        if not before.needed_facts and not before.everyone:
            return before  # It means nobody yet: a term would be its first, not a narrower one.
        wanted = before.grades & {GradeLevel(grade)} if before.grades else {GradeLevel(grade)}
        born_to = min(date(2016, 5, 4), before.born_to or date.max)
        return replace(before, grades=frozenset(wanted or before.grades), born_to=born_to)

    agreements = tuple(replace(a, children=narrower(a.children)) for a in facts.agreements)
    fewer = decide_use(request, replace(facts, agreements=agreements), on)
    assert pairs(fewer) <= pairs(decide_use(request, facts, on))


@SLOW
@given(worlds(), requests(), AROUND)
def test_revoking_never_allows(facts: Facts, request: UseRequest, on: date) -> None:
    people = tuple(
        replace(p, consents=tuple(replace(c, revoked_on=on) for c in p.consents))
        for p in facts.people
    )
    revoked = replace(facts, people=people)
    assert pairs(decide_use(request, revoked, on)) <= pairs(decide_use(request, facts, on))


@SLOW
@given(worlds(), requests(), AROUND)
def test_an_old_question_has_the_old_answer(facts: Facts, request: UseRequest, on: date) -> None:
    decision = decide_use(request, facts, on)
    assert decision.asked is not None
    kept = json.loads(json.dumps(replay.dump_question(decision.asked)))
    again = replay.replay_question(replay.load_question(kept))
    assert again == decision
    assert again.decision_id == decision.decision_id


@SLOW
@given(worlds(), requests(), AROUND, st.integers(1, 30))
def test_what_is_amended_later_changes_no_earlier_decision(
    facts: Facts, request: UseRequest, on: date, days: int
) -> None:
    """A termination, a revocation, a verification, a signature: each counts from its own day."""
    later = on + timedelta(days=days)
    agreements = tuple(replace(a, terminated_on=a.terminated_on or later) for a in facts.agreements)
    people = tuple(
        replace(
            p,
            consents=tuple(
                replace(c, revoked_on=c.revoked_on or later, verified_on=c.verified_on or later)
                for c in p.consents
            ),
        )
        for p in facts.people
    )
    amended = replace(facts, agreements=agreements, people=people)
    assert pairs(decide_use(request, amended, on)) == pairs(decide_use(request, facts, on))


@SLOW
@given(worlds(), requests(), requests(), AROUND)
def test_two_allowed_requests_are_allowed_together(
    facts: Facts, one: UseRequest, other: UseRequest, on: date
) -> None:
    other = replace(
        other,
        purpose=one.purpose,
        action=one.action,
        elements=one.elements,
        first_year=one.first_year,
        last_year=one.last_year,
    )
    both = replace(one, people=tuple(dict.fromkeys((*one.people, *other.people))))
    first, second = decide_use(one, facts, on), decide_use(other, facts, on)
    assert pairs(decide_use(both, facts, on)) == pairs(first) | pairs(second)


@SLOW
@given(worlds(), requests(), AROUND, st.permutations(IDS))
def test_the_order_of_facts_does_not_matter(
    facts: Facts, request: UseRequest, on: date, order: list[str]
) -> None:
    moved = replace(
        facts,
        people=tuple(sorted(facts.people, key=lambda p: order.index(p.id))),
        agreements=facts.agreements[::-1],
    )
    other = decide_use(replace(request, people=request.people[::-1]), moved, on)
    first = decide_use(request, facts, on)
    assert (pairs(other), other.outcome) == (pairs(first), first.outcome)


@given(st.dates(date(2006, 6, 1), date(2009, 12, 31)), st.integers(-2, 2))
def test_the_rights_pass_on_the_eighteenth_birthday(born: date, days: int) -> None:
    birthday = (
        date(born.year + 18, 3, 1)
        if (born.month, born.day) == (2, 29)
        else born.replace(year=born.year + 18)
    )
    on = birthday + timedelta(days=days)
    consent = u.consent(signed_on=born, verified_on=born, ends=None)
    agreement = replace(u.agreement(), starts=born, ends=date(2099, 1, 1))
    signed = tuple(replace(p, signed_on=born) for p in agreement.parties)
    facts = u.facts(
        people=(u.child(birth_date=born, consents=(consent,)),),
        agreements=(replace(agreement, parties=signed),),
    )
    codes = {r.code for r in decide_use(u.request(), facts, on).refusals}
    assert ("R06" in codes) is (years_old(born, on) >= 18)


@SLOW
@given(children("c1"), AROUND)
def test_an_unknown_birth_date_is_asked_for_and_is_no_child(person: PersonFact, on: date) -> None:
    unknown = replace(person, birth_date=None, postsecondary=False)
    decision = decide_use(u.request(), u.facts(people=(unknown,)), on)
    assert not decision.allowed


WORDS = [
    *(word.value.replace("_", " ") for word in SpecialClass),
    *(word.value for word in SpecialClass),
    *("opt", "revok", "consent", "parent", "18", "on hold", "court", "nation", "placement"),
    *("meal", "disab", "homeless", "wage", "juvenile", "immigra", "substance", "foster"),
]


@settings(deadline=None, max_examples=60)
@given(worlds(), requests(), AROUND)
def test_a_recipient_never_hears_a_special_class_or_which_child(
    facts: Facts, request: UseRequest, on: date
) -> None:
    """Beside the elements that it named itself and the children whom it gets."""
    decision = decide_use(request, facts, on)
    told = audience_redaction.redact_decision(decision, Audience.RECIPIENT)
    shown = set(told.pop("people")) | set(told.pop("partly"))
    told.pop("decision")
    text = json.dumps(told).lower()
    for element in (*request.elements, *decision.coarser.values()):
        text = text.replace(element, "")
    assert not [child for child in (*IDS, "c9") if child in text]
    assert not [word for word in WORDS if word in text], text
    assert shown == {child for child, _ in pairs(decision)}
    missing = len(set(request.people)) - len(shown)
    if decision.allowed:
        assert told["not_available"] == ("fewer than 10" if missing else 0)


NO: list[dict[str, Any]] = [
    {"consents": ()},
    {"consents": (u.consent("c2", revoked_on=u.ON),)},
    {"hold": "safety"},
    {"parents_conflict": True},
    {"court_order": True},
    {"birth_date": None},
    {"birth_date": date(2000, 1, 1)},
    {"nations": frozenset({"nation"})},
    {"opt_outs": None},
    {"organizations": frozenset({"river"})},
    {"withheld": frozenset({u.DAYS})},
    {"nations": None},
    {"withheld": None},
    {"enrollments": None},
    {"enrollments": ()},
]


@given(st.sampled_from(NO), st.sampled_from(NO), st.booleans())
def test_a_recipient_cannot_tell_one_reason_from_another(
    one: dict[str, Any], other: dict[str, Any], alone: bool
) -> None:
    """The same children allowed: the same words, whatever the reason for the one who is not."""

    def told(changes: dict[str, Any]) -> dict[str, Any]:
        whole = {"enrollments": (HERE,)}
        people = (u.child("c1", **whole), u.child("c2", **{**whole, **changes}))
        request = u.request(people=("c2",) if alone else ("c1", "c2"))
        meant = u.agreement(children=Population(grades=frozenset({GradeLevel.THIRD})))
        facts = u.facts(people=people, agreements=(meant,))
        said = audience_redaction.redact_decision(
            decide_use(request, facts, u.ON), Audience.RECIPIENT
        )
        return {key: value for key, value in said.items() if key != "decision"}

    assert told(one) == told(other)


@SLOW
@given(worlds(), requests(), AROUND)
def test_a_family_hears_of_its_own_child_and_the_public_of_nobody(
    facts: Facts, request: UseRequest, on: date
) -> None:
    decision = decide_use(request, facts, on)
    told = audience_redaction.redact_decision(decision, Audience.FAMILY, child="c1")
    text = json.dumps(told)
    assert not [child for child in ("c1", "c2", "c3", "c9") if f'"{child}"' in text]
    mine = {e for child, e in pairs(decision) if child == "c1"}
    assert set(told["elements"]) == mine
    assert told["shared"] is bool(mine)
    public = audience_redaction.redact_decision(decision, Audience.PUBLIC)
    assert public == {"message": "This is not available to the public."}
    assert audience_redaction.redact_decision(decision, Audience.STEWARD)["outcome"] in set(Outcome)
