"""Tribal nations and what is kept back: unknown until a school has said, and then as it said."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import AT, ON, World, paper

from cairn.governance.consents import facts
from cairn.governance.consents.actions import children
from cairn.governance.consents.models.child import Child, Says, Statement, Subject
from cairn.governance.consents.plain_language import (
    expand_choices,
    list_address_elements,
    list_choice_groups,
)
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.schema.elements import load_element_catalogue


@pytest.fixture(autouse=True)
def silent(world: World) -> None:
    """The school has said nothing yet."""
    Statement.objects.all().delete()


HOME = frozenset({"student.street", "student.city", "student.postal_code"})


def _load_child_facts(world: World, local_id: str = "S-1") -> PersonFact:
    (found,) = facts.load_person_facts([compute_child_key(world.river.slug, local_id)], ON)
    return found


def _state(world: World, subject: Subject, says: Says, *, later: int = 0) -> Statement:
    return children.record_school_statement(
        organization=world.river,
        subject=subject,
        says=says,
        by=world.steward,
        at=AT + timedelta(days=later),
    )


def test_nobody_has_said_and_so_it_is_not_known(world: World) -> None:
    world.verified(paper())
    child = _load_child_facts(world)
    assert (child.nations, child.withheld) == (None, None)
    assert (
        _load_child_facts(world, "nobody").nations,
        _load_child_facts(world, "nobody").withheld,
    ) == (None, None)


@pytest.mark.parametrize("says", [Says.LISTED, Says.NO_RECORD])
def test_what_a_school_says_of_all_its_children_counts_for_each(world: World, says: Says) -> None:
    world.verified(paper())
    _state(world, Subject.NATIONS, says)
    assert (_load_child_facts(world).nations, _load_child_facts(world).withheld) == (
        frozenset(),
        None,
    )
    _state(world, Subject.WITHHELD, says)
    assert (_load_child_facts(world).nations, _load_child_facts(world).withheld) == (
        frozenset(),
        frozenset(),
    )


def test_the_newest_statement_of_a_day_counts(world: World) -> None:
    world.verified(paper())
    _state(world, Subject.WITHHELD, Says.NO_RECORD)
    _state(world, Subject.WITHHELD, Says.NOT_KNOWN, later=3)
    assert _load_child_facts(world).withheld == frozenset()
    (then,) = facts.load_person_facts(
        [compute_child_key(world.river.slug, "S-1")], ON + timedelta(days=3)
    )
    (before,) = facts.load_person_facts(
        [compute_child_key(world.river.slug, "S-1")], ON - timedelta(days=1)
    )
    assert (then.withheld, before.withheld) == (None, None)


def test_what_is_recorded_of_a_child_goes_before_what_is_said_of_all(
    world: World, organization: Callable[..., Organization]
) -> None:
    nation = organization("sand-creek-nation", kind=OrganizationKind.TRIBAL_NATION)
    _state(world, Subject.NATIONS, Says.NO_RECORD)
    asked = {"organization": world.river, "by": world.steward, "at": AT}
    assert (
        children.record_child_nations(local_ids=["S-1", " s-1", "S-2"], nations=[nation], **asked)
        == 2
    )
    assert children.withhold_elements(local_ids=["S-2"], elements=HOME, **asked) == 1
    one, two = _load_child_facts(world, "S-1"), _load_child_facts(world, "S-2")
    assert (one.nations, one.withheld) == ({"sand-creek-nation"}, None)
    assert (two.nations, two.withheld) == ({"sand-creek-nation"}, HOME)
    children.record_child_nations(local_ids=["S-1"], nations=[], **asked)
    children.withhold_elements(local_ids=["S-2"], elements=[], **asked)
    assert (_load_child_facts(world, "S-1").nations, _load_child_facts(world, "S-2").withheld) == (
        frozenset(),
        frozenset(),
    )
    events = list(AuditLine.objects.order_by("-sequence").values_list("event", flat=True)[:4])
    assert events == ["children.kept_back", "children.nations_recorded"] * 2


def test_only_the_schools_own_steward_says_it(world: World, person: Callable[..., User]) -> None:
    for by in (world.tutor, person(Role.STEWARD, at="hills"), person(Role.DATA_MANAGER)):
        asked = {"organization": world.river, "by": by, "at": AT}
        with pytest.raises(Refused):
            children.record_school_statement(subject=Subject.NATIONS, says=Says.NO_RECORD, **asked)
        with pytest.raises(Refused):
            children.record_child_nations(local_ids=["S-1"], nations=[], **asked)
        with pytest.raises(Refused):
            children.withhold_elements(local_ids=["S-1"], elements=HOME, **asked)
    assert not Statement.objects.exists()
    assert not Child.objects.exists()


def test_the_address_is_every_element_that_says_where_a_child_lives() -> None:
    assert list_address_elements() >= HOME
    assert not [
        element for element in list_address_elements() if element.endswith(("phone", "name", "_id"))
    ]


def test_no_words_come_twice_and_every_element_can_be_chosen() -> None:
    choices = [choice for _title, choices in list_choice_groups() for choice in choices]
    values, words = [value for value, _said in choices], [str(said) for _value, said in choices]
    about_a_child = [r for r in load_element_catalogue().values() if r.subject]
    elements = {f.element for record in about_a_child for f in record.fields.values()}
    assert len(set(values)) == len(values)
    assert expand_choices(values) == elements
    usual = ["confidential_address", "address", "phone", "email", "guardian_name"]
    assert values[:5] == usual
    for _title, group in list_choice_groups():
        assert len({str(said) for _value, said in group}) == len(group)
    assert not {words.count(w) for w in words[:5]} - {1}
    everything = expand_choices(["address", "phone", "email", "guardian_name"])
    assert expand_choices(["confidential_address"]) == everything
    phones = {"student.phone", "participation.phone", "contact.phone"}
    assert expand_choices(["phone"]) == phones
    assert expand_choices(["enrollment.grade"]) == {"enrollment.grade"}
    assert expand_choices([]) == frozenset()


def test_the_usual_ones_are_ticked_first_and_what_was_chosen_stands_open(
    world: World, browser: Callable[..., Client]
) -> None:
    steward = browser(world.steward)
    page = steward.get("/consents/keeping/back/").content.decode()
    assert "<select multiple" not in page
    assert page.count("<details open") == 1
    assert page.index('value="guardian_name"') < page.index('value="given_name"')
    sent = {"organization": world.river.pk, "elements": ["enrollment.grade"], "local_ids": ""}
    again = steward.post("/consents/keeping/back/", sent)
    assert again.status_code == 422
    assert 'value="enrollment.grade" checked' in again.content.decode()
    assert again.content.decode().count("<details open") == 2


def test_the_pages(
    world: World, browser: Callable[..., Client], organization: Callable[..., Organization]
) -> None:
    nation = organization("sand-creek-nation", kind=OrganizationKind.TRIBAL_NATION)
    steward = browser(world.steward)
    page = steward.get("/consents/keeping/").content.decode()
    assert page.count("None yet.") == 2
    mine = {"organization": world.river.pk}
    said = steward.post(
        "/consents/keeping/state/", {**mine, "subject": "withheld", "says": "listed"}, follow=True
    )
    assert "with your name" in said.content.decode()
    ids = {**mine, "local_ids": "S-1, S-2\nS-2"}
    kept = steward.post("/consents/keeping/back/", {**ids, "elements": ["address"]}, follow=True)
    assert "Saved for 2 students." in kept.content.decode()
    told = steward.post("/consents/keeping/nations/", {**ids, "nations": [nation.pk]}, follow=True)
    page = told.content.decode()
    assert page.count("None yet.") == 1
    assert "Recorded in Cairn for every student concerned" in page
    assert _load_child_facts(world, "S-2").withheld == list_address_elements()
    assert _load_child_facts(world, "S-2").nations == {"sand-creek-nation"}
    assert "S-2" not in page
    wrong = steward.post("/consents/keeping/back/", {**mine, "local_ids": "x" * 61})
    assert wrong.status_code == 422
    assert "x" * 61 not in wrong.content.decode().replace("x" * 61, "", 1)


def test_the_page_of_one_child(
    world: World, browser: Callable[..., Client], organization: Callable[..., Organization]
) -> None:
    nation = organization("sand-creek-nation", kind=OrganizationKind.TRIBAL_NATION)
    asked = {"organization": world.river, "by": world.steward, "at": AT}
    children.withhold_elements(local_ids=["S-7"], elements=list_address_elements(), **asked)
    child = Child.objects.get(key=compute_child_key(world.river.slug, "S-7"))
    steward = browser(world.steward)
    where = f"/consents/children/{child.pk}/kept-back/"
    assert where in steward.get(f"/consents/children/{child.pk}/").content.decode()
    assert 'value="address" checked' in steward.get(where).content.decode()
    both = {"nations": [nation.pk], "elements": ["email"]}
    told = steward.post(where, both, follow=True).content.decode()
    assert "Saved for 1 student." in told
    child.refresh_from_db()
    assert (child.nations, set(child.withheld)) == (
        ["sand-creek-nation"],
        expand_choices(["email"]),
    )
    steward.post(where, {})
    child.refresh_from_db()
    assert (child.nations, child.withheld) == ([], [])
    children.withhold_elements(local_ids=["S-7"], elements=["student.city"], **asked)
    steward.post(where, {})
    child.refresh_from_db()
    assert child.withheld == ["student.city"]
    assert steward.post(where, {"nations": ["x"]}).status_code == 422
    assert browser(world.tutor).get(where).status_code == 403


def test_a_statement_says_what_it_is(world: World) -> None:
    row = _state(world, Subject.NATIONS, Says.NOT_KNOWN)
    assert "Tribal nations" in str(row)
