"""A user keeps views and a weekly email of titles; a figure that is late becomes a task."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cairn.governance.partners.facts import load_actor
from cairn.outputs.dashboards import actions as dashboard_actions
from cairn.outputs.dashboards.audiences import release_calendar
from cairn.outputs.dashboards.models import FigureSubscription, SavedView
from cairn.outputs.dashboards.saved_views import actions, digest
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.platform.notifications.messages import unseal_text
from cairn.platform.notifications.models import MailMessage, MailPreference
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.releases import ReleaseState

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
NOW = datetime(2026, 11, 27, 17, tzinfo=UTC)
WEEK = timedelta(days=7)
VIEWS, SAVE, EMAIL = "/figures/views/", "/figures/views/save/", "/figures/views/email/"
FILTERED = "/figures/gaps/?outcome=Chronic+absence&sort=-points"


@pytest.fixture
def member(person: Callable[..., User]) -> User:
    return person(Role.COMMITTEE_MEMBER)


def publish(user: User, title: str, at: datetime, *, outcome: str = "chronic_absence") -> Release:
    return Release.objects.create(
        title=title,
        story="",
        outcomes=[outcome],
        tables=[],
        years=[],
        purpose="public_reporting",
        organization=user.affiliations.get().organization,
        author=user,
        state=ReleaseState.PUBLISHED.value,
        released="released/x",
        created_at=at,
        published_at=at,
    )


def test_a_view_is_saved_once_and_only_its_owner_has_it(
    member: User, browser: Callable[..., Client]
) -> None:
    client, other = browser(member), browser(Role.STEWARD)
    assert "No saved view yet" in client.get(VIEWS).text
    form = client.get(SAVE, {"address": FILTERED}).text
    assert 'value="/figures/gaps/?outcome=Chronic+absence&amp;sort=-points"' in form
    for _time in range(2):
        answer = client.post(SAVE, {"name": "Absence", "address": FILTERED}, follow=True)
        assert "View saved." in answer.text
    row = SavedView.objects.get()
    assert row.address == FILTERED
    taken = client.post(SAVE, {"name": "absence", "address": "/programs/portfolio/"})
    assert "another view with this name" in taken.text
    assert "Absence" not in other.get(VIEWS).text
    assert other.post(f"{VIEWS}{row.pk}/delete/").status_code == 404
    assert SavedView.objects.count() == 1
    client.post(f"{VIEWS}{row.pk}/delete/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/figures/gaps/",
        "//elsewhere.example/figures/gaps/",
        "javascript:alert(1)",
        "/account/logout/",
        "figures/gaps/",
        "//[",
        "",
    ],
)
def test_only_dashboards_of_this_site_are_saved(member: User, address: str) -> None:
    with pytest.raises(actions.SavedViewConflict, match="Open a dashboard"):
        actions.save_view(name="x", address=address, by=member, at=NOW)


def test_a_user_has_few_views_and_staff_alone_have_any(
    member: User, person: Callable[..., User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_MOST_VIEWS", 1)
    actions.save_view(name="x", address="/public/chronic_absence/", by=member, at=NOW)
    with pytest.raises(actions.SavedViewConflict, match="Delete one first"):
        actions.save_view(name="y", address="/figures/gaps/", by=member, at=NOW)
    with pytest.raises(Refused):
        actions.save_view(name="x", address="/figures/gaps/", by=person(Role.PUBLIC), at=NOW)


def test_titles_are_emailed_once_a_week_without_figures(
    member: User, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = browser(member)
    for _time in range(2):
        assert "once a week" in client.post(EMAIL, {"wants": "yes"}, follow=True).text
    publish(member, "Before it began", NOW - WEEK)
    publish(member, "Chronic absence, 2025-26", NOW + timedelta(hours=1))
    assert digest.send_digests(NOW + timedelta(days=6)) == "Emails about published figures: 0."
    MailPreference.objects.create(user=member, language="es", changed_at=NOW)
    assert digest.send_digests(NOW + WEEK) == "Emails about published figures: 1."
    assert digest.send_digests(NOW + WEEK) == "Emails about published figures: 0."
    assert digest.send_digests(NOW + 3 * WEEK) == "Emails about published figures: 0."
    message = MailMessage.objects.get()
    text = unseal_text(message.address, message.sealed)
    assert (message.kind, message.subject) == ("figures", "Cairn: se publicó 1 informe de cifras")
    assert "Chronic absence, 2025-26" in text
    assert "/public/chronic_absence/" in text
    assert "Before it began" not in text
    assert "%" not in text
    # The link of the email ends it, without sign-in and once.
    link = f"/public/unsubscribe/{FigureSubscription.objects.get().key}/"
    assert link in text
    reader = Client()
    assert "End the weekly email" in reader.get(link).text
    assert FigureSubscription.objects.exists()
    assert reader.post(link).status_code == 302
    assert [reader.get(link).status_code, reader.post(link).status_code] == [404, 404]
    assert AuditLine.objects.get(event="figures.email_ended").subject_id == str(member.pk)


def test_a_person_who_left_gets_no_email(member: User, browser: Callable[..., Client]) -> None:
    actions.start_subscription(by=member, at=NOW)
    publish(member, "New", NOW + timedelta(hours=1))
    member.affiliations.update(ends=date(2026, 11, 28))
    assert digest.send_digests(NOW + WEEK) == "Emails about published figures: 0."
    member.affiliations.update(ends=None)
    client = browser(member)
    assert "End weekly email" in client.get(VIEWS).text
    assert "no more email" in client.post(EMAIL, {"wants": "no"}, follow=True).text
    assert digest.send_digests(NOW + WEEK) == "Emails about published figures: 0."


def test_a_late_figure_is_a_task_until_it_is_published(
    person: Callable[..., User], browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, member = person(), person(Role.STEWARD)
    client = browser(manager)
    assert "No figures published yet" in client.get("/figures/expected/").text
    publish(manager, "Absence", NOW)
    day = NOW.date()

    def list_tasks(user: User, on: date) -> list[str]:
        tasks = release_calendar.list_late_figure_tasks(load_actor(user), on)
        return [f"{task.count} {task.title}: {task.detail}" for task in tasks]

    assert list_tasks(manager, day + timedelta(days=365)) == []
    assert list_tasks(manager, day + timedelta(days=366)) == ["1 figure is late: Chronic absence"]
    assert list_tasks(member, day + timedelta(days=366)) == []
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=1))
    address = "/figures/expected/chronic_absence/"
    assert client.get("/figures/expected/unknown/").status_code == 404
    assert "Enter today or a later day." in client.post(address, {"due_on": "2026-11-01"}).text
    answer = client.post(address, {"due_on": "2026-12-15"}, follow=True)
    assert "promised" in answer.text
    assert list_tasks(manager, date(2026, 12, 16)) == ["1 figure is late: Chronic absence"]
    actor = load_actor(member)
    (deadline,) = release_calendar.list_figure_deadlines(actor, day, day + timedelta(days=60))
    assert (deadline.on, deadline.what) == (date(2026, 12, 15), "New figure: Chronic absence")
    late = browser(member).get("/figures/expected/").text
    assert "Set day" not in late
    publish(manager, "Absence again", NOW + timedelta(days=20))
    assert list_tasks(manager, date(2026, 12, 18)) == []
    with pytest.raises(Refused):
        dashboard_actions.promise_figure(outcome="chronic_absence", due_on=day, by=member, at=NOW)
