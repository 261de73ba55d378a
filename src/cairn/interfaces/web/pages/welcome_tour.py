"""Build the welcome tour of Home: what a person can do with their roles, where, with links."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, Role

__all__ = ["TourStop", "list_tour_stops"]

_MOST_STOPS: Final = 5


@dataclass(frozen=True, slots=True)
class TourStop:
    """One stop of the tour.

    Attributes:
        title: the words of its link, which name the page.
        text: what the person does there.
        url: the page.
    """

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class _PlannedStop:
    title: str
    text: str
    route: str
    action: Action


_HELP: Final = _PlannedStop(
    "Help",
    "“Help with this page” at the bottom of each page explains it. Search at the top finds "
    "partners, people, agreements and projects.",
    "web:help",
    Action.VIEW_HOME,
)
_AGREEMENTS: Final = _PlannedStop(
    "Agreements",
    "Read who may share what, for which purpose and on which legal basis, and whether it is in "
    "force today.",
    "agreements:list",
    Action.VIEW_AGREEMENT,
)
_PROJECTS: Final = _PlannedStop(
    "Projects",
    "Read what a project asks and which data it would use, and follow its approvals.",
    "projects:list",
    Action.VIEW_PROJECT,
)
_CHECK_USE: Final = _PlannedStop(
    "Can I use or share this data?",
    "Describe a use before you begin. You see whether it is allowed, and every reason.",
    "disclosures:may_i",
    Action.ASK,
)
_TRAINING: Final = _PlannedStop(
    "My training",
    "Sign the confidentiality agreement and complete the courses. Until then you see no student "
    "records.",
    "training:mine",
    Action.TAKE_TRAINING,
)

_STOPS_BY_ROLE: Final[Mapping[Role, tuple[_PlannedStop, ...]]] = {
    Role.DATA_MANAGER: (
        _PlannedStop(
            "Partners",
            "Add an organization and its people. Its page lists the steps to its first data "
            "submission.",
            "partners:list",
            Action.VIEW_PARTNERS,
        ),
        _PlannedStop(
            "Agreements",
            "Write an agreement from a template, send it to counsel and for signature.",
            "agreements:list",
            Action.VIEW_AGREEMENT,
        ),
        _PlannedStop(
            "Data submissions",
            "Upload files. You see which rows were accepted, and which columns were not imported.",
            "intake:deliveries",
            Action.RECEIVE,
        ),
        _PlannedStop(
            "Releases",
            "Draft figures, check them for disclosure risk, and publish them after the reviews.",
            "releases:list",
            Action.VIEW_RELEASE,
        ),
    ),
    Role.STEWARD: (
        _PlannedStop(
            "Agreements",
            "Review and sign for your organization. Counsel's review comes first.",
            "agreements:list",
            Action.VIEW_AGREEMENT,
        ),
        _PlannedStop(
            "Data submissions",
            "Upload your organization's files, or withdraw them.",
            "intake:deliveries",
            Action.VIEW_DELIVERY,
        ),
        _PlannedStop(
            "Releases",
            "Preview figures with your students before anyone else sees them. You can ask for a "
            "correction or decline.",
            "releases:list",
            Action.VIEW_RELEASE,
        ),
        _PlannedStop(
            "Consents",
            "Verify families' consents, and take one back when a family asks you to.",
            "consents:list",
            Action.VIEW_CONSENTS,
        ),
    ),
    Role.ANALYST: (
        _PROJECTS,
        _PlannedStop(
            "Releases",
            "Draft a release, run the disclosure check, and submit it. Two other people review it.",
            "releases:list",
            Action.VIEW_RELEASE,
        ),
        _PlannedStop(
            "Data extracts",
            "Request rows for an authorized project.",
            "releases:extracts",
            Action.VIEW_EXTRACT,
        ),
        _CHECK_USE,
    ),
    Role.REVIEWER: (
        _PlannedStop(
            "Releases",
            "Read each release before publication and approve it, or ask for changes. You see the "
            "other review after you give yours.",
            "releases:list",
            Action.VIEW_RELEASE,
        ),
        _PlannedStop(
            "Data extracts",
            "Review rows for research before they are issued.",
            "releases:extracts",
            Action.VIEW_EXTRACT,
        ),
        _AGREEMENTS,
        _CHECK_USE,
    ),
    Role.PROGRAM_STAFF: (
        _PlannedStop(
            "Programs",
            "Take attendance, enroll children, answer families who registered, and see hours.",
            "programs:list",
            Action.VIEW_PROGRAM_RECORDS,
        ),
        _PlannedStop(
            "Students",
            "See what families and agreements let you know about your students, such as absences.",
            "students:list",
            Action.VIEW_STUDENT,
        ),
        _PlannedStop(
            "Consents",
            "See the students whose families agreed, and record signed forms.",
            "consents:list",
            Action.VIEW_CONSENTS,
        ),
        _CHECK_USE,
    ),
    Role.COUNSEL: (
        _PlannedStop(
            "Drafts",
            "Read each draft of your organization with its findings and citations, and approve it "
            "or request changes.",
            "agreements:drafts",
            Action.VIEW_DRAFT,
        ),
        _AGREEMENTS,
        _PlannedStop(
            "Disclosure log",
            "See which records were disclosed to whom, and which requests were refused.",
            "disclosures:list",
            Action.VIEW_DISCLOSURES,
        ),
        _PlannedStop(
            "Data destruction",
            "See what must be destroyed by when, and the certificates.",
            "retention:list",
            Action.VIEW_DUTIES,
        ),
    ),
    Role.COMMITTEE_MEMBER: (
        _PROJECTS,
        _PlannedStop(
            "Committees",
            "Read the agenda, vote, and read the minutes.",
            "projects:bodies",
            Action.VIEW_COMMITTEE,
        ),
        _AGREEMENTS,
        _CHECK_USE,
    ),
}


def list_tour_stops(actor: Actor, on: date) -> list[TourStop]:
    """List the stops of the welcome tour for a person's roles of today.

    Args:
        actor: the person.
        on: the date of access.

    Returns:
        At most five stops that they may open, the last one about help; a person who still lacks
        training begins there. None without a role.
    """
    roles = [affiliation.role for affiliation in actor.affiliations if affiliation.is_active(on)]
    planned = [stop for role in _STOPS_BY_ROLE if role in roles for stop in _STOPS_BY_ROLE[role]]
    allowed = [stop for stop in planned if may_open_page(stop.action, actor, on=on).allowed]
    if len(allowed) < len(planned):
        allowed.insert(0, _TRAINING)
    # A page that two roles use is named once, in the words of the first.
    stops = list({stop.route: stop for stop in reversed(allowed)}.values())[::-1]
    shown = [*stops[: _MOST_STOPS - 1], _HELP] if stops else []
    return [TourStop(stop.title, stop.text, reverse(stop.route)) for stop in shown]
