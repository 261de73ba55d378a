"""What a school records about its children: allowed, refused, twice, and out of order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.governance.consents.sample_consents import AT, BORN, ON, World

from cairn.governance.consents import facts
from cairn.governance.consents.actions.children import (
    ChildRights,
    find_or_create_child,
    record_child_nations,
    record_school_statement,
    update_child_rights,
    withhold_elements,
)
from cairn.governance.consents.models.child import Child, Says, Statement, Subject
from cairn.governance.consents.protected_identity import (
    ChildLabel,
    compute_signer_key,
    unseal_child_label,
)
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

RIGHTS = ChildRights(
    birth_date=BORN,
    postsecondary=None,
    dual_enrolled=False,
    court_order=False,
    placement=None,
    placement_since=None,
    placement_until=None,
    hold="",
)


@pytest.fixture
def nation(organization: Callable[..., Organization]) -> Organization:
    return organization("pine-nation", kind=OrganizationKind.TRIBAL_NATION)


@pytest.fixture
def child(world: World) -> Child:
    return find_or_create_child(world.river, ChildLabel("S-1", "Ada", BORN), by=world.river)


def _label(row: Child) -> ChildLabel:
    row.refresh_from_db()
    return unseal_child_label(row.key, row.sealed)


def _fact(row: Child, on: date = ON) -> PersonFact:
    row.refresh_from_db()
    return facts.load_person_fact(row, on)


def _lines(event: str) -> list[AuditLine]:
    return list(AuditLine.objects.filter(event=event).order_by("sequence"))


# Children and their labels


def test_the_same_child_is_found_and_gaps_of_its_label_are_filled(
    world: World, child: Child
) -> None:
    again = find_or_create_child(world.river, ChildLabel("S-1"), by=world.river)
    assert (again.pk, Child.objects.count()) == (child.pk, 1)
    assert _label(child) == ChildLabel("S-1", "Ada", BORN)


def test_the_same_id_at_another_school_is_another_child(
    world: World, child: Child, organization: Callable[..., Organization]
) -> None:
    lake = organization("lake")
    other = find_or_create_child(lake, ChildLabel("S-1"), by=lake)
    assert other.pk != child.pk
    assert other.key != child.key


def test_the_school_corrects_a_label_and_a_program_only_fills_gaps(
    world: World, child: Child
) -> None:
    later = date(2017, 1, 1)
    find_or_create_child(world.river, ChildLabel("S-1", "Adele", later), by=world.lanterns)
    assert _label(child) == ChildLabel("S-1", "Ada", BORN)
    find_or_create_child(world.river, ChildLabel("S-1", "Adele", later), by=world.river)
    assert _label(child) == ChildLabel("S-1", "Adele", later)
    bare = find_or_create_child(world.river, ChildLabel("S-2"), by=world.river)
    find_or_create_child(world.river, ChildLabel("S-2", "Bo", later), by=world.lanterns)
    assert _label(bare) == ChildLabel("S-2", "Bo", later)


# Refusals, one for every action


def _state(world: World, by: User) -> object:
    return record_school_statement(
        organization=world.river, subject=Subject.WITHHELD, says=Says.LISTED, by=by, at=AT
    )


def _nations(world: World, by: User) -> object:
    return record_child_nations(
        organization=world.river, local_ids=["S-1"], nations=[], by=by, at=AT
    )


def _withhold(world: World, by: User) -> object:
    return withhold_elements(
        organization=world.river, local_ids=["S-1"], elements=["student.city"], by=by, at=AT
    )


def _rights(world: World, by: User) -> object:
    row = Child.objects.get()
    return update_child_rights(child=row, rights=replace(RIGHTS, hold="A case"), by=by, at=AT)


ACTIONS = [_state, _nations, _withhold, _rights]
OTHERS = [
    (Role.STEWARD, "lake"),
    (Role.PROGRAM_STAFF, "river"),
    (Role.COUNSEL, "river"),
    (Role.ANALYST, "backbone"),
]


@pytest.mark.parametrize("act", ACTIONS)
@pytest.mark.parametrize(("role", "at"), OTHERS)
def test_only_the_schools_own_steward_records_it(
    world: World,
    child: Child,
    person: Callable[..., Any],
    act: Callable[[World, User], object],
    role: Role,
    at: str,
) -> None:
    user = person(role, at=at)
    before = (AuditLine.objects.count(), Statement.objects.count(), Child.objects.values().get())
    with pytest.raises(Refused):
        act(world, user)
    after = (AuditLine.objects.count(), Statement.objects.count(), Child.objects.values().get())
    assert after == before


@pytest.mark.parametrize("act", [_state, _nations, _withhold])
def test_the_hub_declares_nothing_for_a_school(
    world: World, person: Callable[..., Any], act: Callable[[World, User], object]
) -> None:
    with pytest.raises(Refused):
        act(world, person(Role.DATA_MANAGER))
    assert not Child.objects.exists()


@pytest.mark.parametrize("act", ACTIONS)
def test_whose_role_has_ended_records_nothing(
    world: World, child: Child, person: Callable[..., Any], act: Callable[[World, User], object]
) -> None:
    user = person(Role.STEWARD, at="river")
    user.affiliations.update(ends=ON - timedelta(days=1))
    with pytest.raises(Refused):
        act(world, user)


# School statements


def test_a_statement_is_recorded_with_who_and_when(world: World) -> None:
    row = record_school_statement(
        organization=world.river,
        subject=Subject.NATIONS,
        says=Says.NOT_KNOWN,
        by=world.steward,
        at=AT,
    )
    assert (row.said_by, row.said_at, row.says) == (world.steward, AT, "not_known")
    line = _lines("children.stated")[-1]
    assert line.detail == {"organization": "river", "subject": "nations", "says": "not_known"}


def test_a_statement_made_twice_is_two_lines_and_changes_none(world: World, child: Child) -> None:
    before = Statement.objects.count()
    for _ in range(2):
        _state(world, world.steward)
    assert Statement.objects.count() == before + 2
    assert _fact(child).withheld == frozenset()


def test_of_two_statements_recorded_out_of_order_the_later_one_counts(
    world: World, child: Child
) -> None:
    """What was said later counts, also if an older statement reaches the record afterwards."""
    for says, days in ((Says.NOT_KNOWN, 0), (Says.NO_RECORD, -3)):
        record_school_statement(
            organization=world.river,
            subject=Subject.WITHHELD,
            says=says,
            by=world.steward,
            at=AT + timedelta(days=days),
        )
    assert _fact(child).withheld is None


# Nations and withheld elements


def test_nations_are_recorded_and_replaced(
    world: World, child: Child, nation: Organization
) -> None:
    assert _record_nations(world, ["S-1", "S-2", "S-1"], [nation, nation]) == 2
    assert _fact(child).nations == frozenset({"pine-nation"})
    assert Child.objects.count() == 2
    assert _record_nations(world, ["S-1"], []) == 1
    assert _fact(child).nations == frozenset()
    assert [line.detail for line in _lines("children.nations_recorded")] == [
        {"children": 2},
        {"children": 1},
    ]


def _record_nations(world: World, local_ids: list[str], nations: list[Organization]) -> int:
    return record_child_nations(
        organization=world.river, local_ids=local_ids, nations=nations, by=world.steward, at=AT
    )


def test_nations_recorded_before_any_statement_count(
    world: World, child: Child, nation: Organization
) -> None:
    Statement.objects.all().delete()
    assert _fact(child).nations is None
    _record_nations(world, ["S-1"], [nation])
    assert _fact(child).nations == frozenset({"pine-nation"})


def test_withheld_elements_are_recorded_replaced_and_given_back(world: World, child: Child) -> None:
    def withhold(*elements: str) -> frozenset[str] | None:
        made = withhold_elements(
            organization=world.river,
            local_ids=["S-1"],
            elements=elements,
            by=world.steward,
            at=AT,
        )
        assert made == 1
        return _fact(child).withheld

    assert withhold("student.street", "student.city") == {"student.street", "student.city"}
    assert withhold("student.city", "student.city") == {"student.city"}
    assert withhold() == frozenset()
    lines = _lines("children.kept_back")
    assert [line.detail for line in lines] == [{"children": 1}] * 3
    assert all("student" not in str(line.detail) for line in lines)


def test_a_child_recorded_before_its_papers_is_the_same_child(world: World) -> None:
    """The school may record what it withholds before any family has answered."""
    _withhold(world, world.steward)
    (row,) = Child.objects.all()
    assert find_or_create_child(world.river, ChildLabel("S-1"), by=world.lanterns).pk == row.pk
    assert _fact(row).withheld == {"student.city"}


# Who holds the right to consent


def test_rights_are_recorded_and_change_what_is_known(world: World, child: Child) -> None:
    later = date(2008, 1, 1)
    update_child_rights(
        child=child,
        rights=replace(RIGHTS, birth_date=later, court_order=True, hold="A case"),
        by=world.steward,
        at=AT,
    )
    assert _label(child) == ChildLabel("S-1", "Ada", later)
    assert (child.court_order, child.hold, child.postsecondary) == (True, "A case", None)
    (line,) = _lines("child.rights_changed")
    assert (line.subject_id, line.detail) == (str(child.pk), {})


def test_the_first_day_in_college_is_kept_until_it_is_taken_back(
    world: World, child: Child
) -> None:
    def attends(postsecondary: bool | None, days: int) -> date | None:
        update_child_rights(
            child=child,
            rights=replace(RIGHTS, postsecondary=postsecondary),
            by=world.steward,
            at=AT + timedelta(days=days),
        )
        child.refresh_from_db()
        return child.postsecondary_since

    assert attends(postsecondary=None, days=0) is None
    assert attends(postsecondary=True, days=1) == ON + timedelta(days=1)
    assert attends(postsecondary=True, days=5) == ON + timedelta(days=1)
    assert attends(postsecondary=False, days=6) is None
    assert attends(postsecondary=True, days=7) == ON + timedelta(days=7)


def test_the_hub_may_record_rights_for_a_school(
    world: World, child: Child, person: Callable[..., Any]
) -> None:
    update_child_rights(
        child=child, rights=replace(RIGHTS, hold="A case"), by=person(Role.DATA_MANAGER), at=AT
    )
    child.refresh_from_db()
    assert child.hold == "A case"


def test_in_dual_enrollment_the_parents_keep_the_rights_here(world: World, child: Child) -> None:
    def save(**changes: Any) -> None:
        update_child_rights(child=child, rights=replace(RIGHTS, **changes), by=world.steward, at=AT)
        child.refresh_from_db()

    save(postsecondary=True, dual_enrolled=True)
    assert facts.load_person_fact(child, AT.date()).postsecondary is False
    assert child.postsecondary_since is None
    save(postsecondary=True)
    assert facts.load_person_fact(child, AT.date()).postsecondary is True
    assert child.postsecondary_since == AT.date()


def test_the_names_of_parents_with_custody_are_sealed_and_become_signer_keys(
    world: World, child: Child
) -> None:
    named = replace(RIGHTS, custodians=("Mara Vale", "J. Vale"))
    update_child_rights(child=child, rights=named, by=world.steward, at=AT)
    assert _label(child).custodians == ("Mara Vale", "J. Vale")
    keys = {compute_signer_key(child.key, name) for name in ("mara vale", "J Vale")}
    assert _fact(child).custodians == keys
    assert b"Vale" not in bytes(child.sealed)
    (line,) = _lines("child.rights_changed")
    assert line.detail == {}
    find_or_create_child(world.river, ChildLabel("S-1", "Adele"), by=world.river)
    assert _label(child).custodians == ("Mara Vale", "J. Vale")
    update_child_rights(child=child, rights=RIGHTS, by=world.steward, at=AT)
    assert (_label(child).custodians, _fact(child).custodians) == ((), frozenset())


def test_the_page_of_rights_records_the_parents_with_custody(
    world: World, child: Child, browser: Callable[..., Client]
) -> None:
    client, address = browser(world.steward), reverse("consents:rights", args=(child.pk,))
    client.post(address, {"custodians": " Mara Vale \n\nMara Vale\nJ. Vale"})
    assert _label(child).custodians == ("Mara Vale", "J. Vale")
    assert client.get(address).context["form"]["custodians"].value() == "Mara Vale\nJ. Vale"
