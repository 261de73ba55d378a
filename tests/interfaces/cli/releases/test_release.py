"""`cairn link`, `cairn release …` and `cairn publish` over a small real delivery."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.school_statements import say

from cairn.governance.partners.models import Affiliation, Organization
from cairn.outputs.releases.actions import owner_answers, review_and_publication
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.releases import OwnerAnswer, ReviewVerdict

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FROM = ("--from", "grand-bend-isd", "--under", "GB-DSA-01")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Sixty children of one school, a third of them often absent."""
    folder = tmp_path / "files"
    folder.mkdir()
    names = [
        f"{given}{n}"
        for n in range(6)
        for given in ["Ada", "Ben", "Cam", "Dee", "Eli", "Fay", "Gus", "Hal", "Ida", "Jo"]
    ]
    students = ["Student ID,First Name,Last Name,Date of Birth"]
    events = ["Student ID,School ID,School Year,Date,Absence type"]
    for number, name in enumerate(names):
        students.append(f"{number},{name},Family{number},2015-03-{number % 28 + 1:02d}")
        days = 20 if number % 3 == 0 else 1
        for day in range(days):
            on = date(2025, 9, 1) + timedelta(days=day)
            events.append(f"{number},S1,2025-26,{on},unexcused absence")
    (folder / "students.csv").write_text("\n".join(students))
    (folder / "attendance.csv").write_text("\n".join(events))
    (folder / "calendar.csv").write_text(
        "School ID,School Year,Instructional days\nS1,2025-26,169\n"
    )
    return folder


def _reviewer(email: str) -> User:
    user = User.objects.create_user(email, email)
    Affiliation.objects.create(
        user=user,
        organization=Organization.objects.get(slug="grand-bend-partnership"),
        role=Role.REVIEWER.value,
        starts=date(2020, 1, 1),
    )
    return user


def test_from_files_to_a_release(cairn: Callable[..., Any], agreed: Path, files: Path) -> None:
    from django.utils import timezone

    assert cairn("receive", files, *FROM, "--yes", "--period", "2025-26").code == 0
    linked = cairn("link")
    assert linked.code == 0, linked.error
    assert "belong to 60 people" in linked.out
    say("grand-bend-isd", by=User.objects.get(), at=timezone.localtime())
    begun = cairn(
        *("release", "draft", "--title", "Chronic absence", "--outcome", "chronic_absence"),
        *("--by", "district,school", "--year", "2025-26", "--json"),
        *("--story", "Buses changed their routes in the fall."),
    )
    assert begun.code == 0, begun.error
    number = begun.facts["release"]
    assert "cairn release submit" in cairn("release", "check", number).out
    wrong = cairn("release", "reword", number, "--answer", "P25")
    assert wrong.code == 2
    assert "Write RULE=WHY" in wrong.error
    why = "P25=Nobody of these groups goes to school here."
    assert "is saved" in cairn("release", "reword", number, "--answer", why).out
    assert "is submitted to two reviewers" in cairn("release", "submit", number).out
    assert "Chronic absence" in cairn("release", "list").out
    early = cairn("publish", number)
    assert early.code == 1
    assert "Next:" in early.error
    row = Release.objects.get()
    for email in ("one@example.org", "two@example.org"):
        review_and_publication.review_release(
            release=row,
            verdict=ReviewVerdict.APPROVE,
            comment="",
            by=_reviewer(email),
            at=timezone.localtime(),
        )
    sent = cairn("release", "send-back", number)
    assert "answer by" in sent.out
    steward = User.objects.create_user("steward@example.org", "Steward")
    Affiliation.objects.create(
        user=steward,
        organization=Organization.objects.get(slug="grand-bend-isd"),
        role=Role.STEWARD.value,
        starts=date(2020, 1, 1),
    )
    owner_answers.answer_send_back(
        send_back=row.send_backs.get(),
        answer=OwnerAnswer.CONFIRM,
        comment="",
        by=steward,
        at=timezone.localtime(),
    )
    assert "is published" in cairn("publish", number).out
    assert cairn("publish", 999).code == 2


def test_who_drafts_must_be_clear(cairn: Callable[..., Any], agreed: Path) -> None:
    said = cairn(
        *("release", "draft", "--title", "T", "--outcome", "chronic_absence"),
        *("--by", "district", "--organization", "nobody"),
    )
    assert said.code == 2
    assert "--organization" in said.error


def test_a_release_for_one_partner_names_it(
    cairn: Callable[..., Any], agreed: Path, files: Path
) -> None:
    draft = ("release", "draft", "--title", "T", "--outcome", "chronic_absence", "--by", "district")
    assert "add --audience" in cairn(*draft, "--minimum", "20").error
    assert "grand-bend-isd" in cairn(*draft, "--audience", "nobody").error
    # What the agreement of the demo's district does not promise is refused as on the page.
    refused = cairn(*draft, "--audience", "grand-bend-isd", "--minimum", "5", "--year", "2025-26")
    assert refused.code == 1
    assert "at least 10" in refused.error + refused.out
    assert not Release.objects.exists()


def test_a_release_for_one_partner_is_drafted_and_renews_itself(
    cairn: Callable[..., Any], agreed: Path, files: Path
) -> None:
    assert cairn("receive", files, *FROM, "--yes", "--period", "2025-26").code == 0
    assert cairn("link").code == 0
    draft = ("release", "draft", "--title", "T", "--outcome", "chronic_absence", "--by", "district")
    drafted = cairn(
        *draft, "--audience", "grand-bend-isd", "--minimum", "12", "--method", "bands",
        "--renew", "term", "--json",
    )  # fmt: skip
    assert drafted.code == 0, drafted.error
    row = Release.objects.get(pk=drafted.facts["release"])
    assert row.audience is not None
    assert (row.audience.slug, row.audience_minimum) == ("grand-bend-isd", 12)
    assert row.renewal is not None
    assert (row.renewal.cadence, row.renewal.asked_by) == ("term", row.author)
    once = cairn(*draft, "--json")
    assert Release.objects.get(pk=once.facts["release"]).renewal is None
    yearly = cairn(*draft, "--renew", "year", "--json")
    renewal = Release.objects.get(pk=yearly.facts["release"]).renewal
    assert renewal is not None
    assert renewal.cadence == "year"
    assert cairn(*draft, "--renew", "month").code == 2


def test_a_release_for_one_partner_has_a_fixed_cohort(
    cairn: Callable[..., Any], agreed: Path, files: Path
) -> None:
    assert cairn("receive", files, *FROM, "--yes", "--period", "2025-26").code == 0
    assert cairn("link").code == 0
    draft = (
        *("release", "draft", "--title", "T", "--outcome", "chronic_absence", "--json"),
        *("--method", "bands", "--cohort", "2025-10-01"),
    )
    partner, program = ("--audience", "grand-bend-isd"), ("--by", "program:Riverside Readers")
    assert "add --audience" in cairn(*draft, *program).error
    assert "program:NAME" in cairn(*draft, *partner, "--by", "district").error
    for day in ("2025-10-01", "2025-09-01"):
        undated = [word for word in draft if word not in ("--cohort", "2025-10-01")]
        asked = cairn(*undated, *partner, "--by", f"program@{day}:Riverside Readers")
        assert "with --cohort" in asked.error
    drafted = cairn(*draft, *partner, *program)
    assert drafted.code == 0, drafted.error
    row = Release.objects.get(pk=drafted.facts["release"])
    assert row.tables == [["program@2025-10-01:Riverside Readers"]]


def test_nothing_to_link_says_so(cairn: Callable[..., Any], agreed: Path) -> None:
    said = cairn("link")
    assert said.code == 1
    assert "Upload a file first" in said.out
