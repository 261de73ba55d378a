"""Directory information goes by the provider's latest notice, and by none it does not go."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.data_use.directory_notice import (
    NoticeGap,
    check_directory_notice,
    check_official_notice,
    check_opt_outs_comparable,
    find_notice_gap,
)
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.delivery import NOTICES_NOT_RECORDED, DeliveryFact
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.facts.students.student import PersonFact, RowsFact
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.families import OptOutScope

ON = date(2026, 11, 24)


def _notice(**changes: Any) -> AnnualNotice:
    whole = {
        "organization": "river",
        "season": "2026-27",
        "published_on": date(2026, 8, 1),
        "directory": frozenset({"student.grade"}),
        "opt_out_until": date(2026, 9, 30),
    }
    return AnnualNotice(**{**whole, **changes})


def _refused(*notices: AnnualNotice, element: str = "student.grade", on: date = ON) -> list[str]:
    told = check_directory_notice(notices, "river", "A", element, "tutors").run(on)
    return [r.code for r in told if r.effect is not Outcome.ALLOW]


def test_a_notice_opens_what_it_designates() -> None:
    assert _refused(_notice()) == []
    assert _refused(_notice(limited_to=frozenset({"tutors"}))) == []
    assert _refused(_notice(), element="student.phone") == ["R22.1"]


def test_without_a_notice_of_that_provider_by_that_day_nothing_goes() -> None:
    assert _refused() == ["R22.2"]
    assert _refused(_notice(organization="hills")) == ["R22.2"]
    assert _refused(_notice(), on=date(2026, 7, 31)) == ["R22.2"]


def test_records_about_no_student_need_no_notice() -> None:
    assert _refused(element="school.postal_code") == []


def test_families_have_the_whole_window_to_decline() -> None:
    assert _refused(_notice(), on=date(2026, 9, 30)) == ["R22.3"]
    assert _refused(_notice(), on=date(2026, 10, 1)) == []
    assert _refused(_notice(opt_out_until=None)) == ["R22.3"]


def test_the_latest_notice_counts() -> None:
    older = _notice(season="2025-26", published_on=date(2025, 8, 1))
    narrower = _notice(directory=frozenset())
    assert _refused(older, narrower) == ["R22.1"]
    assert _refused(narrower, older, on=date(2026, 7, 1)) == ["R22.3"]


def test_a_limited_notice_is_kept_to() -> None:
    assert _refused(_notice(limited_to=frozenset())) == ["R22.4"]
    everything = _notice(
        limited_to=frozenset({"mentors"}), directory=frozenset(), opt_out_until=None
    )
    assert _refused(everything) == ["R22.1", "R22.3", "R22.4"]


def test_a_school_year_lacks_a_notice_or_its_families_still_have_time() -> None:
    def find_gap(*notices: AnnualNotice, on: date = ON) -> NoticeGap | None:
        return find_notice_gap(notices, "river", "2026-27", on)

    last_year = _notice(season="2025-26", published_on=date(2025, 8, 1))
    assert find_gap(last_year) == NoticeGap(None)
    assert find_gap(_notice(organization="hills")) == NoticeGap(None)
    assert find_gap(_notice(), on=date(2026, 9, 30)) == NoticeGap(date(2026, 9, 30))
    assert find_gap(_notice()) is None
    assert find_gap(_notice(directory=frozenset(), opt_out_until=None)) is None


@pytest.mark.parametrize(
    ("basis", "notices", "refused"),
    [
        (LegalBasis.SCHOOL_OFFICIAL, (_notice(),), ["R22.11"]),
        (LegalBasis.SCHOOL_OFFICIAL, (_notice(official_criteria=True),), []),
        (LegalBasis.SCHOOL_OFFICIAL, (_notice(published_on=date(2026, 12, 1)),), []),
        (LegalBasis.SCHOOL_OFFICIAL, (_notice(organization="hills"),), []),
        (LegalBasis.SCHOOL_OFFICIAL, (), []),
        (LegalBasis.SCHOOL_OFFICIAL, None, []),
        (LegalBasis.SCHOOL_OFFICIAL, NOTICES_NOT_RECORDED, []),
        (LegalBasis.CONSENT, (_notice(),), []),
    ],
)
def test_a_notice_on_record_says_who_is_a_school_official(
    basis: LegalBasis, notices: tuple[AnnualNotice, ...] | None, refused: list[str]
) -> None:
    reasons = check_official_notice(notices, u.agreement(basis)).run(ON)
    assert [r.code for r in reasons if r.effect is not Outcome.ALLOW] == refused


ID = "student.local_id"
GRADE = "student.grade"


@pytest.mark.parametrize("scope", OptOutScope)
@pytest.mark.parametrize(
    ("elements", "designated", "agreed", "synthetic", "found"),
    [
        ({ID, GRADE}, {ID, GRADE}, {"local_id", "grade"}, "", [Outcome.ALLOW]),
        ({GRADE}, {ID, GRADE}, {"local_id", "grade"}, "", [Outcome.DENY]),
        ({ID, GRADE}, {GRADE}, {"local_id", "grade"}, "", [Outcome.DENY]),
        ({ID, GRADE}, {ID, GRADE}, {"grade"}, "", [Outcome.DENY]),
        ({GRADE}, {GRADE}, {"grade"}, "made by a program", []),
    ],
)
def test_opt_outs_are_left_out_only_by_the_ids_in_the_file(
    scope: OptOutScope,
    elements: set[str],
    designated: set[str],
    agreed: set[str],
    synthetic: str,
    found: list[Outcome],
) -> None:
    agreement = u.agreement(
        LegalBasis.DIRECTORY, data=(DataTerm("student", frozenset(agreed), clause="exhibit A"),)
    )
    notice = _notice(directory=frozenset(designated))
    delivery = DeliveryFact(
        *("river", "A", "list", "2026-27", Channel.UPLOAD, frozenset(elements)),
        synthetic=synthetic,
        notices=(notice,),
    )
    child = u.child(opt_outs=(OptOutFact("c1", scope, "2026-27", "river"),))
    asked = scope in (OptOutScope.DIRECTORY, OptOutScope.ALL_DISCRETIONARY)

    def ask(*children: PersonFact, agreement: AgreementFact = agreement) -> list[Outcome]:
        rows = (RowsFact("A", children, u.SAID),)
        return [r.effect for r in check_opt_outs_comparable(delivery, agreement, rows).run(ON)]

    assert ask(child, u.child("c2")) == (found if asked else [])
    assert ask(u.child("c2")) == []
    assert ask(child, agreement=replace(agreement, basis=LegalBasis.SCHOOL_OFFICIAL)) == []
    unpublished = replace(delivery, notices=())
    rows = (RowsFact("A", (child,), u.SAID),)
    without = [r.effect for r in check_opt_outs_comparable(unpublished, agreement, rows).run(ON)]
    assert without == ([Outcome.DENY] if asked and not synthetic else [])
