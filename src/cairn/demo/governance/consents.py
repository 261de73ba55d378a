"""Record consents, letters and school statements of River County.

Tutoring: thirty children of one program. Most families consented and the district has verified it;
some papers are not verified, one family declined, one revoked its consent, and in one family two
parents disagree, which the district has to decide.

Autumn absence: two families in three consented on paper. Their children's autumn absence goes on
row by row, for as long as the consent is valid. A family that revokes it leaves the next count.

Schools: no school's records hold Tribal nations; each school excludes some elements for some child,
and lists them.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.demo.governance import staff
from cairn.demo.planned_deliveries import PlannedDelivery
from cairn.demo.population.school_calendar import parse_us_date
from cairn.demo.sources.alder_creek import ALDER_CREEK_SLUG, AUTUMN_FEED, CONSENT_AGREEMENT
from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, Purpose, SignerRelation
from cairn.services.families.api import print_letters

TUTORING_DISTRICT: Final = "alder-creek-sd"
TUTORING_AGREEMENT: Final = "RC-CON-01"
_TUTORING_ELEMENTS: Final = ("assessment.*", "attendance_total.*", "student.*")

_TUTORING_TEXTS: Final = {
    "en": {
        "title": "Tutoring at Riverside Readers",
        "what": "Your child's name, days absent, and what your child reads well and not yet.",
        "why": "So that the tutor can help with what your child needs.",
    },
    "es": {
        "title": "Tutoría en Riverside Readers",
        "what": "El nombre de su hijo o hija, sus faltas, y qué lee bien y qué todavía no.",
        "why": "Para que la tutora ayude con lo que su hijo o hija necesita.",
    },
}

_GIVEN_NAMES: Final = (
    "Alma",
    "Bruno",
    "Celia",
    "Dario",
    "Elena",
    "Felix",
    "Gemma",
    "Hugo",
    "Iris",
    "Joel",
)

_FAMILY_NAMES: Final = ("Aldana", "Birch", "Corso")
_UNVERIFIED_PAPERS: Final = 4
_PROTECTED_CHILD_INDEX: Final = 5
LETTER_COUNT: Final = 6
_LETTER_DAYS: Final = 90
_SHOWN_LETTER: Final = 4
"""Index of the letter that the demo prints: a family with a verified consent, in English."""


@transaction.atomic
def record_tutoring_consents(at: datetime) -> str:
    """Record the tutoring form, its papers and letters, unless they exist.

    It verifies most papers and revokes one consent. Returns the code of the letter to the family
    of a child that the program may see, or an empty text: only its hash is kept.
    """
    if consents_api.ConsentForm.objects.exists():
        return ""
    district = Organization.objects.get(slug=TUTORING_DISTRICT)
    program = Organization.objects.get(slug=staff.PROGRAM_STAFF.organization)
    steward = User.objects.get(email=staff.find_demo_steward(TUTORING_DISTRICT).email)
    tutor = User.objects.get(email=staff.PROGRAM_STAFF.email)
    form = _publish_tutoring_form(district, program, steward, at)
    papers = _make_tutoring_papers(timezone.localdate(at))
    children = [paper.child for paper in papers]
    consents_api.add_children_to_roster(
        program=program, district=district, children=children, by=tutor, at=at
    )
    roster_entries = list(
        consents_api.RosterEntry.objects.filter(organization=program).order_by("pk")
    )
    consents_api.confirm_roster_entries(
        district=district, entries=roster_entries[:-_UNVERIFIED_PAPERS], by=steward, at=at
    )
    _record_district_statements(district, children, steward, at)
    early_papers, late_papers = papers[:-_UNVERIFIED_PAPERS], papers[-_UNVERIFIED_PAPERS:]
    recording_session = consents_api.record_signed_papers(
        form=form, collected_by=program, papers=early_papers, by=tutor, at=at
    )
    granted_consents = list(recording_session.consents.filter(state="granted").order_by("pk"))
    consents_api.verify_consents(
        organization=district,
        consents=granted_consents,
        no_college=granted_consents,
        by=steward,
        at=at,
    )
    consents_api.record_signed_papers(
        form=form, collected_by=program, papers=late_papers, by=tutor, at=at
    )
    consents_api.record_consent_revocation(
        consent=granted_consents[0], name=papers[0].signer, by=steward, at=at
    )
    letters = print_letters(
        organization=district,
        children=[(paper.child, paper.language) for paper in papers[1 : LETTER_COUNT + 1]],
        expires_on=timezone.localdate(at) + timedelta(days=_LETTER_DAYS),
        by=steward,
        at=at,
    )
    return letters[_SHOWN_LETTER].code


def _publish_tutoring_form(
    district: Organization, program: Organization, steward: User, at: datetime
) -> consents_api.ConsentForm:
    wording = consents_api.ConsentFormContent(
        texts=_TUTORING_TEXTS,
        records=_TUTORING_ELEMENTS,
        purposes=[Purpose.SERVICE_COORDINATION],
        parties=[program],
        agreement=TUTORING_AGREEMENT,
        clause="§3",
    )
    return consents_api.publish_consent_form(
        organization=district, slug="riverside-readers", wording=wording, by=steward, at=at
    )


def _record_district_statements(
    district: Organization, children: Sequence[consents_api.ChildLabel], steward: User, at: datetime
) -> None:
    """Record that the district holds no record of nations, and exclude the address of one child."""
    for subject, answer in (
        (consents_api.Subject.NATIONS, consents_api.Says.NO_RECORD),
        (consents_api.Subject.WITHHELD, consents_api.Says.LISTED),
    ):
        consents_api.record_school_statement(
            organization=district, subject=subject, says=answer, by=steward, at=at
        )
    consents_api.withhold_elements(
        organization=district,
        local_ids=[children[_PROTECTED_CHILD_INDEX].local_id],
        elements=consents_api.list_address_elements(),
        by=steward,
        at=at,
    )


def list_tutoring_children(on_date: date) -> list[consents_api.ChildLabel]:
    """List the children of the tutoring program, each once, by their number.

    Args:
        on_date: the day from which their ages are counted.

    Returns:
        Who they are.
    """
    count = len(_GIVEN_NAMES) * len(_FAMILY_NAMES)
    return [_make_tutoring_paper(child_index, on_date).child for child_index in range(count)]


def _make_tutoring_papers(on_date: date) -> Sequence[consents_api.SignedPaper]:
    """Make one paper for each child; the second child's other parent says no."""
    agreeing_papers = [
        _make_tutoring_paper(child_index, on_date)
        for child_index in range(len(_GIVEN_NAMES) * len(_FAMILY_NAMES))
    ]
    declining_paper = _make_tutoring_paper(2, on_date, agrees=False)
    other_parent = consents_api.SignedPaper(
        child=agreeing_papers[1].child,
        signer=f"Marco {_choose_family_name(1)}",
        relation=SignerRelation.PARENT,
        signed_on=on_date - timedelta(days=40),
        language="en",
        agrees=False,
        records=_TUTORING_ELEMENTS,
    )
    return [*agreeing_papers[:2], declining_paper, other_parent, *agreeing_papers[3:]]


def _make_tutoring_paper(
    child_index: int, on_date: date, *, agrees: bool = True
) -> consents_api.SignedPaper:
    birth_date = date(
        on_date.year - 8 - child_index % 3, 1 + child_index % 12, 1 + child_index % 28
    )
    return consents_api.SignedPaper(
        child=consents_api.ChildLabel(
            f"RR-{child_index + 1:03}",
            f"{_GIVEN_NAMES[child_index % len(_GIVEN_NAMES)]} {_choose_family_name(child_index)}",
            birth_date,
        ),
        signer=f"Rosa {_choose_family_name(child_index)}",
        relation=SignerRelation.PARENT,
        signed_on=on_date - timedelta(days=60 - child_index),
        language="es" if child_index % 2 else "en",
        agrees=agrees,
        records=_TUTORING_ELEMENTS,
    )


def _choose_family_name(child_index: int) -> str:
    return _FAMILY_NAMES[child_index // len(_GIVEN_NAMES)]


_AUTUMN_FORM: Final = "autumn-figures"
_AUTUMN_ELEMENTS: Final = ("attendance_total.*",)

_AUTUMN_TEXTS: Final = {
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

_UNANSWERED_ONE_IN: Final = 3
"""One family in this many has not answered."""


@transaction.atomic
def record_autumn_consents(planned: Iterable[PlannedDelivery], at: datetime) -> str:
    """Record the form, the papers and the district's verification, unless they exist.

    Returns the code of a letter to the family of a child whose data the district sends, so that
    its page has a sharing log; an empty text if no family of the file agreed.
    """
    if consents_api.ConsentForm.objects.filter(slug=_AUTUMN_FORM).exists():
        return ""
    district = Organization.objects.get(slug=ALDER_CREEK_SLUG)
    steward = User.objects.get(email=staff.find_demo_steward(ALDER_CREEK_SLUG).email)
    wording = consents_api.ConsentFormContent(
        texts=_AUTUMN_TEXTS,
        records=_AUTUMN_ELEMENTS,
        purposes=[Purpose.PUBLIC_REPORTING],
        parties=[Organization.objects.get(slug=staff.BACKBONE_SLUG)],
        agreement=CONSENT_AGREEMENT,
        clause="§3.1",
    )
    form = consents_api.publish_consent_form(
        organization=district, slug=_AUTUMN_FORM, wording=wording, by=steward, at=at
    )
    papers = list(_make_autumn_papers(_list_autumn_children(planned), timezone.localdate(at)))
    recording_session = consents_api.record_signed_papers(
        form=form, collected_by=district, papers=papers, by=steward, at=at
    )
    recorded_consents = list(recording_session.consents.order_by("pk"))
    if not recorded_consents:
        return ""
    consents_api.verify_consents(
        organization=district,
        consents=recorded_consents,
        no_college=recorded_consents,
        by=steward,
        at=at,
    )
    (letter,) = print_letters(
        organization=district,
        children=[(papers[0].child, papers[0].language)],
        expires_on=timezone.localdate(at) + timedelta(days=_LETTER_DAYS),
        by=steward,
        at=at,
    )
    return letter.code


def _list_autumn_children(planned: Iterable[PlannedDelivery]) -> Sequence[consents_api.ChildLabel]:
    """List the children of the autumn file, as the district's own student file names them."""
    files = {
        delivery.feed: delivery.files
        for delivery in planned
        if delivery.organization == ALDER_CREEK_SLUG
    }
    (autumn,), (students,) = files[AUTUMN_FEED], files["students"]
    row_by_number = {row["Student Number"]: row for row in _read_csv_rows(students)}
    return [
        _build_child_label(row_by_number[row["Student Number"]]) for row in _read_csv_rows(autumn)
    ]


def _build_child_label(row: dict[str, str]) -> consents_api.ChildLabel:
    name = f"{row['First Name']} {row['Last Name']}"
    return consents_api.ChildLabel(row["Student Number"], name, parse_us_date(row["Birthdate"]))


def _make_autumn_papers(
    children: Sequence[consents_api.ChildLabel], on_date: date
) -> Iterator[consents_api.SignedPaper]:
    for index, child in enumerate(children):
        if index % _UNANSWERED_ONE_IN != _UNANSWERED_ONE_IN - 1:
            yield consents_api.SignedPaper(
                child=child,
                signer=f"Maria {child.name.rpartition(' ')[2]}",
                relation=SignerRelation.PARENT,
                signed_on=on_date - timedelta(days=30),
                language="es" if index % 2 else "en",
                agrees=True,
                records=_AUTUMN_ELEMENTS,
            )


def _read_csv_rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as sheet:
        yield from csv.DictReader(sheet)


@transaction.atomic
def record_school_declarations(at: datetime) -> None:
    """Record the statements of every school that has a steward and has none yet."""
    schools = Organization.objects.filter(kind__in=[kind.value for kind in FERPA_AGENCY_KINDS])
    stewards = User.objects.in_bulk(field_name="email")
    for school in schools.exclude(pk__in=consents_api.Statement.objects.values("organization")):
        steward = stewards.get(staff.find_demo_steward(school.slug).email)
        if steward is not None:
            for subject, answer in (
                (consents_api.Subject.NATIONS, consents_api.Says.NO_RECORD),
                (consents_api.Subject.WITHHELD, consents_api.Says.LISTED),
            ):
                consents_api.record_school_statement(
                    organization=school, subject=subject, says=answer, by=steward, at=at
                )
