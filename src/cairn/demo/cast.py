"""The invented people of River County's partnership, who can sign in to the demo.

They may go without a second factor only while the server listens on this machine alone; the
rule and its facts are in `rules.access` and `accounts.facts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from cairn.accounts.models import User
from cairn.partners.models import Affiliation, Organization
from cairn.rules.vocabulary import Role

BACKBONE: Final = "river-county-partnership"
PASSWORD: Final = "walk along the river"  # noqa: S105 - printed on purpose; the people are invented
SINCE: Final = date(2021, 7, 1)


@dataclass(frozen=True, slots=True)
class Member:
    """One invented person: where they work, as what, and what they would look at first."""

    email: str
    name: str
    role: Role
    organization: str
    first: str


MANAGER: Final = Member(
    "dana@partnership.example",
    "Dana Whitfield",
    Role.DATA_MANAGER,
    BACKBONE,
    "Home: what waits; then Deliveries, where one file is flawed and one is refused in part",
)
ANALYST: Final = Member(
    "amir@partnership.example",
    "Amir Castellanos",
    Role.ANALYST,
    BACKBONE,
    "Releases: drafts, checks, and the attacker's audit of each table",
)
REVIEWERS: Final = (
    Member(
        "rosa@partnership.example",
        "Rosa Lindqvist",
        Role.REVIEWER,
        BACKBONE,
        "Home: a release waits for a second reviewer",
    ),
    Member(
        "theo@partnership.example",
        "Theo Abara",
        Role.REVIEWER,
        BACKBONE,
        "Releases: what he has reviewed already",
    ),
)
COMMITTEE: Final = (
    Member(
        "lucia@partnership.example",
        "Lucía Ferrer",
        Role.COMMITTEE_MEMBER,
        BACKBONE,
        "Projects: a vote of the data committee is open; she holds the families' seat",
    ),
    Member(
        "paul@stony-ford.example",
        "Paul Ek",
        Role.COMMITTEE_MEMBER,
        "stony-ford-sd",
        "Projects: the same vote, from a district",
    ),
    Member(
        "june@riverside-readers.example",
        "June Harlow",
        Role.COMMITTEE_MEMBER,
        "riverside-readers",
        "Projects: the same vote, from a program",
    ),
)
COUNSEL: Final = Member(
    "ines@alder-creek.example",
    "Ines Okafor",
    Role.COUNSEL,
    "alder-creek-sd",
    "Agreements: a draft that waits for counsel",
)
PROGRAM_STAFF: Final = Member(
    "nadia@riverside-readers.example",
    "Nadia Brooks",
    Role.PROGRAM_STAFF,
    "riverside-readers",
    "Consents: the children whose families said yes, and no other",
)
NATION: Final = "heronwater-nation"
STEWARDS: Final = {
    NATION: "Wren Halloway",
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
"""The steward of each partner: whom its agreement names as the one who delivers."""
_ADDRESSES: Final = {
    NATION: "wren@heronwater.example",
    "alder-creek-sd": "sol@alder-creek.example",
}
_FIRST: Final = {NATION: "Home: a release of which the nation has not said its word"}


def steward_of(organization: str) -> Member:
    """The steward of one partner; Alder Creek's has a release to answer, the nation's one to say
    its word of."""
    return Member(
        _ADDRESSES.get(organization, f"steward@{organization}.example"),
        STEWARDS[organization],
        Role.STEWARD,
        organization,
        _FIRST.get(organization, "Home: figures sent back, with a clock"),
    )


def shown() -> tuple[Member, ...]:
    """Those whom the demo names to a visitor."""
    stewards = (steward_of("alder-creek-sd"), steward_of(NATION))
    return (MANAGER, ANALYST, *REVIEWERS, *stewards, COUNSEL, COMMITTEE[0], PROGRAM_STAFF)


@transaction.atomic
def enroll(members: Iterable[Member]) -> dict[str, User]:
    """Makes the accounts that are missing, by address. Their organizations must exist."""
    # Hashing is slow on purpose; the invented people share one password and so one hash.
    hashed = make_password(PASSWORD)
    return {member.email: _enroll(member, hashed) for member in members}


def _enroll(member: Member, hashed: str) -> User:
    user, _ = User.objects.get_or_create(
        email=member.email,
        defaults={"name": member.name, "is_invented": True, "password": hashed},
    )
    Affiliation.objects.get_or_create(
        user=user,
        organization=Organization.objects.get(slug=member.organization),
        role=member.role.value,
        ends=None,
        defaults={"starts": SINCE},
    )
    return user
