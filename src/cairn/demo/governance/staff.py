"""Define the invented people of River County's partnership, who can sign in to the demo.

They sign, train and attest, and their organizations are assessed, by the same actions that a person
would use.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from cairn.governance.partners import api as partners_api
from cairn.governance.partners.api import Affiliation, Organization
from cairn.governance.training import api as training_api
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, OrganizationKind, Role

BACKBONE_SLUG: Final = "river-county-partnership"
DEMO_PASSWORD: Final = "walk along the river"  # noqa: S105 - printed on purpose; the people are invented
AFFILIATED_SINCE: Final = date(2021, 7, 1)


@dataclass(frozen=True, slots=True)
class DemoMember:
    """Hold one invented person: their organization, their role, and what they would look at
    first.
    """

    email: str
    name: str
    role: Role
    organization: str
    first: str


MANAGER: Final = DemoMember(
    "dana@partnership.example",
    "Dana Whitfield",
    Role.DATA_MANAGER,
    BACKBONE_SLUG,
    "Home: your tasks. Then Data submissions: one file has errors, one was accepted in part",
)

ANALYST: Final = DemoMember(
    "amir@partnership.example",
    "Amir Castellanos",
    Role.ANALYST,
    BACKBONE_SLUG,
    "Releases: drafts, checks, and how each table withstood the attack",
)

REVIEWERS: Final = (
    DemoMember(
        "rosa@partnership.example",
        "Rosa Lindqvist",
        Role.REVIEWER,
        BACKBONE_SLUG,
        "Home: a release needs a second review",
    ),
    DemoMember(
        "theo@partnership.example",
        "Theo Abara",
        Role.REVIEWER,
        BACKBONE_SLUG,
        "Releases: the one he has reviewed",
    ),
)

COMMITTEE: Final = (
    DemoMember(
        "lucia@partnership.example",
        "Lucía Ferrer",
        Role.COMMITTEE_MEMBER,
        BACKBONE_SLUG,
        "Projects: the data committee is voting; she holds the families' seat",
    ),
    DemoMember(
        "paul@stony-ford.example",
        "Paul Ek",
        Role.COMMITTEE_MEMBER,
        "stony-ford-sd",
        "Projects: the same vote, from a district",
    ),
    DemoMember(
        "june@riverside-readers.example",
        "June Harlow",
        Role.COMMITTEE_MEMBER,
        "riverside-readers",
        "Projects: the same vote, from a program",
    ),
)

COUNSEL: Final = DemoMember(
    "ines@alder-creek.example",
    "Ines Okafor",
    Role.COUNSEL,
    "alder-creek-sd",
    "Agreements: a draft for counsel to review",
)

PROGRAM_STAFF: Final = DemoMember(
    "nadia@riverside-readers.example",
    "Nadia Brooks",
    Role.PROGRAM_STAFF,
    "riverside-readers",
    "Programs: today's attendance. Consents: only the children with their families' consent",
)

SITE_TUTOR: Final = DemoMember(
    "omar@riverside-readers.example",
    "Omar Sandoval",
    Role.PROGRAM_STAFF,
    "riverside-readers",
    "Programs: the one site that he is assigned to. Students: its children and no others",
)

SCHOOL_LIAISON: Final = DemoMember(
    "lina@alder-creek.example",
    "Lina Ortega",
    Role.PROGRAM_STAFF,
    "alder-creek-sd",
    "Students: one student's history, and who misses school and has no program on record",
)

NATION_SLUG: Final = "heronwater-nation"

FUNDER_SLUG: Final = "river-county-childrens-fund"

STEWARD_NAMES: Final = {
    NATION_SLUG: "Wren Halloway",
    FUNDER_SLUG: "Grace Adeyemi",
    "alder-creek-sd": "Sol Marchetti",
    "birchwood-sd": "Priya Fairbanks",
    "bridge-to-kindergarten": "Luis Quintero",
    "bright-nights": "Peter Vang",
    "casa-familia": "Leticia Zavala",
    "code-hollow": "Kenji Stone",
    "college-bound": "Isaiah Freeman",
    "first-job": "Rosa Montoya",
    "green-shoots-camp": "Willow Larsen",
    "little-acorns-preschool": "Nora Jensen",
    "math-lift": "Anjali Rao",
    "river-county-college-access": "Tomás Webb",
    "river-county-early-learning": "Owen Gaines",
    "river-county-youth-center": "Marcus Bolden",
    "riverside-readers": "Audrey Mensah",
    "stony-ford-sd": "Camila Reyes",
    "tri-rivers-workforce-board": "Samir Holloway",
    "two-rivers-mentoring": "Clara Whitaker",
}
"""The steward of each partner: its agreement names this person as the one who delivers.

The nation and the funder have no agreement, and deliver nothing.
"""

_STEWARD_EMAILS: Final = {
    NATION_SLUG: "wren@heronwater.example",
    FUNDER_SLUG: "grace@childrens-fund.example",
    "alder-creek-sd": "sol@alder-creek.example",
}

_STEWARD_FIRST_STEPS: Final = {
    NATION_SLUG: "Home: a release that needs the Nation's decision",
    FUNDER_SLUG: "Reports, Portfolio: what is published about the programs that the fund pays for",
    PROGRAM_STAFF.organization: "Programs: registrations, staff, results, the report to a funder",
}


def find_demo_steward(organization: str) -> DemoMember:
    """Find the steward of one partner.

    Alder Creek's steward has a release to answer. The nation's has one to decide on.
    """
    return DemoMember(
        _STEWARD_EMAILS.get(organization, f"steward@{organization}.example"),
        STEWARD_NAMES[organization],
        Role.STEWARD,
        organization,
        _STEWARD_FIRST_STEPS.get(
            organization, "Home: figures to preview before publication, with a deadline"
        ),
    )


def list_shown_members() -> tuple[DemoMember, ...]:
    """List the people that the demo presents to a visitor.

    Returns:
        One member for each kind of account.
    """
    stewards = (find_demo_steward("alder-creek-sd"), find_demo_steward(NATION_SLUG))
    return (MANAGER, ANALYST, *REVIEWERS, *stewards, COUNSEL, COMMITTEE[0], PROGRAM_STAFF)


def list_program_week_members() -> tuple[DemoMember, ...]:
    """List the people of a program's week, beside its tutor.

    Returns:
        The director of a small agency, a tutor at one of its sites, and a school's liaison.
    """
    return (find_demo_steward(PROGRAM_STAFF.organization), SITE_TUTOR, SCHOOL_LIAISON)


@transaction.atomic
def create_demo_accounts(members: Iterable[DemoMember]) -> dict[str, User]:
    """Create the accounts that are missing, by email address. Their organizations must exist.

    Args:
        members: the people to create.
    Returns:
        The account of each member, by email address.
    """
    # Hashing is slow on purpose; the invented people share one password and so one hash.
    password_hash = make_password(DEMO_PASSWORD)
    return {member.email: _create_account(member, password_hash) for member in members}


def _create_account(member: DemoMember, password_hash: str) -> User:
    user, _ = User.objects.get_or_create(
        email=member.email,
        defaults={"name": member.name, "is_invented": True, "password": password_hash},
    )
    Affiliation.objects.get_or_create(
        user=user,
        organization=Organization.objects.get(slug=member.organization),
        role=member.role.value,
        ends=None,
        defaults={"starts": AFFILIATED_SINCE},
    )
    return user


_STATE: Final = "UT"
_PARTLY_MET_ITEMS: Final = frozenset({"updates", "vendors", "board"})
"""Items that no agreement of the demo requires; a required safeguard must be met in full."""


def meet_access_requirements(*, user: User, attesting_user: User, at: datetime) -> None:
    """Sign the confidentiality agreement, pass every module, and have the workshop attested."""
    training_api.sign_confidentiality(
        typed_name=user.name,
        digest=training_api.load_confidentiality_agreement().digest,
        how="name typed in a command on the server",
        user=user,
        by=user,
        at=at,
    )
    for course in training_api.list_required_modules():
        answers = [question.right for question in course.questions]
        training_api.take_quiz(course=course, answers=answers, by=user, at=at)
    partners_api.attest_training(
        person=user,
        organization=partners_api.Affiliation.objects.filter_active(timezone.localdate(at))
        .filter(user=user)[0]
        .organization,
        course=training_api.find_workshop(),
        took_place=timezone.localdate(at),
        how=f"workshop led by {attesting_user.name}",
        by=attesting_user,
        at=at,
    )


def assess_demo_organizations(
    *, organizations: Iterable[partners_api.Organization], by: User, at: datetime
) -> None:
    """Answer every security questionnaire for each organization, and adopt its plan."""
    for organization in organizations:
        for questionnaire in partners_api.list_questionnaires_for(
            OrganizationKind(organization.kind)
        ):
            answers = {
                item.id: (
                    partners_api.AnswerGrade.PARTLY
                    if item.id in _PARTLY_MET_ITEMS
                    else partners_api.AnswerGrade.YES
                ).value
                for item in questionnaire.items
            }
            partners_api.record_assessment(
                organization=organization,
                questionnaire=questionnaire,
                answers=answers,
                note="",
                by=by,
                at=at,
            )
        text = partners_api.write_security_plan(organization, timezone.localdate(at))
        partners_api.adopt_security_plan(organization=organization, text=text, by=by, at=at)


def describe_demo_organization(
    organization: partners_api.Organization, by: User, at: datetime
) -> None:
    """Record the state and the kind of an organization, so that its state's law applies."""
    kind = OrganizationKind(organization.kind)
    partners_api.describe_organization(
        organization=organization,
        state=_STATE,
        education_program=kind in FERPA_AGENCY_KINDS or kind is OrganizationKind.COMMUNITY_PROGRAM,
        educational_agency=kind in FERPA_AGENCY_KINDS,
        covered_entity=kind is OrganizationKind.HEALTH,
        by=by,
        at=at,
    )
