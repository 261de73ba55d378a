"""Set up an invented Tribal nation: its students, and its decision on each release.

No nation of this name exists. It approves the published release, sets a condition before one
release, and has not yet decided on another, so that a visitor can decide.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import TextIOWrapper
from typing import Final
from zipfile import ZipFile

from django.db import transaction

from cairn.demo.governance import staff
from cairn.demo.planned_deliveries import PlannedDelivery
from cairn.demo.sources.stony_ford import STONY_FORD_SLUG
from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization, add_organization
from cairn.outputs.releases.api import Release, record_nation_decision
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import NationAnswer, OrganizationKind

_NATION_NAME: Final = "Heronwater Nation Department of Education"

_NATION_ONE_IN: Final = 40
"""One student of Stony Ford in this many belongs to the nation."""

_RELEASE_CONDITION: Final = (
    "The nation's college is named beside the figures, as one that enrolls ours."
)


@transaction.atomic
def add_nation_partner(by: User, at: datetime) -> None:
    """Add the nation's department of education as a partner, with its steward, unless it exists."""
    if not Organization.objects.filter(slug=staff.NATION_SLUG).exists():
        kind = OrganizationKind.TRIBAL_NATION
        add_organization(slug=staff.NATION_SLUG, name=_NATION_NAME, kind=kind, by=by, at=at)
    staff.create_demo_accounts([staff.find_demo_steward(staff.NATION_SLUG)])


@transaction.atomic
def record_nation_students(planned: Iterable[PlannedDelivery], at: datetime) -> None:
    """Record which students of Stony Ford belong to the nation, before the district sends any
    file.
    """
    district = Organization.objects.get(slug=STONY_FORD_SLUG)
    if consents_api.Child.objects.filter(organization=district, nations__isnull=False).exists():
        return
    steward = User.objects.get(email=staff.find_demo_steward(STONY_FORD_SLUG).email)
    consents_api.record_school_statement(
        organization=district,
        subject=consents_api.Subject.NATIONS,
        says=consents_api.Says.LISTED,
        by=steward,
        at=at,
    )
    consents_api.record_child_nations(
        organization=district,
        local_ids=_read_student_ids(planned)[::_NATION_ONE_IN],
        nations=[Organization.objects.get(slug=staff.NATION_SLUG)],
        by=steward,
        at=at,
    )


def approve_release_for_nation(release: Release, *, has_condition: bool, at: datetime) -> None:
    """Approve a release for the nation, perhaps on a condition, unless the nation has decided."""
    if release.nation_words.exists():
        return
    record_nation_decision(
        release=release,
        nation=Organization.objects.get(slug=staff.NATION_SLUG),
        answer=NationAnswer.APPROVE,
        condition=_RELEASE_CONDITION if has_condition else "",
        by=User.objects.get(email=staff.find_demo_steward(staff.NATION_SLUG).email),
        at=at,
    )


def _read_student_ids(planned: Iterable[PlannedDelivery]) -> Sequence[str]:
    """List the ids of Stony Ford's students, as its own roster writes them."""
    roster = next(
        file for delivery in planned for file in delivery.files if file.name == "oneroster.zip"
    )
    with ZipFile(roster) as archive, TextIOWrapper(archive.open("users.csv"), "utf-8-sig") as users:
        return [row["sourcedId"] for row in csv.DictReader(users)]
