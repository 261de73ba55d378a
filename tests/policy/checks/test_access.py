"""Who may touch, by date: against a day-by-day evaluator that shares no code with the rules."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cairn.policy.checks.access import (
    check_organization_clearance,
    check_person_clearance,
    find_training_state,
    is_organization_cleared,
)
from cairn.policy.engine.decision import Reason
from cairn.policy.facts.people.access import (
    NEWCOMER_DAYS,
    Actor,
    Clearance,
    Colleague,
    CompletionFact,
    ConfidentialitySignature,
    Curriculum,
    OrganizationSecurity,
)
from cairn.policy.law.cards.governance import access as cards
from cairn.policy.lifecycles.state_machine import find_next_state, list_states_allowing
from cairn.policy.lifecycles.state_tables import TRAINING_TRANSITIONS, TrainingState
from cairn.policy.questions.governance.access import (
    may_attest_training,
    may_change_sign_in,
    may_sign_confidentiality_agreement,
    may_view_organization_clearance,
)
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.decisions import Audience, Outcome

DAY_0 = date(2026, 1, 1)
REQUIRED = Curriculum("2", (("a", "1"), ("b", "2")), ("w", "1"))
DAYS = range(30)


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


completions = st.builds(
    lambda module, version, first, length: CompletionFact(
        module, version, day(first), day(first + length), "quiz"
    ),
    st.sampled_from("abw"),
    st.sampled_from("123"),
    st.integers(0, 20),
    st.integers(0, 12),
)
signatures = st.builds(
    lambda version, on: ConfidentialitySignature(version, day(on)),
    st.sampled_from("12"),
    st.integers(0, 25),
)
clearances = st.builds(
    lambda signed, done: Clearance(REQUIRED, tuple(signed), tuple(done)),
    st.lists(signatures, max_size=3),
    st.lists(completions, max_size=9),
)


def _counts(done: Clearance, on: date, module: str, oldest: str) -> bool:
    for one in done.completions:
        if one.module != module or one.version < oldest:
            continue
        if one.passed_on <= on <= one.expires_on:
            return True
    return False


def _cleared(done: Clearance, on: date) -> bool:
    signed = False
    for one in done.signed:
        if one.version == "2" and one.on <= on:
            signed = True
    wanted = (("a", "1"), ("b", "2"), ("w", "1"))
    return signed and all(_counts(done, on, module, oldest) for module, oldest in wanted)


@given(clearances)
def test_cleared_on_a_day_is_what_a_day_by_day_look_finds(done: Clearance) -> None:
    spans = done.list_cleared_periods()
    for number in DAYS:
        on = day(number)
        expected = _cleared(done, on)
        until = done.find_last_day(on)
        assert (until is not None) is expected
        assert any(first <= on <= last for first, last in spans) is expected
        allowed = all(r.effect is Outcome.ALLOW for r in check_person_clearance(done).run(on))
        assert allowed is expected
        if until is not None:
            assert until >= on
            assert _cleared(done, until)


@given(clearances)
@example(
    Clearance(
        REQUIRED,
        (ConfidentialitySignature("2", day(0)),),
        tuple(
            CompletionFact(
                module, "1" if module == "w" else "2", day(first), day(first + 3), "quiz"
            )
            for first in (1, 3, 9)
            for module in "abw"
        ),
    )
)
def test_spans_lie_apart_and_in_order(done: Clearance) -> None:
    spans = done.list_cleared_periods()
    assert all(first <= last for first, last in spans)
    for (_, last), (first, _) in itertools.pairwise(spans):
        assert first > last + timedelta(days=1)


@given(clearances, st.data())
def test_less_on_record_never_clears(done: Clearance, data: st.DataObject) -> None:
    if not done.completions or not done.signed:
        return
    lost = data.draw(st.integers(0, len(done.completions) - 1))
    fewer = replace(done, completions=done.completions[:lost] + done.completions[lost + 1 :])
    unsigned = replace(done, signed=done.signed[1:])
    for number in DAYS:
        if not _cleared(done, day(number)):
            assert fewer.find_last_day(day(number)) is None
            assert unsigned.find_last_day(day(number)) is None


@given(clearances)
def test_the_state_follows_from_the_record(done: Clearance) -> None:
    before = False
    for number in DAYS:
        on, cleared = day(number), _cleared(done, day(number))
        before = before or cleared
        missing = not (_counts(done, on, "a", "1") and _counts(done, on, "b", "2"))
        expected = (
            TrainingState.CLEARED
            if cleared
            else TrainingState.LAPSED
            if before
            else TrainingState.LEARNING
            if missing
            else TrainingState.READY
        )
        assert find_training_state(done, on) is expected


def test_each_state_day_by_day() -> None:
    modules = (("a", "1", 1, 9), ("b", "2", 2, 9), ("w", "1", 3, 5))
    done = Clearance(
        REQUIRED,
        (ConfidentialitySignature("2", day(0)),),
        tuple(CompletionFact(m, v, day(first), day(last), "quiz") for m, v, first, last in modules),
    )
    states = [find_training_state(done, day(number)) for number in (1, 2, 3, 5, 6)]
    state = TrainingState
    assert states == [state.LEARNING, state.READY, state.CLEARED, state.CLEARED, state.LAPSED]


def test_the_life_of_training_reaches_every_state() -> None:
    reached = {TrainingState.LEARNING}
    for step in TRAINING_TRANSITIONS:
        assert step.state in reached, step
        reached.add(TrainingState(step.next_state))
    assert reached == set(TrainingState)
    take_part = find_next_state(
        TRAINING_TRANSITIONS, TrainingState.LEARNING, "take part in the workshop"
    )
    assert take_part is None
    assert TrainingState.LEARNING not in list_states_allowing(
        TRAINING_TRANSITIONS, "take part in the workshop"
    )


ON = date(2026, 11, 24)
CLEAR = ((date(2026, 1, 1), date(2027, 1, 1)),)
WHOLE = OrganizationSecurity(
    "river", ON, ON, ON, overdue=0, colleagues=(Colleague(date(2026, 1, 1), None, CLEAR),)
)
_NEVER: tuple[tuple[date, date], ...] = ()


def _joined(days_ago: int, *, ends: date | None = None) -> OrganizationSecurity:
    newcomer = Colleague(ON - timedelta(days=days_ago), ends, _NEVER)
    assert WHOLE.colleagues
    return replace(WHOLE, colleagues=(*WHOLE.colleagues, newcomer))


YESTERDAY, TOMORROW = ON - timedelta(days=1), ON + timedelta(days=1)


@pytest.mark.parametrize(
    ("security", "refused"),
    [
        (WHOLE, []),
        (None, ["T08"]),
        (replace(WHOLE, assessed_on=None), ["T05"]),
        (replace(WHOLE, assessment_expires=None), ["T05"]),
        (replace(WHOLE, assessment_expires=YESTERDAY), ["T05"]),
        (replace(WHOLE, assessed_on=TOMORROW, assessment_expires=TOMORROW), ["T05"]),
        (replace(WHOLE, plan_on=None), ["T06"]),
        (replace(WHOLE, plan_on=TOMORROW), ["T06"]),
        (replace(WHOLE, barred_until=ON), ["R29"]),
        (replace(WHOLE, barred_until=YESTERDAY), []),
        (replace(WHOLE, colleagues=None), ["T08"]),
        (replace(WHOLE, colleagues=()), []),
        (_joined(NEWCOMER_DAYS), []),
        (_joined(NEWCOMER_DAYS + 1), ["T07"]),
        (_joined(NEWCOMER_DAYS + 1, ends=YESTERDAY), []),
        (_joined(-1), []),
        (replace(WHOLE, colleagues=(Colleague(ON, None, _NEVER),)), ["T07"]),
        (OrganizationSecurity("river"), ["T05", "T06", "T08"]),
    ],
)
def test_an_organization_is_cleared_when_nothing_is_missing(
    security: OrganizationSecurity | None, refused: list[str]
) -> None:
    reasons = list(check_organization_clearance("river", security).run(ON))
    assert [r.code for r in reasons if r.effect is Outcome.DENY] == refused
    assert is_organization_cleared("river", security, ON) is (not refused)


def test_all_who_were_there_before_the_first_was_cleared_count_at_once() -> None:
    early = Colleague(date(2025, 12, 31), None, _NEVER)
    assert WHOLE.colleagues
    both = replace(WHOLE, colleagues=(*WHOLE.colleagues, early))
    (told,) = [r for r in check_organization_clearance("river", both).run(ON) if r.code == "T07"]
    assert "1 of 2" in told.message


def test_standing_is_told_to_who_may_see_it(acting: Callable[..., Actor]) -> None:
    steward, other = acting(Role.STEWARD, at="river"), acting(Role.STEWARD, at="lake")
    assert may_view_organization_clearance(steward, "river", WHOLE, ON).allowed
    assert not may_view_organization_clearance(steward, "river", None, ON).allowed
    assert [
        r.code for r in may_view_organization_clearance(other, "river", WHOLE, ON).refusals
    ] == ["A03"]


def test_one_signs_for_oneself(acting: Callable[..., Actor]) -> None:
    steward = acting(Role.STEWARD, at="river")
    assert may_sign_confidentiality_agreement(steward, "7", ON).allowed
    assert [r.code for r in may_sign_confidentiality_agreement(steward, "8", ON).refusals] == [
        "T11"
    ]
    assert not may_sign_confidentiality_agreement(Actor.public(), "public", ON).allowed


@pytest.mark.parametrize(
    ("person", "organizations", "refused"),
    [
        ("8", {"river"}, set()),
        ("8", set(), set()),
        ("7", {"river"}, {"A06"}),
        ("8", {"river", "lake"}, {"A03"}),
        ("7", {"lake"}, {"A03"}),
    ],
)
def test_a_data_manager_changes_the_sign_in_of_others_only(
    acting: Callable[..., Actor], person: str, organizations: set[str], refused: set[str]
) -> None:
    manager = acting(Role.DATA_MANAGER, at="river")
    decision = may_change_sign_in(person, frozenset(organizations), manager, ON)
    assert {reason.code for reason in decision.refusals} == refused


def test_who_has_not_proved_a_second_factor_resets_none(acting: Callable[..., Actor]) -> None:
    manager = replace(acting(Role.DATA_MANAGER, at="river"), second_factor=SecondFactor.ABSENT)
    decision = may_change_sign_in("8", frozenset({"river"}), manager, ON)
    assert {reason.code for reason in decision.refusals} == {"R25"}
    steward = acting(Role.STEWARD, at="river")
    assert not may_change_sign_in("8", frozenset({"river"}), steward, ON).allowed


@pytest.mark.parametrize(
    ("person", "others", "workshop", "refused"),
    [
        ("8", 0, False, []),
        ("8", 3, False, []),
        ("7", 0, False, []),
        ("7", 1, False, ["T09"]),
        ("8", 0, True, ["T10"]),
        ("7", 1, True, ["T09", "T10"]),
    ],
)
def test_who_attests_what(
    acting: Callable[..., Actor],
    person: str,
    others: int,
    workshop: bool,
    refused: list[str],
) -> None:
    done = Clearance(REQUIRED, (), (CompletionFact("a", "1", ON, ON, "quiz"),))
    decision = may_attest_training(
        acting(Role.STEWARD, at="river"),
        person,
        "river",
        others=others,
        workshop_after=done if workshop else None,
        on=ON,
        took_place=ON,
    )
    assert [r.code for r in decision.refusals] == refused
    if "T10" in refused:
        assert "Missing on 2026-11-24: b." in "".join(r.message for r in decision.refusals)


def test_the_workshop_counts_after_the_modules_of_its_day(acting: Callable[..., Actor]) -> None:
    done = Clearance(
        REQUIRED, (), tuple(CompletionFact(m, "2", YESTERDAY, YESTERDAY, "quiz") for m in "ab")
    )

    def allowed(took_place: date) -> bool:
        return may_attest_training(
            acting(Role.STEWARD, at="river"),
            "8",
            "river",
            others=0,
            workshop_after=done,
            on=ON,
            took_place=took_place,
        ).allowed

    assert [allowed(YESTERDAY), allowed(ON)] == [True, False]


def test_no_audience_but_stewards_hears_what_is_missing() -> None:
    facts = {
        "version": "2",
        "missing": "SECRET",
        "organization": "SECRET",
        "until": "SECRET",
        "since": "SECRET",
        "count": 1,
        "people": 1,
        "on": "SECRET",
    }
    for card in cards.CLEARANCE_CARDS:
        reason = Reason(card, Outcome.DENY, tuple(facts.items()))
        for audience in (Audience.RECIPIENT, Audience.FAMILY, Audience.PUBLIC):
            assert "SECRET" not in reason.message_for(audience)
        assert reason.next_step
