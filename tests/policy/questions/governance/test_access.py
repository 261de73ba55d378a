"""Who may do what: the table against an evaluator that shares no code with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

import pytest

from cairn.policy.facts.people.access import (
    Actor,
    AffiliationFact,
    Clearance,
    Colleague,
    CompletionFact,
    ConfidentialitySignature,
    Curriculum,
    OrganizationSecurity,
)
from cairn.policy.questions.governance.access import (
    list_missing_clearance,
    may_open_family_page,
    may_open_page,
    may_see_children,
    needs_second_factor,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind

ON = date(2026, 11, 24)

# data manager, steward, analyst, reviewer, program staff, counsel, committee member, public:
# own organization, hub (own, or all from the backbone), only (from the backbone), every, or none.
ORACLE = """
view_home            every every every every every every every every
view_work            every every every every every every every -
view_audit           only  -     -     -     -     -     -     -
see_children         hub   own   hub   -     own   -     -     -
verify               only  -     -     -     -     -     -     -
view_partners        every every every every every every every -
change_partners      hub   -     -     -     -     -     -     -
view_people          hub   own   -     -     -     -     -     -
change_people        hub   -     -     -     -     -     -     -
change_own_account   every every every every every every every -
receive_task_email   every every every every every every every -
manage_email         only  -     -     -     -     -     -     -
manage_schedule      only  -     -     -     -     -     -     -
view_clearance       hub   hub   hub   hub   hub   hub   hub   -
take_training        every every every every every every every -
attest_training      hub   own   -     -     -     -     -     -
change_security      hub   own   -     -     -     -     -     -
bar_partner          only  -     -     -     -     -     -     -
review_state_law     -     own   -     -     -     own   -     -
view_dictionary      every every every every every every every -
change_dictionary    hub   own   -     -     -     -     -     -
view_agreement       hub   own   hub   every own   own   every -
rely_on_agreement    every every every every every every every every
load_agreement       hub   -     -     -     -     -     -     -
view_draft           hub   own   -     -     -     own   -     -
draft_agreement      hub   own   -     -     -     -     -     -
review_agreement     -     -     -     -     -     own   -     -
override_finding     -     -     -     -     -     own   -     -
sign_agreement       own   own   -     -     -     -     -     -
attest_review        -     own   -     -     -     -     -     -
attest_signature     hub   own   -     -     -     -     -     -
confirm_signature    every every every every every every every every
terminate_agreement  hub   own   -     -     -     -     -     -
close_agreement      hub   -     -     -     -     -     -     -
view_project         every every every every every every every -
change_project       hub   -     own   -     -     -     -     -
check_project        only  -     -     -     -     -     -     -
approve_project      -     own   -     -     -     -     -     -
view_committee       every every every every every every every -
change_committee     only  -     -     -     -     -     -     -
vote                 -     -     -     -     -     -     every -
view_policy          every every every every every every every -
change_policy        only  -     -     -     -     -     -     -
acknowledge_policy   own   own   -     -     -     -     -     -
authorize            only  -     -     -     -     -     -     -
view_opt_outs        hub   own   -     -     -     -     -     -
record_opt_out       hub   own   -     -     -     -     -     -
view_annual_notice   hub   own   -     -     -     own   -     -
record_annual_notice -     own   -     -     -     -     -     -
view_consents        hub   own   -     -     own   -     -     -
record_consent       hub   own   -     -     own   -     -     -
verify_consent       -     own   -     -     -     -     -     -
state_of_children    -     own   -     -     -     -     -     -
revoke_consent       hub   own   -     -     own   -     -     -
change_consent_form  hub   own   -     -     -     -     -     -
invite_family        hub   own   -     -     -     -     -     -
enter_family         every every every every every every every every
parent_view          -     -     -     -     -     -     -     -
family_answer        -     -     -     -     -     -     -     -
answer_family        hub   own   -     -     -     -     -     -
decide_amendment     -     own   -     -     -     -     -     -
view                 hub   own   -     -     own   -     -     -
list                 hub   own   -     -     own   -     -     -
export               hub   own   own   -     own   -     -     -
deliver              hub   own   -     -     -     -     -     -
refer                hub   own   -     -     own   -     -     -
match                only  -     -     -     -     -     -     -
aggregate            hub   -     own   -     -     -     -     -
release              hub   -     hub   -     -     -     -     -
publish              hub   -     -     -     -     -     -     -
emergency            hub   own   -     -     -     -     -     -
ask                  every every every every every every every -
view_breaches        hub   own   -     -     -     own   -     -
record_breach        hub   own   -     -     -     -     -     -
view_legal_requests  hub   own   -     -     -     own   -     -
handle_legal_request hub   own   -     -     -     own   -     -
decide_legal_process -     -     -     -     -     own   -     -
view_disclosures     hub   own   -     -     -     own   -     -
view_duties          hub   own   -     -     -     own   -     -
demand_destruction   own   own   -     -     -     -     -     -
accept_certificate   -     own   -     -     -     -     -     -
view_deadlines       hub   hub   hub   hub   hub   hub   hub   -
view_register        every every every every every every every every
view_delivery        hub   own   -     -     own   -     -     -
change_mapping       hub   own   -     -     own   -     -     -
receive              hub   own   -     -     own   -     -     -
cancel_delivery      hub   own   -     -     own   -     -     -
end_folder_watch     hub   own   -     -     own   -     -     -
dismiss_folder_file  hub   own   -     -     own   -     -     -
conform              hub   own   -     -     own   -     -     -
withdraw_delivery    hub   own   -     -     -     -     -     -
request_file         hub   own   -     -     -     -     -     -
send_requested_file  every every every every every every every every
manage_survey        hub   own   -     -     -     -     -     -
name_survey_links    -     own   -     -     -     -     -     -
answer_survey        every every every every every every every every
view_public_source   every every every every every every every -
add_public_source    only  -     -     -     -     -     -     -
show_public_source   only  -     -     -     -     -     -     -
view_linkage         only  -     only  -     -     -     -     -
link                 only  -     -     -     -     -     -     -
review_match         only  -     -     -     -     -     -     -
find_child           hub   own   -     -     own   -     -     -
build_mart           only  -     only  -     -     -     -     -
count                only  -     only  -     -     -     -     -
protect              only  -     only  -     -     -     -     -
view_release         hub   own   hub   every -     -     -     -
draft_release        hub   -     hub   -     -     -     -     -
submit_release       hub   -     hub   -     -     -     -     -
review_release       -     -     -     every -     -     -     -
send_back_release    hub   -     hub   -     -     -     -     -
report_release       hub   -     -     -     -     -     -     -
answer_send_back     -     own   -     -     -     -     -     -
view_own_figures     -     own   -     -     -     -     -     -
view_wrong_figures   hub   own   hub   -     -     -     -     -
view_give_back       hub   own   -     -     -     -     -     -
give_back            hub   -     -     -     -     -     -     -
publish_release      hub   -     -     -     -     -     -     -
withdraw_release     hub   own   -     -     -     -     -     -
approve_as_nation    -     own   -     -     -     -     -     -
view_published       every every every every every every every every
compare_own_figures  -     own   -     -     -     -     -     -
change_target        only  -     -     -     -     -     every -
view_dashboards      every every every every every every every -
ask_for_figure       every every every every every every every every
answer_figure_question only -    -     -     -     -     every -
view_indicator       every every every every every every every -
change_indicator     hub   -     hub   -     -     -     -     -
approve_indicator    -     -     -     -     -     -     every -
view_extract         hub   own   hub   every -     -     -     -
request_extract      hub   -     own   -     -     -     -     -
prepare_extract      only  -     only  -     -     -     -     -
read_text            only  -     -     -     -     -     -     -
review_extract       -     -     -     every -     -     -     -
issue_extract        only  -     -     -     -     -     -     -
withdraw_extract     hub   own   own   -     -     -     -     -
destroy              hub   -     -     -     -     -     -     -
view_program_records -     own   -     -     own   -     -     -
change_program       -     own   -     -     own   -     -     -
destroy_program_records -  own   -     -     -     -     -     -
take_attendance      -     own   -     -     own   -     -     -
write_note           -     own   -     -     own   -     -     -
register_child       every every every every every every every every
report_to_funder     -     own   -     -     own   -     -     -
assign_staff         -     own   -     -     -     -     -     -
close_incident       -     own   -     -     -     -     -     -
show_to_families     -     own   -     -     -     -     -     -
release_copy         -     own   -     -     -     -     -     -
view_student         -     own   -     -     own   -     -     -
view_program_results -     own   -     -     own   -     -     -
"""
CHILDREN = frozenset(
    {
        "see_children",
        "view_program_records",
        "change_program",
        "destroy_program_records",
        "take_attendance",
        "report_to_funder",
        "close_incident",
        "write_note",
        "release_copy",
        "view_student",
        "view_program_results",
        "view_opt_outs",
        "record_opt_out",
        "view_consents",
        "record_consent",
        "verify_consent",
        "revoke_consent",
        "invite_family",
        "answer_family",
        "decide_amendment",
        "view",
        "list",
        "export",
        "deliver",
        "refer",
        "match",
        "aggregate",
        "emergency",
        "view_delivery",
        "change_mapping",
        "receive",
        "cancel_delivery",
        "end_folder_watch",
        "dismiss_folder_file",
        "conform",
        "withdraw_delivery",
        "request_file",
        "manage_survey",
        "name_survey_links",
        "link",
        "review_match",
        "find_child",
        "build_mart",
        "view_own_figures",
        "compare_own_figures",
        "view_wrong_figures",
        "view_give_back",
        "give_back",
        "prepare_extract",
        "read_text",
        "count",
        "destroy",
    }
)
# What takes a child's data out of use, which an organization can do that is itself not cleared.
PROTECTING = {
    *("record_opt_out", "cancel_delivery", "withdraw_delivery", "revoke_consent", "destroy"),
    "end_folder_watch",
    "destroy_program_records",
}
COLUMNS = (
    "data_manager",
    "steward",
    "analyst",
    "reviewer",
    "program_staff",
    "counsel",
    "committee_member",
    "public",
)


@dataclass(frozen=True)
class World:
    """One combination of what the first stage looks at."""

    role: Role
    at_hub: bool
    mine: bool | None
    proved: bool
    trained: bool
    secure: bool

    @property
    def actor(self) -> Actor:
        kind = OrganizationKind.BACKBONE if self.at_hub else OrganizationKind.SCHOOL_DISTRICT
        return Actor(
            "7",
            True,
            SecondFactor.PRESENT if self.proved else SecondFactor.ABSENT,
            (AffiliationFact("here", kind, self.role, ON),),
            clearance=CLEARED if self.trained else replace(CLEARED, completions=()),
            security=(SECURE,) if self.secure else (),
        )


CLEARED = Clearance(
    Curriculum("1", (("ethics", "1"),), ("workshop", "1")),
    (ConfidentialitySignature("1", ON),),
    tuple(CompletionFact(m, "1", ON, ON, "quiz") for m in ("ethics", "workshop")),
)
SECURE = OrganizationSecurity("here", ON, ON, ON, colleagues=(Colleague(ON, None, ((ON, ON),)),))
YES_OR_NO = (True, False)


def _row(action: str) -> list[str]:
    return next(ln.split()[1:] for ln in ORACLE.strip().splitlines() if ln.split()[0] == action)


def _expected(action: str, world: World) -> bool:
    row = _row(action)
    if row[7] != "-":
        return True
    reaches = {
        "-": False,
        "every": True,
        "only": world.at_hub,
        "own": world.mine is not False,
        "hub": world.mine is not False or world.at_hub,
    }[row[COLUMNS.index(world.role)]]
    if action not in CHILDREN:
        return reaches
    return reaches and world.proved and world.trained and (world.secure or action in PROTECTING)


def test_the_oracle_knows_every_action() -> None:
    assert [line.split()[0] for line in ORACLE.strip().splitlines()] == list(Action)


@pytest.mark.parametrize("action", Action)
def test_the_table_agrees_with_the_oracle(action: Action) -> None:
    staff = [role for role in Role if role in STAFF_ROLES]
    for role, at_hub, mine, *rest in product(
        staff, YES_OR_NO, (True, False, None), YES_OR_NO, YES_OR_NO, YES_OR_NO
    ):
        world = World(role, at_hub, mine, *rest)
        organization = {True: "here", False: "there", None: None}[mine]
        allowed = may_open_page(action, world.actor, organization=organization, on=ON).allowed
        assert allowed is _expected(action, world), world


@pytest.mark.parametrize("action", Action)
def test_the_public_and_a_closed_account(action: Action) -> None:
    public = _row(action)[7] != "-"
    assert may_open_page(action, Actor.public(), on=ON).allowed is public
    everything = tuple(
        AffiliationFact("hub", OrganizationKind.BACKBONE, r, ON) for r in Role if r in STAFF_ROLES
    )
    closed = Actor("7", False, SecondFactor.PRESENT, everything)
    assert may_open_page(action, closed, on=ON).allowed is public


def test_a_role_lives_from_its_first_through_its_last_day() -> None:
    day = timedelta(days=1)
    role = AffiliationFact("river", OrganizationKind.SCHOOL_DISTRICT, Role.STEWARD, ON, ON + day)
    actor = Actor("7", True, SecondFactor.PRESENT, (role,))

    def allowed(on: date) -> bool:
        return may_open_page(Action.VIEW_AGREEMENT, actor, organization="river", on=on).allowed

    assert [allowed(ON + n * day) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert actor.list_roles(ON) == {Role.STEWARD}
    assert actor.list_roles(ON - day) == {Role.PUBLIC}
    assert actor.list_organizations(ON) == {"river"}
    assert actor.list_organizations(ON, Role.ANALYST) == frozenset()
    closed = Actor("7", False, SecondFactor.PRESENT, (role,))
    assert closed.list_roles(ON) == {Role.PUBLIC}
    assert closed.list_organizations(ON) == frozenset()


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
    affiliation = AffiliationFact("river", OrganizationKind.SCHOOL_DISTRICT, role, ON)
    actor = Actor("7", True, factor, (affiliation,))
    assert needs_second_factor(actor, ON) is due
    assert not needs_second_factor(Actor.public(), ON)


def test_who_may_not_ask_hears_every_reason_of_the_first_stage() -> None:
    refused = may_see_children(Actor.public(), ON)
    assert refused.outcome is Outcome.DENY
    assert [r.code for r in refused.refusals] == ["A01", "A03", "R25", "T04"]


@pytest.mark.parametrize("action", [Action.PARENT_VIEW, Action.FAMILY_ANSWER])
def test_a_family_session_is_of_one_child(action: Action, acting: Callable[..., Actor]) -> None:
    family = Actor.family("key-of-ada")
    assert may_open_family_page(action, family, child="key-of-ada", on=ON).allowed
    others: tuple[tuple[Actor, str], ...] = (
        (family, "key-of-ben"),
        (family, ""),
        (Actor.public(), "key-of-ada"),
        (acting(Role.STEWARD), "key-of-ada"),
        (replace(family, active=False), "key-of-ada"),
    )
    for actor, child in others:
        assert not may_open_family_page(action, actor, child=child, on=ON).allowed
    assert not may_open_page(action, family, on=ON).allowed
    told = may_open_family_page(action, family, child="key-of-ben", on=ON)
    assert "key-of" not in "".join(r.message_for(a) for r in told.reasons for a in Audience)


def test_a_family_may_do_nothing_of_the_staff_and_all_that_everybody_may() -> None:
    family = Actor.family("key-of-ada")
    assert family.list_roles(ON) == {Role.FAMILY}
    assert family.list_organizations(ON) == frozenset()
    for action in Action:
        everybody = _row(action)[7] != "-"
        assert may_open_page(action, family, on=ON).allowed is everybody, action
    with pytest.raises(ValueError, match="Families may not request"):
        may_open_family_page(Action.VIEW_HOME, family, child="key-of-ada", on=ON)
    with pytest.raises(ValueError, match="one child"):
        Actor.family("")


def test_what_a_person_can_still_learn_is_told_to_who_has_a_role(
    acting: Callable[..., Actor],
) -> None:
    untrained = acting(Role.STEWARD, at="river", clearance=None)
    assert [r.code for r in list_missing_clearance(untrained, ON)] == ["T04"]
    assert list_missing_clearance(acting(Role.STEWARD, at="river"), ON) == ()
    for nobody in (Actor.public(), acting(Role.REVIEWER, clearance=None)):
        assert list_missing_clearance(nobody, ON) == ()
