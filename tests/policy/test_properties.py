"""What must hold whatever the facts: less known never allows more."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import given
from hypothesis import strategies as st
from tests.policy.permitted_use import build_declared_rows
from tests.policy.valid_agreement import confirm_criteria

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact, Party
from cairn.policy.facts.agreements.agreement_terms import DataTerm, DeliveryTerm, Retention
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.outputs.release import ReleaseFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.questions.data.data_marts import may_build_data_mart
from cairn.policy.questions.data.deliveries import may_receive_delivery
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.questions.outputs.releases import may_publish_release
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.families import OptOutScope

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]

Fact = TypeVar("Fact")
Draw = Callable[[st.SearchStrategy[Any]], Any]

BASES = st.sampled_from([b for b in LegalBasis if b is not LegalBasis.CONSENT])
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
ELEMENTS = st.frozensets(
    st.sampled_from(
        ["student.local_id", "student.birth_date", "student.phone", "school.school_id", "odd"]
    )
)


def _less_agreement(a: AgreementFact) -> Iterator[AgreementFact]:
    """The agreement with one fact that speaks for it taken away."""
    for key in a.criteria:
        yield replace(a, criteria={k: v for k, v in a.criteria.items() if k != key})
    for purpose in a.purposes:
        yield replace(a, purposes=a.purposes - {purpose})
    for i, party in enumerate(a.parties):
        for unsigned in (replace(party, signed_by=""), replace(party, signed_on=None)):
            yield replace(a, parties=(*a.parties[:i], unsigned, *a.parties[i + 1 :]))
    for i, term in enumerate(a.data):
        yield replace(a, data=(*a.data[:i], *a.data[i + 1 :]))
        for element in term.elements:
            fewer = replace(term, elements=term.elements - {element})
            yield replace(a, data=(*a.data[:i], fewer, *a.data[i + 1 :]))
    for channel in a.delivery.channels:
        yield replace(a, delivery=DeliveryTerm(channels=a.delivery.channels - {channel}))
    yield replace(a, ends=None)
    yield replace(a, retention=Retention(None))


def _less_actor(actor: Actor) -> Iterator[Actor]:
    for affiliation in actor.affiliations:
        kept = tuple(a for a in actor.affiliations if a is not affiliation)
        yield replace(actor, affiliations=kept)
    yield replace(actor, active=False)
    yield replace(actor, second_factor=SecondFactor.ABSENT)


def _less_release(release: ReleaseFact) -> Iterator[ReleaseFact]:
    for review in release.reviews:
        yield replace(release, reviews=tuple(r for r in release.reviews if r is not review))
    for sent in release.send_backs:
        yield replace(release, send_backs=tuple(s for s in release.send_backs if s is not sent))
    yield replace(release, safe=None)
    for who in sorted(release.asked_to_try):
        yield replace(release, asked_to_try=release.asked_to_try - {who})
    yield replace(release, has_story=False)


def _some_of(draw: Draw, fact: Fact, less: Callable[[Fact], Iterator[Fact]]) -> Fact:
    """The fact after a few deletions chosen at random."""
    for _ in range(draw(st.integers(0, 3))):
        options = list(less(fact))
        fact = draw(st.sampled_from(options)) if options else fact
    return fact


def _no_more(less: Decision, more: Decision) -> None:
    """What fewer facts allow is allowed with more of them, element by element."""
    assert more.allowed or not less.allowed
    if less.allowed:
        assert _allowed(less.elements) <= _allowed(more.elements)


def _allowed(elements: Mapping[str, Outcome]) -> set[str]:
    return {e for e, o in elements.items() if o is Outcome.ALLOW}


@given(st.data(), BASES, DAYS)
def test_deleting_a_fact_never_turns_deny_into_allow(
    agreed: Agreed,
    acting: Acting,
    delivery: DeliveryFact,
    data: st.DataObject,
    basis: LegalBasis,
    on: date,
) -> None:
    agreement = _some_of(data.draw, agreed(basis), _less_agreement)
    actor = _some_of(data.draw, acting(Role.DATA_MANAGER), _less_actor)
    before = may_receive_delivery(delivery, agreement, actor, on, overdue=())
    for fewer in _less_agreement(agreement):
        _no_more(may_receive_delivery(delivery, fewer, actor, on, overdue=()), before)
    for lesser in _less_actor(actor):
        _no_more(may_receive_delivery(delivery, agreement, lesser, on, overdue=()), before)


@given(st.data(), DAYS)
def test_deleting_a_fact_never_publishes(
    agreed: Agreed, acting: Acting, sent_back: ReleaseFact, data: st.DataObject, on: date
) -> None:
    agreement = _some_of(data.draw, agreed(), _less_agreement)
    release = _some_of(data.draw, replace(sent_back, agreements=(agreement,)), _less_release)
    actor = _some_of(data.draw, acting(Role.DATA_MANAGER), _less_actor)
    before = may_publish_release(release, actor, on)
    for fewer in _less_release(release):
        _no_more(may_publish_release(fewer, actor, on), before)
    for lesser in _less_actor(actor):
        _no_more(may_publish_release(release, lesser, on), before)
    for less in _less_agreement(agreement):
        _no_more(may_publish_release(replace(release, agreements=(less,)), actor, on), before)


@given(ELEMENTS, ELEMENTS, st.frozensets(st.sampled_from(["p1", "p2", "p3"])))
def test_adding_an_element_never_adds_people_or_elements(
    agreed: Agreed,
    acting: Acting,
    on: date,
    some: frozenset[str],
    more: frozenset[str],
    declined: frozenset[str],
) -> None:
    opt_outs = [OptOutFact(p, OptOutScope.ALL_DISCRETIONARY, "2026-27", "river") for p in declined]

    def ask(elements: frozenset[str]) -> Decision:
        manager, purpose = acting(Role.DATA_MANAGER), Purpose.PUBLIC_REPORTING
        rows = build_declared_rows(agreed())
        return may_build_data_mart((agreed(),), elements, purpose, opt_outs, manager, on, rows=rows)

    fewer, all_of_them = ask(some), ask(some | more)
    assert all_of_them.people == fewer.people == dict.fromkeys(declined, Outcome.DENY)
    assert _allowed(fewer.elements) == _allowed(all_of_them.elements) & some


@given(st.lists(st.sampled_from(["p1", "p2", "p3"])), st.sampled_from(["p1", "p4"]))
def test_an_opt_out_never_adds_people(
    agreed: Agreed, acting: Acting, on: date, before: list[str], one_more: str
) -> None:
    def left_out(people: list[str]) -> frozenset[str]:
        opt_outs = [OptOutFact(p, OptOutScope.ALL_DISCRETIONARY, "", "river") for p in people]
        decision = may_build_data_mart(
            (agreed(),),
            ["student.local_id"],
            Purpose.PUBLIC_REPORTING,
            opt_outs,
            acting(Role.DATA_MANAGER),
            on,
            rows=build_declared_rows(agreed()),
        )
        return decision.require().except_people

    assert left_out([*before, one_more]) == left_out(before) | {one_more}


@given(
    signed=st.tuples(st.booleans(), st.booleans()),
    criteria=st.integers(0, 5),
    sends=st.booleans(),
    retained=st.booleans(),
    listed=st.booleans(),
    on=DAYS,
    last=DAYS,
)
def test_receiving_agrees_with_an_evaluator_of_its_own(
    agreed: Agreed,
    acting: Acting,
    delivery: DeliveryFact,
    signed: tuple[bool, bool],
    criteria: int,
    sends: bool,
    retained: bool,
    listed: bool,
    on: date,
    last: date,
) -> None:
    whole = agreed(LegalBasis.SCHOOL_OFFICIAL)

    def party(of: Party, has_signed: bool) -> Party:
        role = of.role if sends or of.role is not PartyRole.PROVIDER else PartyRole.PROCESSOR
        return replace(of, role=role, signed_by="Ada Bell" if has_signed else "")

    agreement = replace(
        whole,
        ends=last,
        parties=tuple(map(party, whole.parties, signed)),
        criteria=dict(list(whole.criteria.items())[:criteria]),
        retention=Retention(30 if retained else None),
        data=(DataTerm("student", frozenset({"local_id" if listed else "phone"})),),
    )
    expected = (
        all((*signed, criteria == 5, sends, retained, listed)) and date(2024, 2, 1) <= on <= last
    )
    assert (
        may_receive_delivery(delivery, agreement, acting(Role.DATA_MANAGER), on, overdue=()).allowed
        is expected
    )


@given(DAYS, st.integers(0, 400))
def test_a_term_of_one_year_from_any_day_includes_its_last(
    agreed: Agreed, first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    parties = tuple(replace(p, signed_on=first) for p in agreed().parties)
    agreement = confirm_criteria(
        agreed(starts=first, ends=last, parties=parties), clause="clause 3"
    )
    assert decide_agreement_in_force(agreement, first).allowed
    assert decide_agreement_in_force(agreement, last).allowed
    assert not decide_agreement_in_force(agreement, last + timedelta(days=1)).allowed
    assert not decide_agreement_in_force(agreement, first - timedelta(days=1)).allowed


@given(st.permutations(list(range(5))))
def test_the_order_of_facts_does_not_matter(
    agreed: Agreed, acting: Acting, on: date, order: list[int]
) -> None:
    behind = [agreed(reference=str(n)) for n in range(5)]
    elements = ["student.local_id"]
    manager, purpose = acting(Role.DATA_MANAGER), Purpose.PUBLIC_REPORTING
    rows = build_declared_rows(*behind)
    first = may_build_data_mart(behind, elements, purpose, [], manager, on, rows=rows)
    shuffled = [behind[n] for n in order]
    other = may_build_data_mart(shuffled, elements, purpose, [], manager, on, rows=rows)
    assert first.allowed
    assert other.outcome is first.outcome
    assert other.agreements == first.agreements
    assert other.minimum_cell == first.minimum_cell
