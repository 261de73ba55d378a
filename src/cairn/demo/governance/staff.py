"""Define the invented people of River County's partnership, who can sign in to the demo.

They may sign in without a second factor only while the server listens on this machine alone. The
policy on access decides that, from the facts about accounts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cairn.governance.partners.api import Affiliation, Organization
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Role

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
    "Home: what waits; then Deliveries, where one file is flawed and one is refused in part",
)

ANALYST: Final = DemoMember(
    "amir@partnership.example",
    "Amir Castellanos",
    Role.ANALYST,
    BACKBONE_SLUG,
    "Releases: drafts, checks, and the attacker's audit of each table",
)

REVIEWERS: Final = (
    DemoMember(
        "rosa@partnership.example",
        "Rosa Lindqvist",
        Role.REVIEWER,
        BACKBONE_SLUG,
        "Home: a release waits for a second reviewer",
    ),
    DemoMember(
        "theo@partnership.example",
        "Theo Abara",
        Role.REVIEWER,
        BACKBONE_SLUG,
        "Releases: what he has reviewed already",
    ),
)

COMMITTEE: Final = (
    DemoMember(
        "lucia@partnership.example",
        "Lucía Ferrer",
        Role.COMMITTEE_MEMBER,
        BACKBONE_SLUG,
        "Projects: a vote of the data committee is open; she holds the families' seat",
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
    "Agreements: a draft that waits for counsel",
)

PROGRAM_STAFF: Final = DemoMember(
    "nadia@riverside-readers.example",
    "Nadia Brooks",
    Role.PROGRAM_STAFF,
    "riverside-readers",
    "Consents: the children whose families said yes, and no other",
)

NATION_SLUG: Final = "heronwater-nation"

STEWARD_NAMES: Final = {
    NATION_SLUG: "Wren Halloway",
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
"""The steward of each partner: its agreement names this person as the one who delivers."""

_STEWARD_EMAILS: Final = {
    NATION_SLUG: "wren@heronwater.example",
    "alder-creek-sd": "sol@alder-creek.example",
}

_STEWARD_FIRST_STEPS: Final = {
    NATION_SLUG: "Home: a release of which the nation has not said its word"
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
        _STEWARD_FIRST_STEPS.get(organization, "Home: figures sent back, with a clock"),
    )


def list_shown_members() -> tuple[DemoMember, ...]:
    """List the people that the demo presents to a visitor.

    Returns:
        One member for each kind of account.
    """
    stewards = (find_demo_steward("alder-creek-sd"), find_demo_steward(NATION_SLUG))
    return (MANAGER, ANALYST, *REVIEWERS, *stewards, COUNSEL, COMMITTEE[0], PROGRAM_STAFF)


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
