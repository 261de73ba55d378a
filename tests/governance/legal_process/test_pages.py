"""Legal process is on hold for counsel; a public-records request never opens a record."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from django.test import Client
from django.utils import timezone
from tests.services.families.statements import place_statement

from cairn.governance.consents.actions.children import find_or_create_child
from cairn.governance.consents.protected_identity import ChildLabel, compute_child_key
from cairn.governance.consents.use_facts import gather_use_facts
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.legal_process import queries
from cairn.governance.legal_process.actions import LegalDisclosure, record_legal_disclosure
from cairn.governance.legal_process.models import LegalProcess, PublicRequest
from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.students.circumstance import CourtOrder
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
Person = Callable[..., User]
TODAY: Final = timezone.localdate
STAFF: Final = {"steward": Role.STEWARD, "counsel": Role.COUNSEL}


@pytest.fixture
def people(person: Person) -> dict[str, User]:
    """The steward and the counsel of one district."""
    return {name: person(role, at="river") for name, role in STAFF.items()}


@pytest.fixture
def steward(people: dict[str, User], browser: Browser) -> Client:
    return browser(people["steward"])


@pytest.fixture
def counsel(people: dict[str, User], browser: Browser) -> Client:
    return browser(people["counsel"])


def _serve(client: Client, **changes: Any) -> LegalProcess:
    river = PublicRequest._meta.get_field("organization").related_model.objects.get(slug="river")
    demand = {
        "organization": river.pk,
        "kind": "subpoena",
        "issuer": "County Court",
        "demanded": "The attendance of Ana Alba",
        "issued_on": TODAY().isoformat(),
        "received_on": TODAY().isoformat(),
        "due_on": (TODAY() + timedelta(days=14)).isoformat(),
    }
    answer = client.post("/legal/new/", {**demand, **changes})
    assert answer.status_code == 302, answer.content.decode()
    return LegalProcess.objects.get()


def _text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_subpoena_waits_for_counsel_and_for_notice(
    steward: Client, counsel: Client, people: dict[str, User]
) -> None:
    row = _serve(steward)
    page = f"/legal/{row.pk}/"
    assert b"Ana" not in bytes(row.sealed)
    assert "Disclose nothing. Counsel of River decides." in _text(steward, page)
    assert "The attendance of Ana Alba" in _text(steward, page)
    disclosure = {"disclosed": "Attendance, to the clerk of the court", "students": "S-1\n\nS-2"}
    assert steward.post(f"{page}disclosure/", disclosure).status_code == 403
    comply = {"decision": "comply", "reason": "Valid. Attendance only."}
    assert steward.post(f"{page}decision/", comply).status_code == 403
    assert counsel.post(f"{page}decision/", comply).status_code == 302
    # Counsel has cleared it, and the family was not notified.
    assert steward.post(f"{page}disclosure/", disclosure).status_code == 403
    steward.post(f"{page}notice/", {"effort": "Letter to the last known address"})
    # The record names the students, so that their families find the disclosure.
    nameless = {**disclosure, "students": " "}
    assert steward.post(f"{page}disclosure/", nameless).status_code == 422
    with pytest.raises(Refused):
        record_legal_disclosure(
            process=row,
            disclosure=LegalDisclosure(disclosed="Attendance"),
            by=people["steward"],
            at=timezone.localtime(),
        )
    assert not DisclosureRecord.objects.exists()
    assert steward.post(f"{page}disclosure/", disclosure).status_code == 302
    line = DisclosureRecord.objects.get()
    assert (line.kind, line.people, line.required_by_law) == ("disclosed", 2, True)
    assert "Attendance, to the clerk of the court" in line.interest
    assert {(p.side, p.organization) for p in line.parties.all()} == {
        ("from", "river"),
        ("to", "issuer-county-court"),
    }
    assert list_disclosures_of_child(compute_child_key("river", "S-1")) == [line]
    assert list_disclosures_of_child(compute_child_key("river", "S-3")) == []
    row.refresh_from_db()
    assert (row.state, row.effort_on, row.disclosed_on) == ("disclosed", TODAY(), TODAY())
    events = AuditLine.objects.filter(event__startswith="legal.").order_by("pk")
    assert list(events.values_list("event", flat=True)) == [
        "legal.recorded",
        "legal.decided",
        "legal.notified",
        "legal.disclosed",
    ]


def test_a_use_of_data_knows_the_order_that_counsel_cleared(
    steward: Client, counsel: Client, people: dict[str, User], organization: Callable[..., Any]
) -> None:
    lanterns = organization("lanterns")
    row, who = _serve(steward), load_actor(people["steward"])
    page = f"/legal/{row.pk}/"

    def find_orders() -> tuple[CourtOrder, ...]:
        return gather_use_facts(who, "", (), TODAY()).orders

    scope = {"recipient": lanterns.pk, "students": "S-1\nS-1\n S-2"}
    steward.post(f"{page}notice/", {"effort": "Letter to the last known address"})
    assert find_orders() == ()
    # Counsel contests, and what was entered for the other answer is not kept.
    counsel.post(f"{page}decision/", {"decision": "contest", "reason": "Too wide.", **scope})
    row.refresh_from_db()
    assert (row.recipient, row.sealed_students) == (None, b"")
    assert find_orders() == ()
    counsel.post(f"{page}decision/", {"decision": "comply", "reason": "Valid.", **scope})
    (order,) = find_orders()
    assert "Send with the records" not in _text(steward, page)
    label = ChildLabel("S-2", "Ana", None)
    place_statement(find_or_create_child(row.organization, label, by=row.organization))
    assert "It was my niece." in _text(steward, page)
    assert (order.organization, order.recipient) == ("river", "lanterns")
    assert order.people == {compute_child_key("river", "S-1"), compute_child_key("river", "S-2")}
    row.refresh_from_db()
    assert b"S-1" not in bytes(row.sealed_students)
    assert "S-1, S-2" in _text(steward, page)
    # Complied with, it opens nothing more.
    disclosure = {"disclosed": "Attendance, to Lanterns", "students": "S-1"}
    steward.post(f"{page}disclosure/", disclosure)
    assert find_orders() == ()


def test_a_sealed_order_needs_no_notice(steward: Client, counsel: Client) -> None:
    row = _serve(steward, kind="court_order", secrecy="County Court, Nov. 2")
    page = f"/legal/{row.pk}/"
    assert "Forbidden by County Court, Nov. 2" in _text(steward, page)
    counsel.post(f"{page}decision/", {"decision": "comply", "reason": "Valid."})
    disclosure = {"disclosed": "As ordered", "students": "S-1"}
    assert steward.post(f"{page}disclosure/", disclosure).status_code == 302
    line = DisclosureRecord.objects.get()
    assert (line.required_by_law, line.people) == (False, None)
    assert list_disclosures_of_child(compute_child_key("river", "S-1")) == []


def test_a_warrant_without_a_judge_cannot_be_complied_with(
    steward: Client, counsel: Client
) -> None:
    row = _serve(steward, kind="administrative_warrant", issuer="An agency")
    page = f"/legal/{row.pk}/"
    comply = {"decision": "comply", "reason": "They ask."}
    assert counsel.post(f"{page}decision/", comply).status_code == 403
    contest = {"decision": "contest", "reason": "No judge signed it."}
    assert counsel.post(f"{page}decision/", contest).status_code == 302
    assert "Counsel: contest" in _text(steward, "/legal/")
    assert steward.post(f"{page}withdraw/").status_code == 302
    assert LegalProcess.objects.get().state == "withdrawn"


def test_public_records_requests(steward: Client) -> None:
    river = PublicRequest._meta.get_field("organization").related_model.objects.get(slug="river")
    asked = {
        "organization": river.pk,
        "requester": "The Gazette",
        "asked": "All discipline records",
        "level": "individual",
        "law": "State law",
        "received_on": TODAY().isoformat(),
        "due_on": (TODAY() - timedelta(days=1)).isoformat(),
    }
    assert steward.post("/legal/public-records/new/", asked).status_code == 422
    asked["due_on"] = (TODAY() + timedelta(days=10)).isoformat()
    steward.post("/legal/public-records/new/", asked)
    row = PublicRequest.objects.get()
    page = f"/legal/public-records/{row.pk}/"
    assert "Deny the request and cite 34 CFR 99.30(a)." in _text(steward, page)
    release = {"event": "release", "answer": "Here.", "is_deidentified": "on"}
    assert steward.post(f"{page}answer/", release).status_code == 403
    deny = {"event": "deny", "answer": "These are education records."}
    assert steward.post(f"{page}answer/", deny).status_code == 403
    assert (
        steward.post(f"{page}answer/", {**deny, "exemption": "34 CFR 99.30(a)"}).status_code == 302
    )
    assert "34 CFR 99.30(a)" in _text(steward, page)
    PublicRequest.objects.update(state="open", level="figures")
    assert steward.post(f"{page}answer/", release).status_code == 302
    assert PublicRequest.objects.get().state == "released"


def test_what_waits_and_what_is_due(
    people: dict[str, User], steward: Client, person: Person
) -> None:
    in_a_month = TODAY() + timedelta(days=30)
    counsel = load_actor(people["counsel"])
    assert queries.list_legal_tasks(counsel, TODAY()) == []
    _serve(steward)
    (task,) = queries.list_legal_tasks(counsel, TODAY())
    assert (task.count, task.due) == (1, TODAY() + timedelta(days=14))
    # The steward cannot decide, and has no task for it; the deadline is on both calendars.
    who = load_actor(people["steward"])
    assert queries.list_legal_tasks(who, TODAY()) == []
    for reader in (counsel, who):
        (deadline,) = queries.list_legal_deadlines(reader, TODAY(), in_a_month)
        assert deadline.on == TODAY() + timedelta(days=14)
    reviewer = load_actor(person(Role.REVIEWER))
    assert queries.list_legal_deadlines(reviewer, TODAY(), in_a_month) == []
    assert queries.list_legal_tasks(reviewer, TODAY()) == []
