"""A family asks to correct the record: decision, hearing and statement, each on its page."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import World
from tests.services.families.phone import letter, phone

from cairn.governance.consents.facts import load_person_fact
from cairn.governance.consents.models.child import Child
from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import AmendmentState
from cairn.services.families import amendment_queries
from cairn.services.families.models import AmendmentRequest

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
ROSA: Final = {"name": "Rosa Alba", "relation": "parent"}
REQUEST: Final = {"wrong": "It says 12 days absent.", "correct": "2 days absent.", **ROSA}
PLACE: Final = {"place": "9 a.m., Room 4", "officer": "B. Officer", "impartial": "on"}


def ask(world: World) -> Client:
    """A family that asked to correct the record."""
    client = phone(letter(world).code)
    assert client.post("/family/child/correction/", REQUEST).status_code == 302
    return client


def find_request() -> AmendmentRequest:
    return AmendmentRequest.objects.get()


def refuse(steward: Client) -> None:
    """The district refuses the request."""
    steward.post(
        f"/family/corrections/{find_request().pk}/decision/",
        {"decision": "refuse", "reason": "The teacher's notes agree with the record."},
    )


def hold_hearing(family: Client, steward: Client) -> None:
    """The family asks for a hearing, and it is held today: it was announced yesterday."""
    pk = find_request().pk
    family.post(f"/family/child/correction/{pk}/hearing/", ROSA)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    steward.post(f"/family/corrections/{pk}/hearing/", {"held_on": tomorrow, **PLACE})
    today = timezone.localdate()
    AmendmentRequest.objects.filter(pk=pk).update(
        hearing_on=today, hearing_notified_on=today - timedelta(days=1)
    )


def test_what_a_family_writes_is_sealed_and_due(world: World) -> None:
    page = phone(letter(world).code).post("/family/child/correction/", ROSA)
    assert page.status_code == 422
    client, row = ask(world), find_request()
    assert (row.state, row.due_on) == ("requested", row.asked_on + timedelta(days=45))
    assert b"absent" not in bytes(row.sealed)
    home = client.get("/family/child/").content.decode()
    assert "2 days absent." in home
    assert "The school should decide by" in home
    # The form that is sent twice is one request.
    assert client.post("/family/child/correction/", REQUEST).status_code == 302
    assert find_request() == row
    # Another family's phone shows nothing of it, and cannot take a step.
    other = phone(letter(world, "S-2").code)
    assert "days absent" not in other.get("/family/child/").content.decode()
    assert other.get(f"/family/child/correction/{row.pk}/withdraw/").status_code == 404


def test_california_gives_less_time(world: World) -> None:
    world.river.state = "CA"
    world.river.save()
    client = ask(world)
    assert find_request().due_on == timezone.localdate() + timedelta(days=30)
    client.post("/family/child/copy/", ROSA)
    copy = Child.objects.get().copy_requests.get()
    assert timezone.localdate() + timedelta(days=5) <= copy.due
    assert copy.due <= timezone.localdate() + timedelta(days=12)


def test_a_request_is_granted(world: World, browser: Browser) -> None:
    client, steward = ask(world), browser(world.steward)
    pk = find_request().pk
    listed = steward.get("/family/corrections/").content.decode()
    assert "Requests to correct a record: 1" in listed
    steward.post(
        f"/family/corrections/{pk}/decision/", {"decision": "amend", "reason": "Now 2 days."}
    )
    assert find_request().state == "amended"
    home = client.get("/family/child/").content.decode()
    assert "The record was corrected" in home
    assert "Now 2 days." in home
    # It is decided once.
    again = steward.post(
        f"/family/corrections/{pk}/decision/", {"decision": "refuse", "reason": "No."}
    )
    assert again.status_code == 403
    assert find_request().state == "amended"


def test_only_the_organization_that_keeps_the_record_decides(
    world: World, browser: Browser, person: Callable[..., object]
) -> None:
    ask(world)
    hub, pk = browser(person(Role.DATA_MANAGER)), find_request().pk
    page = hub.get(f"/family/corrections/{pk}/").content.decode()
    assert "A data steward of River takes the next step." in page
    decision = {"decision": "refuse", "reason": "No."}
    assert hub.post(f"/family/corrections/{pk}/decision/", decision).status_code == 403
    assert find_request().state == "requested"


def test_after_a_refusal_comes_a_hearing_and_then_a_statement(
    world: World, browser: Browser
) -> None:
    family, steward = ask(world), browser(world.steward)
    pk = find_request().pk
    statement = {"statement": "The notes are of another child.", **ROSA}
    # No statement before a hearing.
    early = family.post(f"/family/child/correction/{pk}/statement/", statement)
    assert early.status_code == 403
    assert "This request has changed." in early.content.decode()
    refuse(steward)
    home = family.get("/family/child/").content.decode()
    assert "You have the right to a hearing." in home
    assert "The teacher&#x27;s notes agree with the record." in home
    hold_hearing(family, steward)
    decided = steward.post(
        f"/family/corrections/{pk}/hearing/decision/",
        {
            "decision": "uphold",
            "reason": "The notes were read. They agree.",
            "contested": ["attendance", "student"],
        },
    )
    assert decided.status_code == 302
    assert "You have the right to add a statement" in family.get("/family/child/").content.decode()
    assert load_person_fact(Child.objects.get(), timezone.localdate()).statement_on is None
    family.post(f"/family/child/correction/{pk}/statement/", statement)
    row = find_request()
    assert (row.state, row.statement_on) == ("statement_placed", timezone.localdate())
    fact = load_person_fact(Child.objects.get(), timezone.localdate())
    assert fact.statement_on == timezone.localdate()
    (statement,) = amendment_queries.list_record_statements({row.child.key})
    assert statement.fact.records == {"attendance", "student"}
    assert amendment_queries.list_record_statements(set()) == ()
    detail = steward.get(f"/family/corrections/{pk}/").content.decode()
    assert "The notes are of another child." in detail
    assert "enclose it (34 CFR 99.21(c))" in detail
    events = AuditLine.objects.filter(event__startswith="amendment.").values_list(
        "event", flat=True
    )
    assert list(events.order_by("pk")) == [
        "amendment.asked",
        "amendment.decided",
        "amendment.hearing_asked",
        "amendment.hearing_set",
        "amendment.heard",
        "amendment.statement_placed",
    ]


def test_a_hearing_needs_an_impartial_officer_and_notice(world: World, browser: Browser) -> None:
    family, steward = ask(world), browser(world.steward)
    refuse(steward)
    pk, today = find_request().pk, timezone.localdate()
    family.post(f"/family/child/correction/{pk}/hearing/", ROSA)
    address = f"/family/corrections/{pk}/hearing/"
    later = (today + timedelta(days=9)).isoformat()
    partial = {"held_on": later, "place": "Room 4", "officer": "The teacher"}
    assert steward.post(address, partial).status_code == 403
    assert steward.post(address, {"held_on": today.isoformat(), **PLACE}).status_code == 403
    assert find_request().state == "hearing_requested"
    assert steward.post(address, {"held_on": later, **PLACE}).status_code == 302
    assert "9 a.m., Room 4" in family.get("/family/child/").content.decode()
    # It is not decided before it was held.
    decision = {"decision": "uphold", "reason": "Decided already."}
    assert steward.post(f"{address}decision/", decision).status_code == 403


def test_a_hearing_that_is_granted_amends_the_record(world: World, browser: Browser) -> None:
    family, steward = ask(world), browser(world.steward)
    refuse(steward)
    hold_hearing(family, steward)
    steward.post(
        f"/family/corrections/{find_request().pk}/hearing/decision/",
        {"decision": "amend after hearing", "reason": "The notes were of another child."},
    )
    assert find_request().state == "amended"
    assert "The record was corrected" in family.get("/family/child/").content.decode()


def test_a_copy_says_what_was_left_out_where_that_may_be_said(
    world: World, browser: Browser
) -> None:
    family, steward = phone(letter(world).code), browser(world.steward)
    family.post("/family/child/copy/", ROSA)
    child = Child.objects.get()
    address = f"/family/copies/{child.copy_requests.get().pk}/"
    answer = {"answer": "Mailed.", "exclusions": ["other_students", "court_order"]}
    # No order is on record, and counsel did not review it.
    assert steward.post(address, answer).status_code == 403
    Child.objects.update(court_order=True)
    assert steward.post(address, answer).status_code == 403
    assert steward.post(address, {**answer, "counsel": "A. Counsel"}).status_code == 302
    row = child.copy_requests.get()
    assert (row.exclusions, row.counsel) == (["other_students", "court_order"], "A. Counsel")
    home = family.get("/family/child/").content.decode()
    assert "Information about other students was left out." in home
    assert "order" not in home.partition("Mailed.")[2].partition("</p>")[0]


def test_a_district_may_not_leave_out_what_only_a_college_may(
    world: World, browser: Browser
) -> None:
    phone(letter(world).code).post("/family/child/copy/", ROSA)
    copy = Child.objects.get().copy_requests.get()
    answer = {"answer": "Mailed.", "exclusions": ["parents_finances"]}
    refused = browser(world.steward).post(f"/family/copies/{copy.pk}/", answer)
    assert refused.status_code == 403
    assert "Only a college may leave" in refused.content.decode()


def test_a_family_withdraws(world: World) -> None:
    family = ask(world)
    address = f"/family/child/correction/{find_request().pk}/withdraw/"
    assert "Cancel this request?" in family.get(address).content.decode()
    family.post(address, ROSA)
    assert find_request().state == "withdrawn"
    assert family.post(address, ROSA).status_code == 403


def test_each_parent_sees_the_own_request_only(world: World, browser: Browser) -> None:
    rosa, luis = ask(world), phone(letter(world).code)
    pk, steward = find_request().pk, browser(world.steward)
    luis_signs = {"name": "Luis Alba", "relation": "parent"}
    reader, steps = "/family/child/corrections/", ("withdraw", "hearing", "statement")
    assert "Show my corrections" in luis.get(reader).content.decode()
    for name in ("Luis Alba", ROSA["name"]):  # his own name, and hers on his own letter
        given = luis.post(reader, {"name": name, "relation": "parent"})
        assert given.headers["Location"] == "/family/child/#see"
        home = luis.get("/family/child/").content.decode()
        assert "days absent" not in home
        assert "Correction asked for" not in home
        for step in steps:
            assert luis.get(f"/family/child/correction/{pk}/{step}/").status_code == 404
    assert AuditLine.objects.filter(event="family.named").count() == 2
    # A new session on her letter: nothing before she gives her name, then everything.
    again = Client()
    later = AmendmentRequest.objects.get().letter
    assert later is not None
    session = again.session
    session["family"] = {"letter": later.pk, "seen": timezone.now().isoformat()}
    session.save()
    assert "days absent" not in again.get("/family/child/").content.decode()
    assert again.post(reader, {"name": "Rosa  alba."}).status_code == 422
    again.post(reader, {"name": "Rosa  alba.", "relation": "parent"})
    assert "2 days absent." in again.get("/family/child/").content.decode()
    assert again.get(f"/family/child/correction/{pk}/withdraw/").status_code == 200
    # Another name in the form of a step is another person.
    refused = rosa.post(f"/family/child/correction/{pk}/withdraw/", luis_signs)
    assert refused.status_code == 403
    assert "made by another person" in refused.content.decode()
    rosa.post(reader, ROSA)
    refuse(steward)
    hold_hearing(rosa, steward)
    steward.post(
        f"/family/corrections/{pk}/hearing/decision/", {"decision": "uphold", "reason": "Kept."}
    )
    rosa.post(
        f"/family/child/correction/{pk}/statement/", {"statement": "It was my niece.", **ROSA}
    )
    home = luis.get("/family/child/").content.decode()
    assert "A statement is part of the record" in home
    assert "It was my niece." in home
    for hidden in ("days absent", "Kept.", "Rosa Alba", "Room 4"):
        assert hidden not in home
    Child.objects.update(court_order=True)
    home = luis.get("/family/child/").content.decode()
    assert "To read it, ask the school." in home
    assert "It was my niece." not in home
    assert "It was my niece." in rosa.get("/family/child/").content.decode()


def test_staff_record_a_request_on_paper(
    world: World, browser: Browser, person: Callable[..., object]
) -> None:
    steward, address = browser(world.steward), "/family/corrections/new/"
    received = timezone.localdate() - timedelta(days=9)
    paper = {
        "organization": world.river.pk,
        "local_id": "S-1",
        "received_on": received.isoformat(),
        **REQUEST,
    }
    assert "Record a request" in steward.get("/family/corrections/").content.decode()
    assert browser(person(Role.DATA_MANAGER)).get(address).status_code == 403
    later = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert steward.post(address, {**paper, "received_on": later}).status_code == 403
    other = steward.post(address, {**paper, "organization": world.lanterns.pk})
    assert other.status_code == 422
    broken = {**paper, "scan": SimpleUploadedFile("scan.pdf", b"no such file type")}
    assert steward.post(address, broken).status_code == 422
    assert not AmendmentRequest.objects.exists()
    scanned = {**paper, "scan": SimpleUploadedFile("scan.pdf", b"%PDF-1.4 a request")}
    saved = steward.post(address, scanned)
    row = find_request()
    assert saved.headers["Location"] == f"/family/corrections/{row.pk}/"
    again = steward.post(address, paper)
    assert again.headers["Location"] == f"/family/corrections/{row.pk}/"
    assert (row.asked_on, row.due_on) == (received, received + timedelta(days=45))
    assert row.recorded_by == world.steward
    detail = steward.get(f"/family/corrections/{row.pk}/").content.decode()
    assert "Recorded by" in detail
    scan = steward.get(f"/family/corrections/{row.pk}/scan/")
    assert scan.content == b"%PDF-1.4 a request"
    assert list(amendment_queries.find_damaged_amendment_scans()) == []
    (kept,) = (Path(settings.CAIRN_DATA) / "attachments").rglob(f"*{row.scan[2:]}*")
    kept.unlink()
    assert steward.get(f"/family/corrections/{row.pk}/scan/").status_code == 404
    # The one who asked finds it on the page, the other parent does not.
    rosa, luis = phone(letter(world).code), phone(letter(world).code)
    for client, name in ((rosa, "Rosa Alba"), (luis, "Luis Alba")):
        client.post("/family/child/corrections/", {"name": name, "relation": "parent"})
    assert "2 days absent." in rosa.get("/family/child/").content.decode()
    assert "days absent" not in luis.get("/family/child/").content.decode()


def test_what_waits_and_what_is_due(world: World, browser: Browser) -> None:
    who, today = load_actor(world.steward), timezone.localdate()
    in_a_year = today + timedelta(days=365)
    assert amendment_queries.list_amendment_tasks(who, today) == []
    family, steward = ask(world), browser(world.steward)
    (task,) = amendment_queries.list_amendment_tasks(who, today)
    assert (task.count, task.due) == (1, today + timedelta(days=45))
    (deadline,) = amendment_queries.list_amendment_deadlines(who, today, in_a_year)
    assert deadline.on == task.due
    assert amendment_queries.list_amendment_deadlines(who, today, today) == []
    tutor = load_actor(world.tutor)
    assert amendment_queries.list_amendment_tasks(tutor, today) == []
    assert amendment_queries.list_amendment_deadlines(tutor, today, in_a_year) == []
    refuse(steward)
    assert amendment_queries.list_amendment_tasks(who, today) == []
    family.post(f"/family/child/correction/{find_request().pk}/hearing/", ROSA)
    (task,) = amendment_queries.list_amendment_tasks(who, today)
    assert "hearing to schedule" in task.title
    hold_hearing(family, steward)
    AmendmentRequest.objects.update(state=AmendmentState.HEARING_SCHEDULED.value)
    (task,) = amendment_queries.list_amendment_tasks(who, today)
    assert "decision to write" in task.title
    AmendmentRequest.objects.update(hearing_on=today + timedelta(days=3))
    assert amendment_queries.list_amendment_tasks(who, today) == []
    (deadline,) = amendment_queries.list_amendment_deadlines(who, today, in_a_year)
    assert deadline.on == today + timedelta(days=3)
