"""The district verifies, sends back, publishes forms, knows rights, and decides disagreements."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import (
    AT,
    ON,
    TEXTS,
    World,
    decline_paper,
    paper,
    publish,
)
from tests.governance.consents.test_program_roster import KNOWN

from cairn.governance.consents import facts
from cairn.governance.consents.actions.children import update_child_rights
from cairn.governance.consents.actions.consent_forms import retire_consent_form
from cairn.governance.consents.actions.consents import (
    decide_parent_conflict,
    record_consent_revocation,
    return_consents,
    verify_consents,
)
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.queries import consents as queries
from cairn.governance.consents.queries import inbox
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.policy.vocabulary.families import ConsentStatus
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db


def _list_statuses(*rows: Consent) -> list[ConsentStatus | None]:
    fresh = Consent.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    who = load_actor(User.objects.get(name="Steward"))
    return [one.standing for one in queries.load_consent_details(fresh, who, ON)]


def test_what_a_program_collects_counts_once_the_district_verified_it(world: World) -> None:
    sitting = world.record(paper("S-1"), paper("S-2"))
    rows = list(sitting.consents.order_by("pk"))
    assert Child.objects.filter(postsecondary=None).count() == 2
    with pytest.raises(Refused):
        verify_consents(organization=world.river, consents=rows, by=world.tutor, at=AT)
    first = {"organization": world.river, "consents": rows[:1], "by": world.steward, "at": AT}
    verify_consents(**first, no_college=rows)
    said = return_consents(
        organization=world.river, consents=rows[1:], because="signer", by=world.steward, at=AT
    )
    assert said == 1
    assert _list_statuses(*rows) == [ConsentStatus.LIVE, None]
    assert Child.objects.filter(postsecondary=False).count() == 1
    with pytest.raises(Refused, match="cannot take this step"):
        verify_consents(organization=world.river, consents=rows, by=world.steward, at=AT)


def test_the_queue_verifies_in_bulk_and_asks_first(
    world: World, browser: Callable[..., Client]
) -> None:
    rows = list(world.record(paper("S-1"), paper("S-2"), paper("S-3")).consents.order_by("pk"))
    client = browser(world.steward)
    assert "Child S-1 (S-1)" in client.get("/consents/queue/").content.decode()
    chosen = {"consent": [rows[0].reference, rows[1].reference], "answer": "verify"}
    assert (
        "Verify these consents?" in client.post("/consents/queue/decide/", chosen).content.decode()
    )
    sure = {**chosen, "confirmed": "yes"}
    assert client.post("/consents/queue/decide/", sure).status_code == 422
    assert Consent.objects.filter(state="granted").count() == 3
    stated = {**sure, "college": "none"}
    page = client.post("/consents/queue/decide/", stated, follow=True).content.decode()
    assert "2 consents verified." in page
    back = {"consent": [rows[2].reference], "answer": "return"}
    assert "Return these consents?" in client.post("/consents/queue/decide/", back).content.decode()
    sure = {**back, "confirmed": "yes", "because": "paper"}
    page = client.post("/consents/queue/decide/", sure, follow=True).content.decode()
    assert "1 consent returned." in page
    assert "Nothing to review" in page
    page = client.post("/consents/queue/decide/", {}, follow=True).content.decode()
    assert "Select at least one consent." in page


def test_all_are_chosen_at_once_and_each_paper_can_be_looked_at(
    world: World, browser: Callable[..., Client]
) -> None:
    sitting = world.record(paper("S-1"), paper("S-2"), scan=b"%PDF-1.7 an invented scan")
    world.record(paper("S-3"))
    client = browser(world.steward)
    page = client.get("/consents/queue/").content.decode()
    assert "Select all 3 shown" in page
    assert " checked" not in page
    scan = f"/consents/papers/{sitting.pk}/scan/"
    assert page.count(scan) == 2
    assert client.get(scan).status_code == 200
    page = client.get("/consents/queue/?all=yes").content.decode()
    assert page.count(" checked") == 3
    assert "Clear selection" in page
    chosen = {"consent": [row.reference for row in sitting.consents.all()], "answer": "verify"}
    assert client.post("/consents/queue/decide/", chosen).content.decode().count(scan) == 2


def test_what_nobody_said_of_college_stays_unknown(
    world: World, browser: Callable[..., Client]
) -> None:
    older = [
        replace(one, child=replace(one.child, birth_date=date(2011, 5, 4)))
        for one in (paper("S-1"), paper("S-2"))
    ]
    rows = list(world.record(*older).consents.order_by("pk"))
    verify_consents(organization=world.river, consents=rows[:1], by=world.steward, at=AT)
    assert _list_statuses(rows[0]) == [ConsentStatus.AGE_UNKNOWN]
    sure = {"consent": rows[1].reference, "answer": "verify", "confirmed": "yes"}
    page = browser(world.steward).post(
        "/consents/queue/decide/", {**sure, "college": "open"}, follow=True
    )
    assert "1 is not valid yet" in unescape(page.content.decode())
    assert Child.objects.filter(postsecondary=None).count() == 2


def test_a_page_shows_one_consent_exports_it_and_takes_it_back(
    world: World, browser: Callable[..., Client]
) -> None:
    (row,) = world.verified(paper())
    client = browser(world.tutor)
    address = f"/consents/record/{row.reference}/"
    page = client.get(address).content.decode()
    assert "Valid today" in page
    assert "Rosa Alba, Parent" in page
    exported = client.get(f"{address}export/")
    record = json.loads(exported.content)
    assert record["record"]["schema_version"] == "ISO/IEC TS 27560:2023"
    assert record["status_today"] == "live"
    (purpose,) = record["pii_processing"]["purposes"]
    assert purpose["recipients"] == ["lanterns"]
    assert [event["event_type"] for event in record["events"]] == ["consent given", "verified"]
    assert "Rosa" not in exported.content.decode()
    assert "S-1" not in exported.content.decode()
    assert client.post(f"{address}revoke/", {"name": " "}).status_code == 422
    page = client.post(f"{address}revoke/", {"name": "Rosa Alba"}, follow=True).content.decode()
    assert "Nothing new will be shared under it." in page
    desk = browser(world.steward)
    events = json.loads(desk.get(f"{address}export/").content)["events"]
    assert events[-1]["event_type"] == "consent withdrawn"
    assert desk.post(f"{address}revoke/", {"name": "Rosa Alba"}).status_code == 403


def test_a_record_says_how_each_answer_ended(world: World, browser: Callable[..., Client]) -> None:
    first = world.record(paper("S-1"))
    return_consents(
        organization=world.river,
        consents=list(first.consents.all()),
        because="form",
        by=world.steward,
        at=AT,
    )
    world.record(decline_paper(paper("S-2")))
    client = browser(world.steward)
    ended = {}
    for row in Consent.objects.all():
        body = client.get(f"/consents/record/{row.reference}/export/").content
        ended[row.state] = json.loads(body)["events"][-1]["event_type"]
    assert ended == {"returned": "consent not accepted", "refused": "consent refused"}
    (returned,) = first.consents.all()
    page = client.get(f"/consents/record/{returned.reference}/").content.decode()
    assert "The wrong form was used" in page


def test_two_parents_disagree_until_the_district_decides(
    world: World, browser: Callable[..., Client]
) -> None:
    (row,) = world.verified(paper(signer="Rosa Alba"))
    child = row.child
    answers = child.conflict_answers.all()
    assert list(facts.find_conflicting_forms(child.consents.all(), answers)) == []
    world.record(decline_paper(paper(signer="Leo Alba")))
    child = Child.objects.get()
    assert facts.load_person_fact(child, ON).parents_conflict
    client = browser(world.steward)
    page = client.get("/consents/conflicts/").content.decode()
    assert "<h1>Disagreements</h1>" in page
    assert "Disputed consents" in page
    assert "Child S-1" in page
    address = f"/consents/conflicts/{child.pk}/{world.form.pk}/"
    page = client.get(address).content.decode()
    assert "Rosa Alba" in page
    assert "Leo Alba" in page
    assert client.post(address, {"shares": "yes", "reason": " "}).status_code == 422
    client.post(address, {"shares": "yes", "reason": "The court gave her the decision."})
    assert not facts.load_person_fact(child, ON).parents_conflict
    assert _list_statuses(row) == [ConsentStatus.LIVE]
    assert (
        "This disagreement was already decided."
        in client.get(address, follow=True).content.decode()
    )
    assert AuditLine.objects.filter(event="consent.decided").count() == 1
    assert "No disagreements" in client.get("/consents/conflicts/").content.decode()


@pytest.mark.parametrize(
    ("shares", "standing"), [(True, ConsentStatus.LIVE), (False, ConsentStatus.REVOKED)]
)
def test_a_revocation_by_the_other_parent_wins_until_then(
    world: World, *, shares: bool, standing: ConsentStatus
) -> None:
    (row,) = world.verified(paper(signer="Rosa Alba"))
    record_consent_revocation(consent=row, name="Leo Alba", by=world.steward, at=AT)
    assert _list_statuses(row) == [ConsentStatus.REVOKED]
    (found,) = queries.list_consent_disagreements(load_actor(world.steward), ON)
    assert found.form == world.form
    decide_parent_conflict(
        child=row.child, form=world.form, shares=shares, reason="Heard", by=world.steward, at=AT
    )
    assert _list_statuses(row) == [standing]
    assert queries.list_consent_disagreements(load_actor(world.steward), ON) == []


def test_a_no_of_the_district_ends_a_consent_that_stood(world: World) -> None:
    (row,) = world.verified(paper(signer="Rosa Alba"))
    world.record(decline_paper(paper(signer="Leo Alba")))
    decide_parent_conflict(
        child=row.child, form=world.form, shares=False, reason="Heard", by=world.steward, at=AT
    )
    assert _list_statuses(row) == [ConsentStatus.REVOKED]


def test_what_one_signer_took_back_is_not_brought_back_by_the_district(world: World) -> None:
    (row,) = world.verified(paper(signer="Rosa Alba"))
    record_consent_revocation(consent=row, name="Rosa Alba", by=world.steward, at=AT)
    decides = {"child": row.child, "form": world.form, "reason": "Heard", "by": world.steward}
    for shares in (True, False):
        with pytest.raises(Refused):
            decide_parent_conflict(**decides, shares=shares, at=AT)
    row.refresh_from_db()
    assert row.state == "revoked"


def test_standings_follow_what_the_district_knows(world: World) -> None:
    (row,) = world.verified(paper())
    for known, standing in (
        (replace(KNOWN, birth_date=None), ConsentStatus.AGE_UNKNOWN),
        (replace(KNOWN, postsecondary=True), ConsentStatus.RIGHTS_TRANSFERRED),
        (KNOWN, ConsentStatus.LIVE),
    ):
        update_child_rights(child=row.child, rights=known, by=world.steward, at=AT)
        assert _list_statuses(row) == [standing]
    who = load_actor(world.steward)
    assert inbox.count_students_with_own_rights(who, ON) == 0
    grown = replace(KNOWN, birth_date=date(2008, 11, 24))
    update_child_rights(child=row.child, rights=grown, by=world.steward, at=AT)
    assert inbox.count_students_with_own_rights(who, ON) == 1


def test_the_page_of_rights_leads_only_where_one_may_go(
    world: World, browser: Callable[..., Client]
) -> None:
    (row,) = world.verified(paper())
    address = f"/consents/children/{row.child_id}/"
    assert "/kept-back/" in browser(world.steward).get(address).content.decode()
    hub = browser(Role.DATA_MANAGER, at="backbone")
    assert "/kept-back/" not in hub.get(address).content.decode()


def test_the_page_of_rights(
    world: World, browser: Callable[..., Client], organization: Callable[..., Organization]
) -> None:
    agency = organization("kin", kind=OrganizationKind.GOVERNMENT)
    (row,) = world.verified(paper())
    client, address = browser(world.steward), f"/consents/children/{row.child_id}/"
    assert "2016-05-04" in client.get(address).content.decode()
    sent = {"birth_date": "2016-05-04", "postsecondary": "no", "placement": agency.pk}
    assert client.post(address, sent).status_code == 422
    since = {**sent, "placement_since": "2026-10-01"}
    assert client.post(address, {**since, "placement_until": "2026-09-01"}).status_code == 422
    client.post(address, since)
    known = facts.load_person_fact(row.child, ON)
    assert (known.placement, known.postsecondary) == ("kin", False)
    assert facts.load_person_fact(row.child, date(2026, 9, 30)).placement == ""
    with pytest.raises(Refused):
        update_child_rights(child=row.child, rights=KNOWN, by=world.tutor, at=AT)


def test_the_page_of_a_form(world: World, browser: Callable[..., Client]) -> None:
    client = browser(world.steward)
    sent = {
        "organization": world.river.pk,
        **{f"{part}_{lang}": TEXTS[lang][part] for lang in TEXTS for part in TEXTS[lang]},
        "records": ["attendance.*"],
        "purposes": ["service_coordination"],
        "parties": [world.lanterns.pk],
        "ends": "2027-06-30",
        "basis": "hipaa_authorization",
    }
    page = client.post("/consents/forms/new/", sent, follow=True).content.decode()
    assert "Families can now sign “After-school help, version 1”." in page
    assert client.post("/consents/forms/new/", {**sent, "records": []}).status_code == 422
    form = ConsentForm.objects.get(slug="after-school-help")
    (row,) = world.verified(paper())
    row.form = form
    assert facts.build_written_consent(row, frozenset()).basis is LegalBasis.HIPAA_AUTHORIZATION
    address = f"/consents/forms/{form.pk}/retire/"
    assert "Retire this form?" in client.get(address).content.decode()
    client.post(address)
    form.refresh_from_db()
    assert form.retired_at is not None
    assert client.get(address).status_code == 404


def test_a_new_version_is_offered_instead_and_the_old_consents_stand(world: World) -> None:
    (row,) = world.verified(paper())
    newer = publish(world.river, world.lanterns, world.steward)
    world.form.refresh_from_db()
    assert (newer.version, world.form.retired_at) == (2, AT)
    assert _list_statuses(row) == [ConsentStatus.LIVE]
    with pytest.raises(Refused, match="no longer offered"):
        world.record(paper("S-2"))
    with pytest.raises(Refused):
        retire_consent_form(form=newer, by=world.tutor, at=AT)


def test_everyone_sees_their_own(
    world: World, person: Callable[..., User], browser: Callable[..., Client]
) -> None:
    world.verified(paper())
    for who, seen in ((world.steward, 1), (world.tutor, 1), (person(Role.STEWARD, at="hills"), 0)):
        assert queries.list_consents(load_actor(who), ON).count() == seen
        assert queries.list_consent_forms(load_actor(who), ON).count() == seen
        assert queries.list_paper_sittings(load_actor(who), ON).count() == seen
        assert ("Child S-1" in browser(who).get("/consents/").content.decode()) == bool(seen)


def test_what_waits(world: World) -> None:
    who = load_actor(world.steward)
    assert inbox.list_consent_tasks(who, ON) == []
    world.record(paper("S-1"), decline_paper(paper("S-1", "Leo Alba")))
    first, second = inbox.list_consent_tasks(who, ON)
    assert (first.count, first.url) == (1, "/consents/queue/")
    assert (second.count, second.url) == (1, "/consents/conflicts/")
    assert inbox.list_consent_tasks(load_actor(world.tutor), ON) == []


def test_rows_say_what_they_are_without_a_child(world: World) -> None:
    (row,) = world.verified(paper("S-000417"))
    world.record(decline_paper(paper("S-000417", "Leo Alba")))
    answer = decide_parent_conflict(
        child=row.child, form=world.form, shares=True, reason="Heard", by=world.steward, at=AT
    )
    rows = (row, row.child, row.child.rosters.get(), answer, Sitting.objects.first(), world.form)
    told = " ".join(str(one) for one in rows)
    assert "S-000417" not in told
    assert "Alba" not in told
    assert world.form.name == "river/after-school/1"
