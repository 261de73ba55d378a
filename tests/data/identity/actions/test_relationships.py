"""Who is related to whom: kept as facts, shown to reviewers, corrected by them, and taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.confirmation_page import check_asks_first
from tests.data.identity.sample_records import ADA, EVA, NOW, Taking, build_records, crowd

from cairn.data.identity import tasks
from cairn.data.identity.actions import clerical_review, linkage, relationships
from cairn.data.identity.index import update
from cairn.data.identity.index.record_erasure import erase_records
from cairn.data.identity.models.clerical_review import ALWAYS, NEVER
from cairn.data.identity.models.person_index import Person, Record
from cairn.data.identity.models.relationships import (
    NOT_RELATED,
    Relationship,
    RelationshipVerdict,
    RelationshipVerdictRecord,
    RelationshipWaiting,
    Stay,
    StayKey,
)
from cairn.data.identity.queries.relationships import (
    build_person_relationships,
    format_guardian_slug,
    list_relationships,
)
from cairn.data.identity.relationships import relationship_update
from cairn.matching.relationships import RelationshipKind
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
HOME = {"street": "12 Oak Street", "guardian_name": "Maria Lund"}
AT_SCHOOL = {**ADA, **HOME, "local_id": "7"}
AT_CLINIC = {**EVA, **HOME, "local_id": "8"}
LATER = NOW + timedelta(days=60)


def who_is(source: str, child: dict[str, Any]) -> Person:
    key = build_records(source, child)[0].key
    return Person.objects.get(pk=update.find_people_by_keys([key])[key])


def kinds(who: Person) -> list[tuple[str, bool]]:
    return [(fact.kind, fact.until is None) for fact in list_relationships(who.pk)]


@pytest.fixture
def family_of_two(taking: Taking, sealer: Any) -> tuple[Person, Person]:
    """Ada at school and her twin Eva at the clinic."""
    taking(1, crowd("river"))
    taking(2, build_records("school", AT_SCHOOL))
    taking(3, build_records("clinic", AT_CLINIC))
    relationship_update.refresh_relationships(sealer, NOW)
    return who_is("school", AT_SCHOOL), who_is("clinic", AT_CLINIC)


def test_facts_are_kept_with_sources_grounds_and_time(
    family_of_two: tuple[Person, Person], sealer: Any
) -> None:
    ada, eva = family_of_two
    guardian, twin = list_relationships(ada.pk)
    assert (guardian.kind, guardian.sources) == ("guardian", ["school"])
    assert b"lund" not in bytes(guardian.sealed)
    assert {twin.one_id, twin.other_id} == {ada.pk, eva.pk}
    assert (twin.kind, twin.sources) == ("twin", ["clinic", "school"])
    assert twin.grounds == ["address", "guardian", "surname", "birth_date"]
    assert (twin.since, twin.until) == (NOW + timedelta(days=2), None)
    assert not RelationshipWaiting.objects.exists()
    assert relationship_update.refresh_relationships(sealer, NOW) == 0


def test_a_newer_delivery_ends_a_fact_and_a_withdrawn_one_leaves_none(
    family_of_two: tuple[Person, Person], taking: Taking, sealer: Any
) -> None:
    ada, eva = family_of_two
    taking(
        4,
        build_records("clinic", {**AT_CLINIC, "street": "9 Elm Road", "guardian_name": "Jo Beck"}),
    )
    taking(3, [])
    relationship_update.refresh_relationships(sealer, LATER)
    assert kinds(ada) == [("guardian", True), ("twin", False)]
    assert list_relationships(ada.pk)[1].until == LATER
    relationship_update.withdraw_residences([3])
    relationship_update.refresh_relationships(sealer, LATER)
    assert kinds(ada) == [("guardian", True)]
    assert kinds(eva) == [("guardian", True)]


def test_what_is_forgotten_leaves_no_trace(
    family_of_two: tuple[Person, Person], taking: Taking, sealer: Any, manager: User
) -> None:
    ada, eva = family_of_two
    word = relationships.record_relationship(
        one=ada, other=eva, kind="sibling", why="x", by=manager, at=LATER
    )
    eves = relationships.deny_guardian(
        person=eva, guardian=_guardian(eva), why="x", by=manager, at=LATER
    )
    taking(3, [])
    erase_records({"clinic"})
    relationship_update.refresh_relationships(sealer, LATER)
    assert kinds(ada) == [("guardian", True)]
    assert not Relationship.objects.filter(one=eva).exists()
    assert not RelationshipVerdict.objects.filter(pk__in=[word.pk, eves.pk]).exists()
    taking(1, [])
    taking(2, [])
    erase_records(None)
    relationship_update.refresh_relationships(sealer, LATER)
    for model in (Stay, StayKey, Relationship, RelationshipVerdictRecord, RelationshipWaiting):
        assert not model.objects.exists()


def test_merged_and_parted_people_take_their_facts_along(
    family_of_two: tuple[Person, Person], taking: Taking, sealer: Any, manager: User
) -> None:
    ada, eva = family_of_two
    camp = {**ADA, "local_id": "3", "given_name": "Adda", "born": None, "postal_code": None}
    taking(4, build_records("camp", camp))
    other = who_is("camp", camp)
    assert other != ada
    records = [
        [Record.objects.get(key=build_records(source, child)[0].key)]
        for source, child in (("school", AT_SCHOOL), ("camp", camp), ("clinic", AT_CLINIC))
    ]
    one = clerical_review.decide_match(
        kind=ALWAYS, left=records[0], right=records[1], why="", by=manager, at=LATER
    )
    relationship_update.refresh_relationships(sealer, LATER)
    merged = who_is("camp", camp)
    assert merged == who_is("school", AT_SCHOOL)
    assert kinds(merged) == [("guardian", True), ("twin", True)]
    clerical_review.undo_match_verdict(verdict=one, by=manager, at=LATER)
    relationship_update.refresh_relationships(sealer, LATER)
    assert kinds(who_is("camp", camp)) == []
    (_guardian_now, twin) = list_relationships(who_is("school", AT_SCHOOL).pk)
    assert twin.since == NOW + timedelta(days=2)
    twins = clerical_review.decide_match(
        kind=ALWAYS, left=records[0], right=records[2], why="", by=manager, at=LATER
    )
    relationship_update.refresh_relationships(sealer, LATER)
    assert kinds(who_is("school", AT_SCHOOL)) == [("guardian", True)]
    clerical_review.undo_match_verdict(verdict=twins, by=manager, at=LATER)
    relationship_update.refresh_relationships(sealer, LATER)
    assert kinds(eva) == [("guardian", True), ("twin", True)]


def test_a_word_survives_whatever_is_linked_anew(
    family_of_two: tuple[Person, Person], taking: Taking, sealer: Any, manager: User
) -> None:
    ada, eva = family_of_two
    word = relationships.record_relationship(
        one=ada, other=eva, kind=NOT_RELATED, why="cousins", by=manager, at=LATER
    )
    assert kinds(ada) == [("guardian", True), ("twin", False)]
    taking(5, build_records("school", {**AT_SCHOOL, "given_name": "Adah"}))
    update.update_index(sealer, LATER, whole=True)
    relationship_update.refresh_relationships(sealer, LATER + timedelta(days=1))
    now = who_is("school", {**AT_SCHOOL, "given_name": "Adah"})
    assert ("twin", True) not in kinds(now)
    with pytest.raises(relationships.ConflictingStatement):
        relationships.record_relationship(
            one=now, other=eva, kind="twin", why="y", by=manager, at=LATER
        )
    relationships.undo_relationship_verdict(verdict=word, by=manager, at=LATER)
    relationships.undo_relationship_verdict(verdict=word, by=manager, at=LATER)
    assert ("twin", True) in kinds(now)
    assert AuditLine.objects.filter(event="linkage.relationship_undone").count() == 1


def test_a_word_goes_with_most_records_and_a_no_with_all_parts(
    taking: Taking, sealer: Any, manager: User
) -> None:
    taking(1, crowd("river"))
    children = [{**ADA, "local_id": n} for n in ("7", "8", "9")]
    for delivery, child in enumerate(children, 2):
        taking(delivery, build_records("club", child))
    bo = {"local_id": "1", "given_name": "Bo", "family_name": "Prado", "born": ADA["born"]}
    taking(9, build_records("camp", bo))
    whole, other = who_is("club", children[0]), who_is("camp", bo)
    rows = [Record.objects.get(key=build_records("club", child)[0].key) for child in children]
    word = relationships.record_relationship(
        one=whole, other=other, kind="household", why="x", by=manager, at=LATER
    )
    clerical_review.decide_match(
        kind=NEVER, left=rows[:2], right=rows[2:], why="", by=manager, at=LATER
    )
    relationship_update.refresh_relationships(sealer, LATER)
    parts = [who_is("club", child) for child in (children[0], children[2])]
    assert parts[0] != parts[1]
    assert [kinds(part) for part in parts] == [[("household", True)], []]
    relationships.undo_relationship_verdict(verdict=word, by=manager, at=LATER)
    for part in parts:
        relationships.record_relationship(
            one=part, other=other, kind="household", why="x", by=manager, at=LATER
        )
    assert [kinds(part) for part in parts] == [[("household", True)]] * 2


def test_the_page_shows_and_corrects(
    family_of_two: tuple[Person, Person], manager: User, browser: Callable[..., Client]
) -> None:
    ada, eva = family_of_two
    client = browser(manager)
    page = client.get(reverse("linkage:person", args=[ada.pk])).content.decode()
    for text in (
        "likely twin",
        "Lund Maria",
        "Records of both have the same address, guardian, last name and birth date.",
        reverse("linkage:person", args=[eva.pk]),
        ada.pk,
    ):
        assert text in page
    both = reverse("linkage:relative", args=[ada.pk, eva.pk])
    assert both in page
    shown = client.get(both).content.decode()
    for text in ("Are A and B related?", "Eva", "Ada", "likely twin", "not related"):
        assert text in shown
    assert "There is a problem" in client.post(both, {"kind": "none"}).content.decode()
    done = client.post(both, {"kind": "none", "why": "their aunt told us"}, follow=True)
    text = done.content.decode()
    for told in (
        "Saved. You can undo it below.",
        "their aunt told us",
        "Past relationships",
        "ended by",
    ):
        assert told in text
    again = client.post(both, {"kind": "twin", "why": "y"}, follow=True).content.decode()
    assert "Undo it first" in again
    word = RelationshipVerdict.objects.get()
    line = AuditLine.objects.get(event="linkage.related")
    assert (line.detail, line.actor_id) == ({"said": "none"}, str(manager.pk))
    assert "their aunt told us" in client.get(reverse("linkage:decisions")).content.decode()
    undo = reverse("linkage:undo_relationship", args=[word.pk])
    check_asks_first(client, f"{undo}?person={ada.pk}", r"Undo this statement\?")
    back = client.post(undo, {"person": ada.pk}, follow=True).content.decode()
    assert "The statement was undone." in back
    assert "Past relationships</h3>" not in back
    assert client.post(undo, follow=True).redirect_chain[-1][0] == reverse("linkage:decisions")


def test_a_guardian_is_corrected(
    family_of_two: tuple[Person, Person], manager: User, browser: Callable[..., Client]
) -> None:
    ada, _eva = family_of_two
    client = browser(manager)
    address = reverse("linkage:guardian", args=[ada.pk, format_guardian_slug(_guardian(ada))])
    assert "Remove this guardian?" in client.get(address).content.decode()
    done = client.post(address, {"why": "a former foster parent"}, follow=True).content.decode()
    assert "not a guardian" in done
    assert kinds(ada) == [("twin", True), ("guardian", False)]
    again = client.post(address, {"why": "x"}, follow=True).content.decode()
    assert "already made a statement about this adult" in again
    for wrong in ("zz", "00"):
        gone = client.get(reverse("linkage:guardian", args=[ada.pk, wrong]))
        assert gone.status_code == 404


def test_a_guardian_is_named_for_a_time_and_stays(
    family_of_two: tuple[Person, Person],
    taking: Taking,
    sealer: Any,
    manager: User,
    browser: Callable[..., Client],
) -> None:
    ada, _eva = family_of_two
    client = browser(manager)
    address = reverse("linkage:name_guardian", args=[ada.pk])
    assert address in client.get(reverse("linkage:person", args=[ada.pk])).content.decode()
    told = {"name": "Jo Beck", "since": "2025-09-01", "until": "2026-06-30", "why": "foster mother"}
    for wrong, tells in (
        ({"name": "Jo"}, "Enter a first name and a last name."),
        ({"since": "2999-01-01"}, "Enter a date that is not in the future."),
        ({"until": "2999-01-01"}, "Enter a date that is not in the future."),
        ({"since": ""}, "Enter a start date, too."),
        ({"until": "2025-09-01"}, "Enter an end date after the start date."),
    ):
        assert tells in client.post(address, {**told, **wrong}).content.decode()
    page = client.post(address, told, follow=True).content.decode()
    for text in ("Saved. You can undo it below.", "Beck Jo", "foster mother", "Past relationships"):
        assert text in page
    assert (
        "already made a statement about this adult"
        in client.post(address, told, follow=True).content.decode()
    )
    word = RelationshipVerdict.objects.get()
    assert b"beck" not in bytes(word.sealed)
    assert AuditLine.objects.get(event="linkage.related").detail == {"said": "guardian"}
    taking(5, build_records("school", {**AT_SCHOOL, "given_name": "Adah"}))
    update.update_index(sealer, LATER, whole=True)
    relationship_update.refresh_relationships(sealer, LATER)
    now = who_is("school", {**AT_SCHOOL, "given_name": "Adah"})
    assert sum(kind == RelationshipKind.GUARDIAN for kind, _holds in kinds(now)) == 2
    relationships.undo_relationship_verdict(verdict=word, by=manager, at=LATER)
    assert sum(kind == RelationshipKind.GUARDIAN for kind, _holds in kinds(now)) == 1
    with pytest.raises(ValueError, match="a last name"):
        relationships.add_guardian(person=now, name="Jo", why="x", by=manager, at=LATER)


def test_two_were_related_for_a_time(
    family_of_two: tuple[Person, Person],
    taking: Taking,
    manager: User,
    browser: Callable[..., Client],
) -> None:
    ada, _eva = family_of_two
    bo = {"local_id": "1", "given_name": "Bo", "family_name": "Prado", "born": ADA["born"]}
    taking(9, build_records("camp", bo))
    both = reverse("linkage:relative", args=[ada.pk, who_is("camp", bo).pk])
    client = browser(manager)
    told = {"kind": "household", "since": "2024-01-05", "until": "2024-08-01", "why": "lodged"}
    wrong = client.post(both, {**told, "kind": "none"}).content.decode()
    assert "Leave both dates blank" in wrong
    page = client.post(both, told, follow=True).content.decode()
    for text in ("same household, since Jan. 5, 2024, until Aug. 1, 2024", "lodged"):
        assert text in page


def test_where_very_many_wait_the_worker_does_it_and_the_page_says_so(
    family_of_two: tuple[Person, Person],
    sealer: Any,
    manager: User,
    browser: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada, eva = family_of_two
    asked: list[int] = []
    monkeypatch.setattr(relationship_update, "_MAX_PEOPLE_PER_PAGE", 1)
    monkeypatch.setattr(
        tasks.refresh_relationships_task.__class__, "enqueue", lambda _t, by: asked.append(by)
    )
    relationship_update.mark_people_waiting(Person.objects.values_list("pk", flat=True))
    client = browser(manager)
    for _time in range(2):
        page = client.get(reverse("linkage:person", args=[ada.pk])).content.decode()
        assert "Cairn is still updating relationships" in page
        assert "likely twin" in page
    assert asked == [manager.pk]
    assert RelationshipWaiting.objects.filter(pk=eva.pk).exists()
    tasks.refresh_relationships_task.func(by_id=manager.pk)
    assert not RelationshipWaiting.objects.exists()
    assert AuditLine.objects.get(event="linkage.relatives_followed").detail["people"] > 1
    page = client.get(reverse("linkage:person", args=[ada.pk])).content.decode()
    assert "Cairn is still updating relationships" not in page


def test_somebody_who_is_missing_is_found_by_number(
    family_of_two: tuple[Person, Person],
    taking: Taking,
    manager: User,
    browser: Callable[..., Client],
) -> None:
    ada, eva = family_of_two
    bo = {"local_id": "1", "given_name": "Bo", "family_name": "Prado", "born": ADA["born"]}
    taking(9, build_records("camp", bo))
    client, other = browser(manager), who_is("camp", bo)
    find = reverse("linkage:find_relative", args=[ada.pk])
    assert "has this person ID" in client.get(find, {"other": "x"}, follow=True).content.decode()
    link = f"https://hub.example{reverse('linkage:person', args=[other.pk])}"
    both = client.get(find, {"other": link}, follow=True)
    assert "No relationship is recorded" in both.content.decode()
    client.post(both.redirect_chain[-1][0], {"kind": "household", "why": "foster brother"})
    now = [one for one in build_person_relationships(ada).now if one.person == other.pk]
    assert [(one.evidence, one.sources) for one in now] == [
        ("A reviewer stated this. No record states it.", ())
    ]
    Person.objects.filter(pk=eva.pk).update(merged_into=ada.pk)
    mine = client.get(reverse("linkage:relative", args=[ada.pk, eva.pk]))
    assert mine.headers["Location"] == reverse("linkage:person", args=[ada.pk])
    heir = client.get(reverse("linkage:relative", args=[other.pk, eva.pk]))
    assert heir.headers["Location"] == reverse("linkage:relative", args=[other.pk, ada.pk])


def test_nobody_else_may(family_of_two: tuple[Person, Person], person: Callable[..., Any]) -> None:
    ada, eva = family_of_two
    analyst = person(Role.ANALYST, at="backbone")
    at = timezone.localtime()
    with pytest.raises(Refused):
        relationships.record_relationship(
            one=ada, other=eva, kind="twin", why="x", by=analyst, at=at
        )
    with pytest.raises(Refused):
        relationships.deny_guardian(person=ada, guardian=1, why="x", by=analyst, at=at)
    with pytest.raises(Refused):
        relationships.add_guardian(person=ada, name="Jo Beck", why="x", by=analyst, at=at)
    with pytest.raises(Refused):
        relationships.refresh_waiting_relationships(by=analyst, at=at)


def test_a_run_keeps_the_facts_of_what_stands(send: Callable[..., Any], manager: User) -> None:
    from cairn.data.intake.actions.conformance import check_delivery
    from cairn.data.intake.actions.removal import withdraw_delivery

    roster = "id,first,last,born\n1,Ada,Lund,2012-03-04\n2,Eva,Lund,2012-03-04\n"
    first = send("students", roster)
    linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    kept = Stay.objects.count()
    assert kept == 2
    second = send("students", roster + "3,Bo,Prado,2011-07-01\n")
    linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    assert Stay.objects.filter(delivery=first.pk).count() == 2
    assert Stay.objects.filter(delivery=second.pk).count() == 1
    withdraw_delivery(delivery=second, by=manager, at=timezone.localtime())
    first.refresh_from_db()
    check_delivery(delivery=first, by=manager, at=timezone.localtime())
    linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    assert Stay.objects.filter(delivery=second.pk).count() == 0
    assert Stay.objects.filter(delivery=first.pk, until=None).count() == 2


def _guardian(who: Person) -> int:
    return next(
        fact.guardian
        for fact in list_relationships(who.pk)
        if fact.kind == RelationshipKind.GUARDIAN
    )
