"""What is out already can stop a release, and a check that did not see it does not count."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.policy.checks.outputs.indicator import do_periods_overlap
from cairn.policy.checks.outputs.release_content import (
    find_figure_conflict,
    find_overlap_conflict,
    find_uncompared_releases,
    find_version_conflict,
)
from cairn.policy.engine.audience_redaction import is_workflow_step, redact_decision
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.outputs.indicator import CountedIndicatorFact
from cairn.policy.facts.outputs.release import (
    DifferencingConflict,
    DifferencingConflictKind,
    EarlierReleaseFact,
    ReleaseComparison,
    ReleaseFact,
)
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.nation import NationDecisionFact
from cairn.policy.questions.outputs.releases import (
    find_audit_event,
    may_audit_release,
    may_count_indicators,
    may_preview_release_to_owners,
    may_publish_release,
    may_release_beside_published,
    may_submit_release,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.releases import NationAnswer, ReleaseState

Acting = Callable[..., Actor]
Question = Callable[[ReleaseFact, Actor, date], Decision]

ABSENCE = ("chronic_absence", "2025-26")
SPRING = EarlierReleaseFact("7", "“Spring” (2026-10-02)", frozenset({ABSENCE}))
MET = DifferencingConflict(
    "Chronic absence", "2025-26", DifferencingConflictKind.TELLS_OF_FEW, ("“Spring” (2026-10-02)",)
)
HIDES = replace(
    MET,
    how=DifferencingConflictKind.HIDES_PUBLIC,
    leave_out=("by district and gender",),
    works=("by district",),
)
ON_THE_WAY: tuple[tuple[Question, ReleaseState, Role], ...] = (
    (may_submit_release, ReleaseState.CHECKED, Role.ANALYST),
    (may_preview_release_to_owners, ReleaseState.IN_REVIEW, Role.ANALYST),
    (may_publish_release, ReleaseState.SENT_BACK, Role.DATA_MANAGER),
    (may_publish_release, ReleaseState.APPROVED, Role.DATA_MANAGER),
)


def _codes(decision: Decision) -> list[str]:
    return [r.code for r in decision.refusals]


def _build_comparison(**changes: object) -> ReleaseComparison:
    seen = ReleaseComparison(frozenset({ABSENCE}), (SPRING,), frozenset({"7"}))
    return replace(seen, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(("ask", "state", "role"), ON_THE_WAY)
@pytest.mark.parametrize(
    ("beside", "codes"),
    [
        (_build_comparison(), []),
        (_build_comparison(attacked=frozenset({"6"})), ["P20"]),
        (_build_comparison(attacked=None), ["P20"]),
        (_build_comparison(attacked=None, out=()), []),
        (
            _build_comparison(
                counts=frozenset({("chronic_absence", "2024-25")}), attacked=frozenset()
            ),
            [],
        ),
        (
            _build_comparison(counts=frozenset({("graduation", "2025-26")}), attacked=frozenset()),
            [],
        ),
        (_build_comparison(met=(MET,)), ["P18"]),
        (
            _build_comparison(met=(replace(MET, how=DifferencingConflictKind.OTHER_CHILDREN),)),
            ["P19"],
        ),
        (
            _build_comparison(met=(replace(MET, how=DifferencingConflictKind.ANOTHER_FIGURE),)),
            ["P39"],
        ),
        (_build_comparison(met=(MET,), attacked=frozenset()), ["P18", "P20"]),
        (_build_comparison(met=(HIDES,)), ["P44"]),
        (_build_comparison(met=(HIDES, MET)), ["P18", "P44"]),
    ],
)
def test_nothing_goes_on_that_was_not_examined_beside_what_is_out(
    sent_back: ReleaseFact,
    acting: Acting,
    on: date,
    ask: Question,
    state: ReleaseState,
    role: Role,
    beside: ReleaseComparison,
    codes: list[str],
) -> None:
    release = replace(sent_back, state=state, beside=beside)
    assert _codes(ask(release, acting(role), on)) == codes


def test_every_release_that_the_check_did_not_see_is_named(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    autumn = EarlierReleaseFact(
        "8", "“Autumn” (2026-11-09)", frozenset({ABSENCE, ("x", "2025-26")})
    )
    beside = _build_comparison(out=(SPRING, autumn), attacked=frozenset({"7"}))
    assert find_uncompared_releases(beside) == (autumn,)
    decision = may_publish_release(replace(sent_back, beside=beside), acting(Role.DATA_MANAGER), on)
    (reason,) = decision.refusals
    assert "Autumn" in reason.message
    assert "Spring" not in reason.message
    assert "again" in reason.next_step


def test_what_stops_a_check_is_a_decision_with_every_reason(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    other = replace(MET, school_year="2024-25", how=DifferencingConflictKind.OTHER_CHILDREN)
    release = replace(
        sent_back, state=ReleaseState.DRAFT, beside=_build_comparison(met=(MET, other))
    )
    decision = may_release_beside_published(release, acting(Role.ANALYST), on)
    assert _codes(decision) == ["P18", "P19"]
    for reason in decision.refusals:
        assert reason.citation == "34 CFR 99.31(b)(1)"
        assert reason.next_step
        assert "Spring" in reason.message_for(Audience.STEWARD)
        assert is_workflow_step(reason)
        for audience in set(Audience) - {Audience.STEWARD}:
            assert "Spring" not in reason.message_for(audience)
    assert may_release_beside_published(
        replace(release, beside=_build_comparison()), acting(Role.ANALYST), on
    ).allowed
    assert not may_release_beside_published(release, acting(Role.REVIEWER, at="hills"), on).allowed


def test_a_release_that_hides_a_public_number_names_the_tables_that_work(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    release = replace(sent_back, state=ReleaseState.DRAFT)
    (reason,) = may_release_beside_published(
        replace(release, beside=_build_comparison(met=(HIDES,))), acting(Role.ANALYST), on
    ).refusals
    assert "“Spring” (2026-10-02)" in reason.message_for(Audience.STEWARD)
    assert reason.next_step == (
        "Leave out the table by district and gender. What works: by district. Or leave out 2025-26."
    )
    stuck = replace(release, beside=_build_comparison(met=(replace(HIDES, works=()),)))
    (reason,) = may_release_beside_published(stuck, acting(Role.ANALYST), on).refusals
    assert reason.next_step.startswith("No smaller set of these tables works")
    lawful = may_release_beside_published(
        replace(release, beside=_build_comparison()), acting(Role.ANALYST), on
    )
    assert lawful.allowed
    assert "This hides nothing that is public." in [
        each.message_for(Audience.STEWARD) for each in lawful.reasons
    ]


def test_of_what_children_have_one_figure_leaves_a_year() -> None:
    days, year = "days_absent", "2025-26"
    told = replace(SPRING, figures=frozenset({(days, year)}))
    assert find_figure_conflict(days, year, (SPRING,)) is None
    assert find_figure_conflict(days, "2024-25", (told,)) is None
    assert find_figure_conflict("score", year, (told,)) is None
    met = find_figure_conflict(days, year, (SPRING, told, replace(told, name="“Summer”")))
    assert met == DifferencingConflict(
        days, year, DifferencingConflictKind.ANOTHER_FIGURE, (SPRING.name, "“Summer”")
    )


LATE = (ReleaseState.IN_REVIEW, ReleaseState.SENT_BACK, ReleaseState.APPROVED)


@pytest.mark.parametrize("state", LATE)
def test_a_check_that_is_too_old_is_done_again_wherever_the_release_is(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    analyst = acting(Role.ANALYST)
    release = replace(sent_back, state=state, beside=_build_comparison())
    assert _codes(may_audit_release(release, analyst, on)) == ["P01"]
    old = replace(release, beside=_build_comparison(attacked=frozenset()))
    assert may_audit_release(old, analyst, on).allowed
    assert find_audit_event(old, on) == "check again"
    assert not may_audit_release(old, acting(Role.REVIEWER), on).allowed


@pytest.mark.parametrize("state", LATE)
def test_a_nation_that_took_its_word_back_is_left_out_by_another_check(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    no = NationDecisionFact("nation", NationAnswer.DECLINE, "Ada Bell", on)
    release = replace(sent_back, state=state, nations=frozenset({"nation"}), words=(no,))
    assert may_audit_release(release, acting(Role.ANALYST), on).allowed


@pytest.mark.parametrize("state", [ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN])
def test_what_has_left_is_not_checked_again(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    old = replace(sent_back, state=state, beside=_build_comparison(attacked=frozenset()))
    assert _codes(may_audit_release(old, acting(Role.ANALYST), on)) == ["P01"]
    assert find_audit_event(old, on) == "check"


def test_whoever_asks_hears_that_a_figure_is_out_and_what_to_do(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    """Which one, a steward hears; of children it says nothing to anybody."""
    met = replace(MET, how=DifferencingConflictKind.ANOTHER_FIGURE)
    release = replace(sent_back, state=ReleaseState.DRAFT, beside=_build_comparison(met=(met,)))
    (reason,) = may_release_beside_published(release, acting(Role.ANALYST), on).refusals
    assert "Spring" in reason.message_for(Audience.STEWARD)
    assert "another measure" in reason.message_for(Audience.RECIPIENT)
    for audience in (Audience.RECIPIENT, Audience.PUBLIC):
        assert "Spring" not in reason.message_for(audience)
    assert is_workflow_step(reason)


def test_a_recipient_is_told_the_cause_and_not_what_only_others_can_do(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    met = replace(MET, how=DifferencingConflictKind.ANOTHER_FIGURE)
    release = replace(sent_back, state=ReleaseState.DRAFT, beside=_build_comparison(met=(met,)))
    asked = may_release_beside_published(release, acting(Role.ANALYST), on)
    (line,) = redact_decision(asked, Audience.RECIPIENT)["reasons"]
    assert line.keys() == {"code", "message"}


FIRST = CountedIndicatorFact(
    "summer", "Summer", "summer", ("session", "date"), "percent", ("district",), is_shipped=False
)
SECOND = replace(FIRST, id="summer-v2")
COPY = replace(FIRST, id="copy", indicator="copy")
ELSEWHERE = replace(COPY, id="else", indicator="else", denominator=("session", "entry_date"))
SHIPPED = replace(COPY, id="reach", indicator="reach", is_shipped=True)
ALSO_SHIPPED = replace(SHIPPED, id="hours", indicator="hours")
SESSIONS = replace(SHIPPED, people="reach", records=("session",))
REACH_OF_ENROLLED = replace(ALSO_SHIPPED, people="hours", records=("enrollment", "session"))
SEATS = replace(ALSO_SHIPPED, id="seats", people="seats", records=("enrollment",))
COUNT_OF_SESSIONS = replace(SESSIONS, id="children", indicator="children", unit="count")
OWN_COUNT = replace(
    COPY, id="own", indicator="own", unit="count", people="own", records=("session",)
)


@pytest.mark.parametrize(
    ("first", "second", "is_related"),
    [
        (FIRST, FIRST, False),
        (FIRST, SECOND, True),
        (FIRST, COPY, True),
        (FIRST, ELSEWHERE, False),
        (FIRST, SHIPPED, True),
        (SHIPPED, ALSO_SHIPPED, False),
        # A count stands only beside figures about exactly its people, with which it is audited.
        (COUNT_OF_SESSIONS, SESSIONS, False),
        (COUNT_OF_SESSIONS, REACH_OF_ENROLLED, True),
        (COUNT_OF_SESSIONS, SEATS, False),
        (COUNT_OF_SESSIONS, OWN_COUNT, True),
        (OWN_COUNT, SESSIONS, True),
        (OWN_COUNT, SEATS, False),
        (OWN_COUNT, replace(OWN_COUNT, id="own-v2"), True),
    ],
)
def test_figures_about_almost_the_same_children_are_not_published_for_one_year(
    first: CountedIndicatorFact, second: CountedIndicatorFact, is_related: bool
) -> None:
    for new, published in ((first, second), (second, first)):
        others = [("“Spring”", [(published, "2024")]), ("“Fall”", [(ELSEWHERE, "2023")])]
        conflict = find_version_conflict(new, "2024", others)
        assert conflict == (
            DifferencingConflict(
                new.id, "2024", DifferencingConflictKind.ANOTHER_VERSION, ("“Spring”",)
            )
            if is_related
            else None
        )
        assert find_version_conflict(new, "2025", others) is None


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        ("2025-26", "2025-26", True),
        ("2025-26", "2026-27", False),
        ("2025-26", "2025-26 S1", True),
        ("2025-26", "2025-26 S2", True),
        ("2025-26 S1", "2025-26 S1", True),
        ("2025-26 S1", "2025-26 S2", False),
        ("2025-26 S1", "2025", True),
        ("2025-26 S2", "2025", False),
        ("2025-26", "2026", True),
        ("2025-26", "2027", False),
        ("2025", "2025", True),
        ("2025", "2026", False),
        ("spring", "spring", True),
        ("spring", "2025-26", False),
    ],
)
def test_a_half_year_overlaps_with_its_year(one: str, other: str, overlaps: bool) -> None:
    assert do_periods_overlap(one, other) is overlaps
    assert do_periods_overlap(other, one) is overlaps
    conflict = find_version_conflict(FIRST, one, [("“Spring”", [(SECOND, other)])])
    assert (conflict is not None) is overlaps


@pytest.mark.parametrize(
    ("own", "earlier", "conflicts"),
    [
        (("city",), ("zip", "gender"), True),
        (("gender",), ("zip",), False),
        (("zip",), ("zip", "district"), False),
        (("program:Readers",), ("dosage",), True),
        (("program@2025-10-01:Readers",), ("dosage",), True),
        (("program@2025-10-01:Readers",), ("program:Readers",), False),
        (("grade",), ("cohort",), True),
        ((), ("cohort",), False),
    ],
)
def test_figures_by_overlapping_groups_are_not_published_beside_each_other(
    own: tuple[str, ...], earlier: tuple[str, ...], *, conflicts: bool
) -> None:
    found = find_overlap_conflict("o", "2025", own, [("Spring", earlier), ("Fall", ("age",))])
    expected = DifferencingConflictKind.OVERLAPPING_GROUPS
    assert found == (
        DifferencingConflict("o", "2025", expected, ("Spring",)) if conflicts else None
    )


def test_a_release_counts_the_newest_percentages_by_the_breakdowns_of_their_definitions(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    analyst = acting(Role.ANALYST)
    old, by_program = (
        replace(FIRST, is_newest=False),
        replace(FIRST, breakdowns=("program",)),
    )
    by_area = replace(FIRST, breakdowns=("zip", "city", "gender", "dosage", "program"))
    cases = [
        ((FIRST,), ("district",), []),
        ((FIRST,), ("district", "gender", "gender"), ["I05"]),
        ((replace(FIRST, unit="count"),), ("district",), []),
        ((replace(FIRST, unit="count"),), ("gender",), ["I05"]),
        ((replace(FIRST, unit="sum"),), (), ["I04"]),
        ((replace(FIRST, unit="mean"), old), (), ["I06"]),
        ((replace(old, is_corrected=True),), (), []),
        # One program is two groups that never overlap; a table of all programs overlaps.
        ((by_program,), ("program:Readers", "program:Lift"), []),
        ((by_program,), ("program",), ["I07"]),
        ((FIRST,), ("program:Readers",), ["I05"]),
        ((by_program,), ("program@2025-10-01:Readers",), []),
        ((by_area,), ("zip", "gender"), []),
        ((by_area,), ("zip", "gender", "city"), ["I08"]),
        ((by_area,), ("dosage", "program:Readers"), ["I08"]),
    ]
    for indicators, dimensions, codes in cases:
        decision = may_count_indicators(sent_back, indicators, dimensions, analyst, on)
        assert _codes(decision) == codes
    assert not may_count_indicators(sent_back, (FIRST,), (), acting(Role.REVIEWER), on).allowed
