"""The record on pages and as a file; an owner asks for its own; and the question before the use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from tests.data.intake.conftest import AGREEMENT

from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.consents.providers import _OVERDUE_COUNTERS, count_overdue_duties
from cairn.governance.consents.use_facts import gather_use_facts
from cairn.governance.disclosure_log import actions, queries, use_check
from cairn.governance.disclosure_log.models import DisclosureRecord, RecordRequest
from cairn.governance.partners.facts import load_actor
from cairn.interfaces.web.templatetags.decisions import plainly
from cairn.policy.checks.records.disclosure_log import is_onward_recipient_listed
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.questions.governance.record_keeping import may_request_disclosure_record
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


@pytest.fixture
def steward(person: Callable[..., Any]) -> Any:
    return person(Role.STEWARD, at="river")


@pytest.fixture
def line(steward: Any) -> DisclosureRecord:
    now = timezone.localtime()
    return actions.record_disclosure(
        may_request_disclosure_record("river", load_actor(steward), now.date()),
        by=steward,
        at=now,
        parties=["river"],
        interest="=to coordinate tutoring",
        children=[compute_child_key("river", "ZZCANARY")],
    )


def test_the_owner_reads_its_lines_and_looks_for_some(
    line: DisclosureRecord, steward: Any, browser: Callable[..., Client]
) -> None:
    client = browser(steward)
    page = client.get(reverse("disclosures:list"))
    assert page.status_code == 200
    assert "Disclosure log entries: 1" in page.text
    assert "ZZCANARY" not in page.text
    shown = client.get(reverse("disclosures:detail", args=[line.pk]))
    assert "to coordinate tutoring" in shown.text
    assert "34 CFR 99.33" in shown.text
    today = timezone.localdate()
    for asked, found in (
        ({"organization": "river", "kind": "disclosed"}, True),
        ({"kind": "refused"}, False),
        ({"agreement": "RV-DSA-01"}, False),
        ({"since": today + timedelta(days=1)}, False),
        ({"until": today - timedelta(days=1)}, False),
        ({"since": "yesterday"}, True),
    ):
        answer = client.get(reverse("disclosures:list"), asked)
        assert ("No matching entries" not in answer.text) is found, asked


def test_another_organization_reads_nothing_of_it(
    line: DisclosureRecord, browser: Callable[..., Client]
) -> None:
    client = browser(Role.STEWARD, at="lake")
    assert "No entries yet" in client.get(reverse("disclosures:list")).text
    assert client.get(reverse("disclosures:detail", args=[line.pk])).status_code == 404


def test_the_file_is_no_formula_and_names_no_child(
    line: DisclosureRecord, steward: Any, browser: Callable[..., Client]
) -> None:
    answer = browser(steward).get(reverse("disclosures:spreadsheet"))
    assert answer["Content-Type"].startswith("text/csv")
    header, row = answer.text.strip().splitlines()
    assert header.startswith("number,when,what_happened")
    assert "'=to coordinate tutoring" in row
    assert "ZZCANARY" not in answer.text


def test_an_owner_asks_for_its_record_and_thirty_days_begin(
    steward: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    manager = person(Role.DATA_MANAGER)
    client, today = browser(steward), timezone.localdate()
    wrong = {"organization": "nobody"}
    assert client.post(reverse("disclosures:ask_for_record"), wrong).status_code == 422
    client.post(reverse("disclosures:ask_for_record"), {"organization": "river"})
    row = RecordRequest.objects.get()
    assert row.due_on == today + timedelta(days=30)
    (waiting,) = queries.list_record_request_tasks(load_actor(manager), today)
    assert (waiting.count, waiting.due) == (1, row.due_on)
    assert queries.list_record_request_tasks(load_actor(steward), today) == []
    assert [
        d.on for d in queries.list_record_request_deadlines(load_actor(steward), today, row.due_on)
    ] == [row.due_on]
    hub = browser(manager)
    shown = hub.get(reverse("disclosures:list")).text
    assert "requested " in shown
    assert "Overdue" not in shown
    RecordRequest.objects.update(asked_on=today - timedelta(days=31))
    shown = hub.get(reverse("disclosures:list")).text
    assert f"was due on {today - timedelta(days=1)}" in shown
    assert "Overdue" in shown
    hub.post(reverse("disclosures:answer_request", args=[row.pk]))
    row.refresh_from_db()
    assert row.answered_by == manager
    assert queries.list_record_request_tasks(load_actor(manager), today) == []
    again = hub.post(reverse("disclosures:answer_request", args=[row.pk]))
    assert again.status_code == 403


@pytest.fixture
def agreed(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    """River's agreement with the hub, which names a further recipient."""
    from cairn.governance.agreements.actions.signature_and_record import load_agreement

    organization("river")
    organization("tutors", kind=OrganizationKind.COMMUNITY_PROGRAM)
    text = AGREEMENT + (
        '\n[[onward]]\norganization = "tutors"\ninterest = "to tutor these children"\n'
        'clause = "§6"\n'
    )
    manager = person(Role.DATA_MANAGER)
    load_agreement(text=text, by=manager, at=timezone.localtime())
    return manager


QUESTION = {
    "action": "export",
    "purpose": "public_reporting",
    "level": "individual",
    "elements": ["student.local_id", "student.gender"],
    "people": "roster",
}


def test_may_i_is_answered_with_every_reason_and_is_no_request(
    agreed: Any, browser: Callable[..., Client]
) -> None:
    client, today = browser(agreed), timezone.localdate()
    assert client.get(reverse("disclosures:may_i")).status_code == 200
    said = {**QUESTION, "acting_for": "backbone", "on": today}
    page = client.post(reverse("disclosures:may_i"), said)
    assert page.status_code == 200
    assert "This is not allowed" in page.text
    assert "student.gender" in page.text
    assert "What to do:" in page.text
    assert not DisclosureRecord.objects.exists()


def test_may_i_says_that_student_data_are_not_sold(
    agreed: Any, browser: Callable[..., Client]
) -> None:
    said = {**QUESTION, "acting_for": "backbone", "on": timezone.localdate(), "purpose": "sale"}
    page = browser(agreed).post(reverse("disclosures:may_i"), said)
    assert "This is not allowed" in page.text
    assert "student data may not be used for this purpose: sale of data" in page.text
    assert "Cairn policy, commercial use 1" in page.text


def test_may_i_names_organizations_and_repeats_no_reason_for_each_element(
    agreed: Any, browser: Callable[..., Client], organization: Callable[..., Any]
) -> None:
    organization("oak-sd")
    said = {**QUESTION, "acting_for": "backbone", "on": timezone.localdate(), "project": ""}
    page = browser(agreed).post(reverse("disclosures:may_i"), {**said, "recipient": "oak-sd"}).text
    answer = page[page.index('id="answer"') : page.index("Check another use")]
    assert "Oak Sd" in answer
    assert "oak-sd" not in answer
    assert "does not name a project on record" in answer
    assert "unnamed" not in answer


def test_may_i_says_what_is_wrong_with_the_question(
    agreed: Any, browser: Callable[..., Client]
) -> None:
    said = {**QUESTION, "acting_for": "river", "on": "", "elements": ["everything"]}
    page = browser(agreed).post(reverse("disclosures:may_i"), said)
    assert page.status_code == 422
    assert "everything is not one of the available choices" in page.text


def test_may_i_checks_one_agreement_alone(agreed: Any, browser: Callable[..., Client]) -> None:
    client, address = browser(agreed), reverse("disclosures:may_i")
    said = {**QUESTION, "acting_for": "backbone", "on": timezone.localdate()}
    page = client.post(address, {**said, "agreement": "RV-DSA-01"})
    assert page.status_code == 200
    assert client.post(address, {**said, "agreement": "NOPE-1"}).status_code == 422
    stranger = browser(Role.STEWARD, at="hills")
    said |= {"acting_for": "hills", "agreement": "RV-DSA-01"}
    assert stranger.post(address, said).status_code == 422


def test_a_recipient_hears_less_than_the_owner(agreed: Any, browser: Callable[..., Client]) -> None:
    today = timezone.localdate()
    said = {**QUESTION, "action": "list", "on": today, "purpose": "service_coordination"}
    tutor = browser(Role.PROGRAM_STAFF, at="tutors", kind=OrganizationKind.COMMUNITY_PROGRAM)
    owner = browser(Role.STEWARD, at="river")
    heard = tutor.post(reverse("disclosures:may_i"), {**said, "acting_for": "tutors"}).text
    told = owner.post(reverse("disclosures:may_i"), {**said, "acting_for": "river"}).text
    assert "This is not allowed" in heard
    assert "This is not allowed" in told


def test_a_recipients_own_steward_hears_a_line_as_a_recipient(
    agreed: Any, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    from cairn.governance.agreements.facts import load_agreement_fact
    from cairn.governance.agreements.models import Agreement

    today, now = timezone.localdate(), timezone.localtime()
    decision = decide_agreement_in_force(load_agreement_fact(Agreement.objects.get(), today), today)
    line = actions.record_disclosure(
        decision, by=agreed, at=now, parties=["tutors"], interest="to tutor"
    )
    reasons = [r for r in decision.reasons if r.message_for(Audience.RECIPIENT) != r.message]
    said = {escape(plainly(r.message)) for r in reasons}
    assert said
    address = reverse("disclosures:detail", args=[line.pk])
    owner = browser(Role.STEWARD, at="river").get(address).text
    assert all(words in owner for words in said)
    tutors = browser(Role.STEWARD, at="tutors", kind=OrganizationKind.COMMUNITY_PROGRAM)
    heard = tutors.get(address)
    assert heard.status_code == 200
    assert not any(words in heard.text for words in said)


def test_a_small_roster_is_no_number_for_a_recipient() -> None:
    assert use_check._suppress_small_counts(12, 12, 0) == (12, 12, 0)
    small = use_check._suppress_small_counts(12, 11, 1)
    # The roster is known to whoever keeps it: with one more number the third would follow.
    assert small[0] == 12
    assert not any(isinstance(one, int) for one in small[1:])
    assert not isinstance(use_check._suppress_small_counts(3, 3, 0)[0], int)


def test_a_further_recipient_is_listed_from_the_owners_signature_on(agreed: Any) -> None:
    known = gather_use_facts(load_actor(agreed), "", (), timezone.localdate())
    (fact,) = known.disclosed
    assert (fact.owner, fact.by, fact.recipient) == ("river", "backbone", "tutors")
    asked = (known.disclosed, "RV-DSA-01", "river", "tutors")
    assert is_onward_recipient_listed(*asked, fact.listed_on)
    assert not is_onward_recipient_listed(*asked, fact.listed_on - timedelta(days=1))
    assert not is_onward_recipient_listed(
        known.disclosed, "RV-DSA-01", "river", "nobody", fact.listed_on
    )
    assert all(one.overdue == 0 for one in known.organizations)


def test_whether_somebody_is_overdue_is_unknown_until_somebody_tells() -> None:
    today = timezone.localdate()
    assert count_overdue_duties("river", today, ()) == 0
    kept = _OVERDUE_COUNTERS[:]
    _OVERDUE_COUNTERS.clear()
    try:
        assert count_overdue_duties("river", today, ()) is None
    finally:
        _OVERDUE_COUNTERS[:] = kept
