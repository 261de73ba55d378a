"""Reports to the sender: counts after the check and after the matching, until they are read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.intake.conftest import AT, ROSTER

from cairn.data.intake import submission_reports
from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.models import Delivery
from cairn.data.intake.queries import list_delivery_tasks
from cairn.data.intake.submission_reports import MatchCounts, build_submission_report
from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.tasks import email_new_tasks
from cairn.platform.inbox.api import InboxTask
from cairn.platform.notifications.messages import unseal_text
from cairn.platform.notifications.models import MailMessage
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db
TITLE = "report on a data submission to read"


@pytest.fixture
def recent(conformed: Delivery) -> Delivery:
    """A delivery that was checked just now."""
    Delivery.objects.update(conformed_at=timezone.now())
    conformed.refresh_from_db()
    return conformed


@pytest.fixture
def match(monkeypatch: pytest.MonkeyPatch) -> dict[int, MatchCounts]:
    """Matched rows by delivery, as record matching would count them."""
    counts: dict[int, MatchCounts] = {}
    monkeypatch.setattr(submission_reports, "_MATCH_COUNTERS", [lambda _ids: counts])
    return counts


def _list_reports(user: Any) -> list[InboxTask]:
    tasks = list_delivery_tasks(load_actor(user), timezone.localdate())
    return [task for task in tasks if "submission.report" in task.keys[0]]


def test_the_sender_gets_counts_after_the_check_and_after_the_matching(
    recent: Delivery,
    match: dict[int, MatchCounts],
    person: Callable[..., Any],
) -> None:
    steward = person(Role.STEWARD, at="river")
    (task,) = _list_reports(steward)
    assert (task.count, task.title) == (1, TITLE)
    assert task.url == reverse("intake:delivery", args=[recent.pk])
    assert "roster, 2026-27: 3 rows, 3 accepted, 0 set aside." in task.detail
    assert "1: Born: This is not a date." in task.detail
    assert "Correct the rows with problems" in task.detail
    for value in ("Ames", "Cole", "not a date,", "2015"):
        assert value not in task.detail
    match[recent.pk] = MatchCounts(3, 2)
    (again,) = _list_reports(steward)
    assert again.keys != task.keys
    assert "Matched: 2 of 3 rows (66%)." in again.detail


def test_opening_the_page_reads_it(
    recent: Delivery, match: dict[int, MatchCounts], browser: Callable[..., Client]
) -> None:
    client = browser(Role.STEWARD, at="river")
    home, address = reverse("web:home"), reverse("intake:delivery", args=[recent.pk])
    assert TITLE in client.get(home).content.decode()
    page = client.get(address).content.decode()
    assert "The rows are not matched yet." in page
    assert "This is the first submission of this data set." in page
    assert TITLE not in client.get(home).content.decode()
    match[recent.pk] = MatchCounts(3, 3)
    assert TITLE in client.get(home).content.decode()
    assert "Matched to a person: 3 of 3 rows (100%)." in client.get(address).content.decode()
    assert TITLE not in client.get(home).content.decode()


@pytest.mark.parametrize(
    ("role", "at"),
    [(Role.DATA_MANAGER, "backbone"), (Role.STEWARD, "lake"), (Role.REVIEWER, "river")],
)
def test_it_is_for_the_sender_alone(
    recent: Delivery, person: Callable[..., Any], role: Role, at: str
) -> None:
    assert not _list_reports(person(role, at=at))


@pytest.mark.django_db(databases=["default", "identities"])
def test_the_email_has_counts_and_no_value(recent: Delivery, person: Callable[..., Any]) -> None:
    steward = person(Role.STEWARD, at="river")
    email_new_tasks(timezone.now().replace(hour=18))
    message = MailMessage.objects.get(user=steward)
    text = unseal_text(message.address, message.sealed)
    assert f"- 1 {TITLE}\n  roster, 2026-27: 3 rows, 3 accepted, 0 set aside." in text
    assert reverse("intake:delivery", args=[recent.pk]) in text
    for value in ("Ada", "Ames", "Cole", "2015-03-01"):
        assert value not in text


def test_an_old_report_and_a_replaced_submission_wait_for_no_one(
    recent: Delivery, person: Callable[..., Any]
) -> None:
    steward = person(Role.STEWARD, at="river")
    Delivery.objects.update(conformed_at=timezone.now() - timedelta(days=31))
    assert not _list_reports(steward)
    Delivery.objects.update(conformed_at=timezone.now(), state="superseded")
    assert not _list_reports(steward)


def test_it_compares_with_the_submission_before(
    conformed: Delivery, send: Callable[..., Any], manager: Any, match: dict[int, MatchCounts]
) -> None:
    content = ROSTER + b"4,Dee,Dunn,2015-06-04,F,x,y\n"
    row = check_delivery(
        delivery=send(content=content, period="2027-28", at=AT + timedelta(days=1)).delivery,
        by=manager,
        at=AT,
    )
    report = build_submission_report(row)
    assert report.earlier == conformed
    assert (report.row_change, report.kept_change) == (1, 1)
    assert "compared with the submission before: +1." in report.describe_counts()
    clean = check_delivery(
        delivery=send(
            content=content.replace(b"not a date", b"2015-05-03"),
            period="2027-28",
            at=AT + timedelta(days=2),
        ).delivery,
        by=manager,
        at=AT,
    )
    report = build_submission_report(clean)
    assert (report.earlier, report.row_change) == (row, 0)
    assert "matched in the next matching" in report.next_step
    match[clean.pk] = MatchCounts(4, 4)
    assert "Nothing is left for you to do" in build_submission_report(clean).next_step
    clean.synthetic = "made by a program"
    assert "count in no published figure" in build_submission_report(clean).next_step
    first = build_submission_report(conformed)
    assert (first.row_change, first.kept_change) == (0, 0)
    assert MatchCounts(0, 0).percent == 0
