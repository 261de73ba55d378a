"""A tribal nation of River County: its children at Stony Ford, and its word on each release.

Nobody and no nation of this name exists. It has said yes to what is published, asks for something
before one release, and has not yet said its word of another, so that a visitor can say it.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import TextIOWrapper
from typing import Final
from zipfile import ZipFile

from django.db import transaction

from cairn.accounts.models import User
from cairn.consents.actions.keeping import record_nations, state
from cairn.consents.models import Child, Says, Subject
from cairn.demo import cast
from cairn.demo.planned import PlannedDelivery
from cairn.demo.stony_ford import SLUG
from cairn.partners import actions as partners
from cairn.partners.models import Organization
from cairn.releases import actions as releases
from cairn.releases.models import Release
from cairn.rules.vocabulary import NationAnswer, OrganizationKind

_NAME: Final = "Heronwater Nation Department of Education"
_ONE_IN: Final = 40
"""Of so many students of Stony Ford one is the nation's."""
_CONDITION: Final = "The nation's college is named beside the figures, as one that enrolls ours."


@transaction.atomic
def join(by: User, at: datetime) -> None:
    """The nation's department as a partner, with its steward, unless it is there."""
    if not Organization.objects.filter(slug=cast.NATION).exists():
        kind = OrganizationKind.TRIBAL_NATION
        partners.add_organization(slug=cast.NATION, name=_NAME, kind=kind, by=by, at=at)
    cast.enroll([cast.steward_of(cast.NATION)])


@transaction.atomic
def belong(planned: Iterable[PlannedDelivery], at: datetime) -> None:
    """Stony Ford records which of its students are the nation's, before it sends anything."""
    district = Organization.objects.get(slug=SLUG)
    if Child.objects.filter(organization=district, nations__isnull=False).exists():
        return
    steward = User.objects.get(email=cast.steward_of(SLUG).email)
    state(organization=district, subject=Subject.NATIONS, says=Says.LISTED, by=steward, at=at)
    record_nations(
        organization=district,
        local_ids=_students(planned)[::_ONE_IN],
        nations=[Organization.objects.get(slug=cast.NATION)],
        by=steward,
        at=at,
    )


def say_word(release: Release, *, asks_first: bool, at: datetime) -> None:
    """The nation's yes to a release, perhaps on a condition, unless it has spoken."""
    if release.nation_words.exists():
        return
    releases.say_as_nation(
        release=release,
        nation=Organization.objects.get(slug=cast.NATION),
        answer=NationAnswer.APPROVE,
        condition=_CONDITION if asks_first else "",
        by=User.objects.get(email=cast.steward_of(cast.NATION).email),
        at=at,
    )


def _students(planned: Iterable[PlannedDelivery]) -> Sequence[str]:
    """The ids of Stony Ford's students, as its own roster writes them."""
    roster = next(f for one in planned for f in one.files if f.name == "oneroster.zip")
    with ZipFile(roster) as archive, TextIOWrapper(archive.open("users.csv"), "utf-8-sig") as users:
        return [row["sourcedId"] for row in csv.DictReader(users)]
