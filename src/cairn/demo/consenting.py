"""Families of Alder Creek answer: papers that a program collected, the district's look, letters.

Thirty children of the tutoring program. Most families said yes and the district has verified it;
some papers wait, one family said no, one took its yes back, and in one family two parents
disagree, which the district has to decide.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.consents.actions.keeping import keep_back, state
from cairn.consents.actions.publishing import Wording, publish_form
from cairn.consents.actions.recording import record_papers
from cairn.consents.actions.revoking import revoke
from cairn.consents.actions.rosters import confirm, serve
from cairn.consents.actions.verifying import verify
from cairn.consents.forms.kept_elements import address
from cairn.consents.models import ConsentForm, RosterEntry, Says, Subject
from cairn.consents.paper import Paper
from cairn.consents.sealing import Label
from cairn.demo import cast
from cairn.families.actions import print_letters
from cairn.partners.models import Organization
from cairn.rules.vocabulary import Purpose, Relation

_DISTRICT: Final = "alder-creek-sd"
_AGREEMENT: Final = "RC-CON-01"
_RECORDS: Final = ("assessment.*", "attendance_total.*", "student.*")
_TEXTS: Final = {
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
_GIVEN: Final = (
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
_FAMILIES: Final = ("Aldana", "Birch", "Corso")
_UNVERIFIED: Final = 4
_PROTECTED: Final = 5
LETTERS: Final = 6


@transaction.atomic
def answer(at: datetime) -> str:
    """Form, papers, verification, one change of mind, and letters to families, unless they are
    there. The code of one letter, or nothing: only its hash is kept."""
    if ConsentForm.objects.exists():
        return ""
    district = Organization.objects.get(slug=_DISTRICT)
    program = Organization.objects.get(slug=cast.PROGRAM_STAFF.organization)
    steward = User.objects.get(email=cast.steward_of(_DISTRICT).email)
    tutor = User.objects.get(email=cast.PROGRAM_STAFF.email)
    form = _publish(district, program, steward, at)
    papers = _papers(timezone.localdate(at))
    children = [paper.child for paper in papers]
    serve(program=program, district=district, children=children, by=tutor, at=at)
    claimed = list(RosterEntry.objects.filter(organization=program).order_by("pk"))
    confirm(district=district, entries=claimed[:-_UNVERIFIED], by=steward, at=at)
    _say_what_is_known(district, children, steward, at)
    early, late = papers[:-_UNVERIFIED], papers[-_UNVERIFIED:]
    sitting = record_papers(form=form, collected_by=program, papers=early, by=tutor, at=at)
    granted = list(sitting.consents.filter(state="granted").order_by("pk"))
    verify(organization=district, consents=granted, no_college=granted, by=steward, at=at)
    record_papers(form=form, collected_by=program, papers=late, by=tutor, at=at)
    revoke(consent=granted[0], name=papers[0].signer, by=steward, at=at)
    letters = print_letters(
        organization=district,
        children=[(paper.child, paper.language) for paper in papers[1 : LETTERS + 1]],
        expires_on=timezone.localdate(at) + timedelta(days=90),
        by=steward,
        at=at,
    )
    return letters[0].code


def _publish(
    district: Organization, program: Organization, steward: User, at: datetime
) -> ConsentForm:
    wording = Wording(
        texts=_TEXTS,
        records=_RECORDS,
        purposes=[Purpose.SERVICE_COORDINATION],
        parties=[program],
        agreement=_AGREEMENT,
        clause="§3",
    )
    return publish_form(
        organization=district, slug="riverside-readers", wording=wording, by=steward, at=at
    )


def _say_what_is_known(
    district: Organization, children: Sequence[Label], steward: User, at: datetime
) -> None:
    """The district holds no record of nations; of one child it keeps back where it lives."""
    for subject, says in ((Subject.NATIONS, Says.NO_RECORD), (Subject.WITHHELD, Says.LISTED)):
        state(organization=district, subject=subject, says=says, by=steward, at=at)
    keep_back(
        organization=district,
        local_ids=[children[_PROTECTED].local_id],
        elements=address(),
        by=steward,
        at=at,
    )


def _papers(on: date) -> Sequence[Paper]:
    """One paper a child; the second child's other parent says no."""
    yes = [_paper(n, on) for n in range(len(_GIVEN) * len(_FAMILIES))]
    declined = _paper(2, on, agrees=False)
    other_parent = Paper(
        child=yes[1].child,
        signer=f"Marco {_family(1)}",
        relation=Relation.PARENT,
        signed_on=on - timedelta(days=40),
        language="en",
        agrees=False,
        records=_RECORDS,
    )
    return [*yes[:2], declined, other_parent, *yes[3:]]


def _paper(n: int, on: date, *, agrees: bool = True) -> Paper:
    born = date(on.year - 8 - n % 3, 1 + n % 12, 1 + n % 28)
    return Paper(
        child=Label(f"RR-{n + 1:03}", f"{_GIVEN[n % len(_GIVEN)]} {_family(n)}", born),
        signer=f"Rosa {_family(n)}",
        relation=Relation.PARENT,
        signed_on=on - timedelta(days=60 - n),
        language="es" if n % 2 else "en",
        agrees=agrees,
        records=_RECORDS,
    )


def _family(n: int) -> str:
    return _FAMILIES[n // len(_GIVEN)]
