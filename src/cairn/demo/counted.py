"""Families of Alder Creek let their children be counted: two in three said yes on paper.

Their autumn's absence goes on row by row, for as long as the family's yes stands. Whoever takes it
back leaves the next count.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.consents.actions.publishing import Wording, publish_form
from cairn.consents.actions.recording import record_papers
from cairn.consents.actions.verifying import verify
from cairn.consents.models import ConsentForm
from cairn.consents.paper import Paper
from cairn.consents.sealing import Label
from cairn.demo import cast
from cairn.demo.alder_creek import AUTUMN_FEED, CONSENTED, SLUG
from cairn.demo.calendar import read_us_date
from cairn.demo.planned import PlannedDelivery
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Purpose, Relation

_FORM: Final = "autumn-figures"
_RECORDS: Final = ("attendance_total.*",)
_TEXTS: Final = {
    "en": {
        "title": "Days absent this autumn",
        "what": "How many days your child was enrolled and absent since the summer.",
        "why": "So that the county sees early how many children miss one day in ten.",
    },
    "es": {
        "title": "Faltas de este otoño",
        "what": "Cuántos días su hijo o hija estuvo inscrito y faltó desde el verano.",
        "why": "Para que el condado vea pronto cuántos niños faltan uno de cada diez días.",
    },
}
_ASKED_IN_VAIN: Final = 3
"""Of so many families one has not answered."""


@transaction.atomic
def agree(planned: Iterable[PlannedDelivery], at: datetime) -> None:
    """The form, the papers and the district's look at them, unless they are there."""
    if ConsentForm.objects.filter(slug=_FORM).exists():
        return
    district = Organization.objects.get(slug=SLUG)
    steward = User.objects.get(email=cast.steward_of(SLUG).email)
    wording = Wording(
        texts=_TEXTS,
        records=_RECORDS,
        purposes=[Purpose.PUBLIC_REPORTING],
        parties=[Organization.objects.get(slug=cast.BACKBONE)],
        agreement=CONSENTED,
        clause="§3.1",
    )
    form = publish_form(organization=district, slug=_FORM, wording=wording, by=steward, at=at)
    papers = list(_papers(_children(planned), timezone.localdate(at)))
    sitting = record_papers(form=form, collected_by=district, papers=papers, by=steward, at=at)
    given = list(sitting.consents.order_by("pk"))
    if given:
        verify(organization=district, consents=given, no_college=given, by=steward, at=at)


def _children(planned: Iterable[PlannedDelivery]) -> Sequence[Label]:
    """Of whom the autumn's file is, as the district's own file of students names them."""
    files = {one.feed: one.files for one in planned if one.organization == SLUG}
    (autumn,), (students,) = files[AUTUMN_FEED], files["students"]
    named = {row["Student Number"]: row for row in _rows(students)}
    return [_label(named[row["Student Number"]]) for row in _rows(autumn)]


def _label(row: dict[str, str]) -> Label:
    name = f"{row['First Name']} {row['Last Name']}"
    return Label(row["Student Number"], name, read_us_date(row["Birthdate"]))


def _papers(children: Sequence[Label], on: date) -> Iterator[Paper]:
    for place, child in enumerate(children):
        if place % _ASKED_IN_VAIN != _ASKED_IN_VAIN - 1:
            yield Paper(
                child=child,
                signer=f"Parent of {child.name}",
                relation=Relation.PARENT,
                signed_on=on - timedelta(days=30),
                language="es" if place % 2 else "en",
                agrees=True,
                records=_RECORDS,
            )


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as sheet:
        yield from csv.DictReader(sheet)
