"""Who may do what: the table against an evaluator that shares no code with it."""

from datetime import date, timedelta
from itertools import product

import pytest

from cairn.rules.access import may_open, may_see_children, second_factor_due
from cairn.rules.actor import Actor, Affiliation
from cairn.rules.vocabulary import (
    STAFF_ROLES,
    Action,
    OrganizationKind,
    Outcome,
    Role,
    SecondFactor,
)

ON = date(2026, 11, 24)

# data manager, steward, analyst, reviewer, program staff, public:
# own organization, hub (own, or all from the backbone), only (from the backbone), every, or none.
ORACLE = """
view_home            every every every every every every
view_work            every every every every every -
view_audit           only  -     -     -     -     -
see_children         hub   own   hub   -     own   -
verify               only  -     -     -     -     -
view_partners        every every every every every -
change_partners      hub   -     -     -     -     -
view_people          hub   own   -     -     -     -
change_people        hub   -     -     -     -     -
view_agreement       hub   own   hub   every own   -
rely_on_agreement    every every every every every every
load_agreement       hub   -     -     -     -     -
view_opt_outs        hub   own   -     -     -     -
record_opt_out       hub   own   -     -     -     -
view_delivery        hub   own   -     -     own   -
change_mapping       hub   own   -     -     own   -
receive              hub   own   -     -     own   -
conform              hub   own   -     -     own   -
withdraw_delivery    hub   own   -     -     -     -
view_linkage         only  -     only  -     -     -
link                 only  -     -     -     -     -
build_mart           only  -     only  -     -     -
count                only  -     only  -     -     -
protect              only  -     only  -     -     -
view_release         hub   own   hub   every -     -
draft_release        hub   -     hub   -     -     -
submit_release       hub   -     hub   -     -     -
review_release       -     -     -     every -     -
send_back_release    hub   -     hub   -     -     -
answer_send_back     -     own   -     -     -     -
publish_release      hub   -     -     -     -     -
withdraw_release     hub   own   -     -     -     -
view_published       every every every every every every
destroy              hub   -     -     -     -     -
"""
CHILDREN = frozenset(
    {
        "see_children",
        "view_opt_outs",
        "record_opt_out",
        "view_delivery",
        "change_mapping",
        "receive",
        "conform",
        "withdraw_delivery",
        "link",
        "build_mart",
        "count",
        "destroy",
    }
)
ROLES = tuple(Role)


def _expected(action: str, role: Role, at_hub: bool, mine: bool | None, proved: bool) -> bool:
    row = next(
        line.split()[1:] for line in ORACLE.strip().splitlines() if line.split()[0] == action
    )
    if "-" not in row[5]:
        return True
    reach = row[ROLES.index(role)]
    reaches = {
        "-": False,
        "every": True,
        "only": at_hub,
        "own": mine is not False,
        "hub": mine is not False or at_hub,
    }[reach]
    return reaches and (proved or action not in CHILDREN)


def test_the_oracle_knows_every_action() -> None:
    assert [line.split()[0] for line in ORACLE.strip().splitlines()] == list(Action)


@pytest.mark.parametrize("action", Action)
def test_the_table_agrees_with_the_oracle(action: Action) -> None:
    staff = [r for r in Role if r in STAFF_ROLES]
    for role, at_hub, mine, proved in product(
        staff, (True, False), (True, False, None), (True, False)
    ):
        kind = OrganizationKind.BACKBONE if at_hub else OrganizationKind.SCHOOL_DISTRICT
        factor = SecondFactor.PRESENT if proved else SecondFactor.ABSENT
        actor = Actor("7", True, factor, (Affiliation("here", kind, role, ON),))
        organization = {True: "here", False: "there", None: None}[mine]
        allowed = may_open(action, actor, organization=organization, on=ON).allowed
        assert allowed is _expected(action, role, at_hub, mine, proved), (role, at_hub, mine)


@pytest.mark.parametrize("action", Action)
def test_the_public_and_a_closed_account(action: Action) -> None:
    public = "-" not in next(
        line.split()[6] for line in ORACLE.strip().splitlines() if line.split()[0] == action
    )
    assert may_open(action, Actor.public(), on=ON).allowed is public
    everything = tuple(
        Affiliation("hub", OrganizationKind.BACKBONE, r, ON) for r in Role if r in STAFF_ROLES
    )
    closed = Actor("7", False, SecondFactor.PRESENT, everything)
    assert may_open(action, closed, on=ON).allowed is public


def test_a_role_lives_from_its_first_through_its_last_day() -> None:
    day = timedelta(days=1)
    role = Affiliation("river", OrganizationKind.SCHOOL_DISTRICT, Role.STEWARD, ON, ON + day)
    actor = Actor("7", True, SecondFactor.PRESENT, (role,))

    def allowed(on: date) -> bool:
        return may_open(Action.VIEW_DELIVERY, actor, organization="river", on=on).allowed

    assert [allowed(ON + n * day) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert actor.roles(ON) == {Role.STEWARD}
    assert actor.roles(ON - day) == {Role.PUBLIC}
    assert actor.organizations(ON) == {"river"}
    assert actor.organizations(ON, Role.ANALYST) == frozenset()
    closed = Actor("7", False, SecondFactor.PRESENT, (role,))
    assert closed.roles(ON) == {Role.PUBLIC}
    assert closed.organizations(ON) == frozenset()


@pytest.mark.parametrize(
    ("role", "factor", "due"),
    [
        (Role.STEWARD, SecondFactor.ABSENT, True),
        (Role.PROGRAM_STAFF, SecondFactor.ABSENT, True),
        (Role.REVIEWER, SecondFactor.ABSENT, False),
        (Role.STEWARD, SecondFactor.PRESENT, False),
        (Role.STEWARD, SecondFactor.EXCUSED, False),
        (Role.STEWARD, SecondFactor.LOCAL_SHELL, False),
    ],
)
def test_a_second_factor_is_due_from_who_can_see_a_child(
    role: Role, factor: SecondFactor, due: bool
) -> None:
    affiliation = Affiliation("river", OrganizationKind.SCHOOL_DISTRICT, role, ON)
    actor = Actor("7", True, factor, (affiliation,))
    assert second_factor_due(actor, ON) is due
    assert not second_factor_due(Actor.public(), ON)


def test_who_may_not_ask_hears_every_reason_of_the_first_stage() -> None:
    refused = may_see_children(Actor.public(), ON)
    assert refused.outcome is Outcome.DENY
    assert [r.code for r in refused.refusals] == ["A01", "A03", "R25"]
