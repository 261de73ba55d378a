"""What is out already can stop a release, and a check that did not see it does not count."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.rules.actor import Actor
from cairn.rules.beside import Beside, Meeting, MetFact, OutFact, another_figure, unseen
from cairn.rules.decision import Decision
from cairn.rules.nation import NationWord
from cairn.rules.release import (
    check_event,
    may_check,
    may_publish,
    may_send_back,
    may_stand_beside,
    may_submit,
)
from cairn.rules.release_fact import ReleaseFact
from cairn.rules.telling import is_a_step, told
from cairn.rules.vocabulary import Audience, NationAnswer, ReleaseState, Role

Acting = Callable[..., Actor]
Question = Callable[[ReleaseFact, Actor, date], Decision]

ABSENCE = ("chronic_absence", "2025-26")
SPRING = OutFact("7", "“Spring” (2026-10-02)", frozenset({ABSENCE}))
MET = MetFact("Chronic absence", "2025-26", Meeting.TELLS_OF_FEW, ("“Spring” (2026-10-02)",))
ON_THE_WAY: tuple[tuple[Question, ReleaseState, Role], ...] = (
    (may_submit, ReleaseState.CHECKED, Role.ANALYST),
    (may_send_back, ReleaseState.IN_REVIEW, Role.ANALYST),
    (may_publish, ReleaseState.SENT_BACK, Role.DATA_MANAGER),
    (may_publish, ReleaseState.APPROVED, Role.DATA_MANAGER),
)


def _codes(decision: Decision) -> list[str]:
    return [r.code for r in decision.refusals]


def _beside(**changes: object) -> Beside:
    seen = Beside(frozenset({ABSENCE}), (SPRING,), frozenset({"7"}))
    return replace(seen, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("ask", "state", "role"), ON_THE_WAY)
@pytest.mark.parametrize(
    ("beside", "codes"),
    [
        (_beside(), []),
        (_beside(attacked=frozenset({"6"})), ["P20"]),
        (_beside(attacked=None), ["P20"]),
        (_beside(attacked=None, out=()), []),
        (_beside(counts=frozenset({("chronic_absence", "2024-25")}), attacked=frozenset()), []),
        (_beside(counts=frozenset({("graduation", "2025-26")}), attacked=frozenset()), []),
        (_beside(met=(MET,)), ["P18"]),
        (_beside(met=(replace(MET, how=Meeting.OTHER_CHILDREN),)), ["P19"]),
        (_beside(met=(replace(MET, how=Meeting.ANOTHER_FIGURE),)), ["P39"]),
        (_beside(met=(MET,), attacked=frozenset()), ["P18", "P20"]),
    ],
)
def test_nothing_goes_on_that_was_not_examined_beside_what_is_out(
    sent_back: ReleaseFact,
    acting: Acting,
    on: date,
    ask: Question,
    state: ReleaseState,
    role: Role,
    beside: Beside,
    codes: list[str],
) -> None:
    release = replace(sent_back, state=state, beside=beside)
    assert _codes(ask(release, acting(role), on)) == codes


def test_every_release_that_the_check_did_not_see_is_named(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    autumn = OutFact("8", "“Autumn” (2026-11-09)", frozenset({ABSENCE, ("x", "2025-26")}))
    beside = _beside(out=(SPRING, autumn), attacked=frozenset({"7"}))
    assert unseen(beside) == (autumn,)
    decision = may_publish(replace(sent_back, beside=beside), acting(Role.DATA_MANAGER), on)
    (reason,) = decision.refusals
    assert "Autumn" in reason.message
    assert "Spring" not in reason.message
    assert "again" in reason.next_step


def test_what_stops_a_check_is_a_decision_with_every_reason(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    other = replace(MET, school_year="2024-25", how=Meeting.OTHER_CHILDREN)
    release = replace(sent_back, state=ReleaseState.DRAFT, beside=_beside(met=(MET, other)))
    decision = may_stand_beside(release, acting(Role.ANALYST), on)
    assert _codes(decision) == ["P18", "P19"]
    for reason in decision.refusals:
        assert reason.citation == "34 CFR 99.31(b)(1)"
        assert reason.next_step
        assert "Spring" in reason.told(Audience.STEWARD)
        assert is_a_step(reason)
        for audience in set(Audience) - {Audience.STEWARD}:
            assert "Spring" not in reason.told(audience)
    assert may_stand_beside(replace(release, beside=_beside()), acting(Role.ANALYST), on).allowed
    assert not may_stand_beside(release, acting(Role.REVIEWER, at="hills"), on).allowed


def test_of_what_children_have_one_figure_leaves_a_year() -> None:
    days, year = "days_absent", "2025-26"
    told = replace(SPRING, figures=frozenset({(days, year)}))
    assert another_figure(days, year, (SPRING,)) is None
    assert another_figure(days, "2024-25", (told,)) is None
    assert another_figure("score", year, (told,)) is None
    met = another_figure(days, year, (SPRING, told, replace(told, name="“Summer”")))
    assert met == MetFact(days, year, Meeting.ANOTHER_FIGURE, (SPRING.name, "“Summer”"))


LATE = (ReleaseState.IN_REVIEW, ReleaseState.SENT_BACK, ReleaseState.APPROVED)


@pytest.mark.parametrize("state", LATE)
def test_a_check_that_is_too_old_is_done_again_wherever_the_release_is(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    analyst = acting(Role.ANALYST)
    release = replace(sent_back, state=state, beside=_beside())
    assert _codes(may_check(release, analyst, on)) == ["P01"]
    old = replace(release, beside=_beside(attacked=frozenset()))
    assert may_check(old, analyst, on).allowed
    assert check_event(old, on) == "check again"
    assert not may_check(old, acting(Role.REVIEWER), on).allowed


@pytest.mark.parametrize("state", LATE)
def test_a_nation_that_took_its_word_back_is_left_out_by_another_check(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    no = NationWord("nation", NationAnswer.DECLINE, "Ada Bell", on)
    release = replace(sent_back, state=state, nations=frozenset({"nation"}), words=(no,))
    assert may_check(release, acting(Role.ANALYST), on).allowed


@pytest.mark.parametrize("state", [ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN])
def test_what_has_left_is_not_checked_again(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    old = replace(sent_back, state=state, beside=_beside(attacked=frozenset()))
    assert _codes(may_check(old, acting(Role.ANALYST), on)) == ["P01"]
    assert check_event(old, on) == "check"


def test_whoever_asks_hears_that_a_figure_is_out_and_what_to_do(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    """Which one, a steward hears; of children it says nothing to anybody."""
    met = replace(MET, how=Meeting.ANOTHER_FIGURE)
    release = replace(sent_back, state=ReleaseState.DRAFT, beside=_beside(met=(met,)))
    (reason,) = may_stand_beside(release, acting(Role.ANALYST), on).refusals
    assert "Spring" in reason.told(Audience.STEWARD)
    assert "another figure" in reason.told(Audience.RECIPIENT)
    for audience in (Audience.RECIPIENT, Audience.PUBLIC):
        assert "Spring" not in reason.told(audience)
    assert is_a_step(reason)


def test_a_recipient_is_told_the_cause_and_not_what_only_others_can_do(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    met = replace(MET, how=Meeting.ANOTHER_FIGURE)
    release = replace(sent_back, state=ReleaseState.DRAFT, beside=_beside(met=(met,)))
    asked = may_stand_beside(release, acting(Role.ANALYST), on)
    (line,) = told(asked, Audience.RECIPIENT)["reasons"]
    assert line.keys() == {"code", "message"}
