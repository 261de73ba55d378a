"""The shell around every page: headers, refusals, errors, progress, the audit trail."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.files.uploadhandler import StopUpload
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import Settings

from cairn.governance.partners.models import Organization
from cairn.interfaces.web import user_tasks
from cairn.interfaces.web.pages.audit_log import describe_audit_lines
from cairn.interfaces.web.templatetags.decisions import headline, plainly, told, tone
from cairn.interfaces.web.uploads import SealedUploadHandler
from cairn.platform.audit import guard
from cairn.platform.audit import log as audit
from cairn.platform.audit.models import AuditLine, Work, WorkState
from cairn.platform.inbox.api import InboxTask
from cairn.policy.engine import Decision, Reason
from cairn.policy.facts.people.access import Actor
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Audience, Outcome

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_an_unknown_host_name_gets_an_answer(client: Client) -> None:
    answer = client.get("/", headers={"host": "attacker.example"})
    assert answer.status_code == 400
    assert "This site has another address" in answer.text


def _break(request: Any) -> HttpResponse:
    raise ValueError("Maria Lopez")


def _confuse(request: Any) -> HttpResponse:
    raise SuspiciousOperation


def _lose(request: Any) -> HttpResponse:
    raise Http404


def _forbid(request: Any) -> HttpResponse:
    raise PermissionDenied


def _upload(request: Any) -> HttpResponse:
    file = request.FILES["file"]
    return HttpResponse(f"{type(file).__name__} {file.name} {len(file.read())}")


urlpatterns = [
    path("break/", _break),
    path("confuse/", _confuse),
    path("lose/", _lose),
    path("forbid/", _forbid),
    path("upload/", _upload),
    path("", include("cairn.config.urls")),
]
handler400 = "cairn.interfaces.web.errors.bad_request"
handler403 = "cairn.interfaces.web.errors.forbidden"
handler404 = "cairn.interfaces.web.errors.not_found"
handler500 = "cairn.interfaces.web.errors.broken"


@pytest.fixture
def odd_doors(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


def test_every_answer_carries_the_policies(browser: Callable[..., Client]) -> None:
    for client in (Client(), browser(Role.STEWARD, at="river")):
        headers = client.get(reverse("web:home")).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store, private"


def test_no_page_has_an_inline_script_or_style(browser: Callable[..., Client]) -> None:
    client = browser()
    for name in ("web:home", "partners:list", "partners:people", "audit:log", "account_login"):
        page = client.get(reverse(name), follow=True).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick" not in page


def test_a_refusal_says_why_what_to_do_and_leaves_a_line(browser: Callable[..., Client]) -> None:
    client = browser(Role.STEWARD, at="river")
    answer = client.get(reverse("audit:log"))
    assert answer.status_code == 403
    assert b"What to do:" in answer.content
    line = AuditLine.objects.get(event="refused")
    assert (line.subject, line.outcome) == ("door:audit:log", "deny")


def test_the_public_hears_less_and_is_shown_the_way_in() -> None:
    answer = Client().get(reverse("audit:log"))
    assert answer.status_code == 403
    assert b"What to do:" not in answer.content
    assert b"Sign in" in answer.content
    assert AuditLine.objects.get(event="refused").actor_id == ""


@pytest.mark.parametrize(("door", "status"), [("confuse", 400), ("lose", 404), ("break", 500)])
def test_errors_are_pages_that_say_what_to_do(odd_doors: None, door: str, status: int) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get(f"/{door}/")
    assert answer.status_code == status
    assert b"<h1>" in answer.content
    assert b"Maria" not in answer.content


def test_a_forged_form_changes_nothing() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    assert answer.status_code == 403
    assert b"Nothing was changed" in answer.content


def test_refused_by_the_framework_is_a_page_too(odd_doors: None) -> None:
    answer = Client().get("/forbid/")
    assert answer.status_code == 403
    assert b"ask your data manager" in answer.content


def test_an_upload_is_sealed_as_it_arrives_whatever_its_size(odd_doors: None) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = b"x" * (6 * 1024 * 1024)  # above Django's own limit for memory
    answer = Client().post("/upload/", {"file": SimpleUploadedFile("r.csv", content)})
    assert answer.content.decode() == f"SealedUpload r.csv {len(content)}"


def test_an_upload_above_the_limit_is_stopped(settings: Settings) -> None:
    settings.CAIRN_UPLOAD_LIMIT = 10
    handler = SealedUploadHandler()
    handler.handle_raw_input()
    handler.new_file("file", "r.csv", "text/csv", None)
    handler.receive_data_chunk(b"x" * 10, 0)
    with pytest.raises(StopUpload):
        handler.receive_data_chunk(b"x", 10)


def _work(**fields: Any) -> Work:
    now = timezone.localtime()
    return Work.objects.create(kind="k", subject="s:1", started=now, updated=now, **fields)


def test_progress_asks_again_while_it_runs_and_reloads_when_done(
    browser: Callable[..., Client],
) -> None:
    client = browser(Role.ANALYST)
    row = _work(step="Reading", done=5, total=10)
    address = reverse("web:progress", args=[row.pk])
    answer = client.get(address)
    assert b'hx-trigger="every 1s"' in answer.content
    assert b'value="50"' in answer.content
    assert "HX-Refresh" not in answer.headers
    for state, word in ((WorkState.DONE, b"Done"), (WorkState.STOPPED, b"Stopped")):
        row.state = state
        row.save()
        answer = client.get(address)
        assert word in answer.content
        assert b"hx-trigger" not in answer.content
        assert answer.headers["HX-Refresh"] == "true"


def test_home_lists_what_waits(
    browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    due = timezone.localdate() + timedelta(days=21)
    monkeypatch.setattr(
        user_tasks,
        "_TASK_SOURCES",
        (
            lambda who, on: [
                InboxTask(3, "reviews", "/x/", "of figures", due, minutes=5, keys=("x",))
            ],
        ),
    )
    page = browser(Role.REVIEWER, at="river").get(reverse("web:home")).content
    for words in (
        b"reviews",
        b"of figures",
        b"about 5 minutes each",
        f"Due {date_format(due)}".encode(),
        b"Release reviewer, River",
    ):
        assert words in page


def test_tasks_come_in_the_order_of_their_due_dates(
    browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [
        InboxTask(1, "without a date", "/a/", minutes=1, keys=("x",)),
        InboxTask(1, "due later", "/b/", due=date(2099, 1, 1), minutes=1, keys=("x",)),
        InboxTask(1, "overdue", "/c/", due=date(2020, 1, 1), minutes=1, keys=("x",)),
    ]
    monkeypatch.setattr(user_tasks, "_TASK_SOURCES", (lambda who, on: tasks,))
    page = browser(Role.REVIEWER).get(reverse("web:home")).content.decode()
    titles = re.findall(r"<strong>(without a date|due later|overdue)</strong>", page)
    assert titles == ["overdue", "due later", "without a date"]
    assert "Overdue since Jan. 1, 2020" in page
    assert page.count("about 1 minute ·") == 3
    assert page.count("no due date") == 1


def test_nothing_waits_is_said(
    browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_tasks, "_TASK_SOURCES", ())
    assert b"You have no tasks" in browser(Role.REVIEWER).get(reverse("web:home")).content


def test_the_public_is_welcomed() -> None:
    assert b"What our community" in Client().get(reverse("web:home")).content


def test_the_navigation_shows_only_doors_that_open(browser: Callable[..., Client]) -> None:
    manager = browser().get(reverse("web:home"))
    assert b'href="/audit/"' in manager.content
    assert b'aria-current="page"' in manager.content
    steward = browser(Role.STEWARD, at="river").get(reverse("web:home"))
    assert b'href="/audit/"' not in steward.content


@pytest.mark.parametrize(
    ("page", "door"),
    [
        ("projects:list", "/projects/"),
        ("projects:new", "/projects/"),
        ("projects:body_new", "/projects/bodies/"),
        ("projects:policies", "/projects/bodies/"),
        ("disclosures:list", "/disclosures/"),
        ("families:copies", "/family/copies/"),
    ],
)
def test_a_page_says_which_door_it_is_behind(
    browser: Callable[..., Client], page: str, door: str
) -> None:
    shown = browser().get(reverse(page)).text
    assert re.findall(r'href="([^"]+)" aria-current="page"', shown)[-1] == door


def test_the_audit_log_is_filtered_by_words_and_by_thing(browser: Callable[..., Client]) -> None:
    for event, subject in (("thing.made", "thing:1"), ("thing.lost", "thing:2")):
        audit.record_audit_event(
            event, subject, by=None, at=timezone.localtime(), detail={"count": 3}
        )
    client = browser()
    everything = client.get(reverse("audit:log"))
    assert b"thing.made" in everything.content
    assert b"count: 3" in everything.content
    for words in ("lost", "thing:2", "nobody lost"):
        page = client.get(reverse("audit:log"), {"about": words}).content
        assert b"thing.lost" in page
        assert b"thing.made" not in page
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wanted, is_listed in (
        ({"since": timezone.localdate()}, True),
        ({"since": tomorrow}, False),
        ({"until": tomorrow}, True),
        ({"until": timezone.localdate() - timedelta(days=1)}, False),
        ({"since": "yesterday"}, True),
        ({"outcome": "deny"}, False),
        ({"area": "projects"}, False),
        ({"area": "unheard-of"}, True),
    ):
        page = client.get(reverse("audit:log"), wanted).content
        assert (b"thing.lost" in page) is is_listed, wanted
    hub = Organization.objects.get(slug="backbone")
    detail = {"owner": "backbone", "covered_entity": "True"}
    audit.record_audit_event(
        "partner.described", hub, by=None, at=timezone.localtime(), detail=detail
    )
    told = client.get(reverse("audit:log"), {"about": "legal status"}).content.decode()
    assert "Legal status of a partner recorded" in told
    assert f"owner: {hub.name}" in told
    assert "covered by HIPAA: yes" in told
    nothing = client.get(reverse("audit:log"), {"about": "unheard-of"})
    assert b"No matching entries" in nothing.content


def test_the_chain_is_checked_on_a_page(browser: Callable[..., Client]) -> None:
    from django.db import connection

    audit.record_audit_event("thing.made", "thing:1", by=None, at=timezone.localtime())
    client = browser()
    assert b"The audit log is intact" in client.get(reverse("audit:verify")).content
    guard.remove_append_only_triggers(connection)
    AuditLine.objects.filter(sequence=1).update(event="nothing")
    page = client.get(reverse("audit:verify")).content
    assert b"The audit log was changed" in page
    assert b"Entry 1 was changed" in page


def test_a_decision_is_told_to_each_in_their_own_words() -> None:
    refused = may_open_page(Action.VIEW_AUDIT, Actor.public(), on=date(2026, 1, 1))
    assert tone(refused) == "stop"
    assert headline(refused) == "This is not allowed"
    steward, public = told(refused, Audience.STEWARD), told(refused, "public")
    assert all(line.next_step for line in steward)
    assert not any(line.next_step for line in public)
    assert told(refused, "") == public
    allowed = may_open_page(Action.VIEW_HOME, Actor.public(), on=date(2026, 1, 1))
    assert tone(allowed) == "good"


def test_who_has_not_signed_in_reads_only_that() -> None:
    refused = may_open_page(Action.VIEW_DISCLOSURES, Actor.public(), on=date(2026, 1, 1))
    assert len(refused.refusals) > 1
    assert [line.message for line in told(refused, "public")] == ["Sign in first."]


def test_a_stored_answer_names_organizations(organization: Callable[..., Any]) -> None:
    organization("oak-readers")
    card = RuleCard("X1", "a policy", "A rule.", "oak-readers signed; oak-trees did not.", "Ask.")
    stored = SimpleNamespace(refusals=(), reasons=(Reason(card, Outcome.DENY),))
    (line,) = told(cast("Decision", stored), Audience.STEWARD)
    assert line.message == "Oak Readers signed; oak-trees did not."


def test_the_language_is_kept() -> None:
    client = Client()
    client.post(reverse("web:language"), {"language": "es", "next": "/"})
    page = client.get("/").content.decode()
    assert '<html lang="es">' in page
    assert "Ver el tablero" in page


def test_the_health_page_says_ok() -> None:
    assert Client().get(reverse("web:health")).content == b"ok"


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Live on 2026-11-24.", "Live on Nov. 24, 2026."),
        ("No such day: 2026-02-31.", "No such day: 2026-02-31."),
        (
            "student.home_language is not asked for.",
            "Students: home language is not asked for.",
        ),
        ("Nobody knows some.thing.", "Nobody knows some.thing."),
        ("Enter it under study_purpose.", "Enter it under “study purpose”."),
        (
            "Send roster_2026.csv or absence_*.csv.",
            "Send roster_2026.csv or absence_*.csv.",
        ),
    ],
)
def test_a_sentence_of_the_rules_reads_as_people_write(said: str, read: str) -> None:
    assert plainly(said) == read


def test_a_forms_address_opened_as_a_link_shows_a_page() -> None:
    response = Client().get(reverse("families:leave"))
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert b"This address only receives a form" in response.content


def test_the_audit_log_names_a_possible_match_and_shortens_a_long_key() -> None:
    at = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    for event, subject in (
        ("linkage.question_seen", "question:238"),
        ("question.added", "question:7"),
        ("linkage.person_seen", "person:1e9de87a63dd4d3d5f99135128cc9ce3"),
    ):
        audit.record_audit_event(event, subject, by=None, at=at)
    described = describe_audit_lines(AuditLine.objects.order_by("sequence"))
    assert [entry.about for entry in described] == [
        "Possible match 238",
        "Project question 7",
        "Person in the index 1e9de87a…",
    ]
    assert described[2].subject == "person:1e9de87a63dd4d3d5f99135128cc9ce3"
