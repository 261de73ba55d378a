"""Directory information goes by the provider's latest notice, and by none it does not go."""

from datetime import date
from typing import Any

from cairn.policy.checks.data_use.directory_notice import (
    NoticeGap,
    check_directory_notice,
    find_notice_gap,
)
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.vocabulary.decisions import Outcome

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
