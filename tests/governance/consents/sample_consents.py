"""A district, a program, a form, and papers of invented children."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from tests.known_states import once_for_each_state

from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.consents.actions.children import (
    add_children_to_roster,
    record_school_statement,
)
from cairn.governance.consents.actions.consent_forms import (
    ConsentFormContent,
    publish_consent_form,
    record_signed_papers,
)
from cairn.governance.consents.actions.consents import verify_consents
from cairn.governance.consents.models.child import Says, Subject
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.consents.signature_lists import SignedPaper
from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.families import SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

AGREEMENT = """
reference = "RC-DSA-09"
title = "After-school help"
tier = "data_sharing_agreement"
purposes = ["service_coordination"]
starts = 2024-07-01
ends = 2031-06-30
population = "The students on the program's roster"

[[parties]]
organization = "river"
name = "River District"
kind = "school_district"
role = "provider"
signed_by = "A. Superintendent"
signed_capacity = "Superintendent"
signed_on = 2024-06-12

[[parties]]
organization = "lanterns"
name = "Lanterns"
kind = "community_program"
role = "recipient"
signed_by = "B. Director"
signed_capacity = "Director"
signed_on = 2024-06-14

[legal_basis]
basis = "consent"
clause = "§4"

[consent]
notice = "After-school help"
languages = ["en", "es"]
signers = ["parent"]
verified_by = "river"

[[data]]
record = "attendance"
elements = ["date", "event"]
clause = "Exhibit A, 1"

[[data]]
record = "student"
elements = ["gender"]
clause = "Exhibit A, 2"

[disclosure]
minimum_cell = 10
send_back_days = 10
no_ranking = true
clause = "§10"

[delivery]
channels = ["upload"]
frequency = "yearly"
clause = "§7"

[retention]
period_days = 365
counted_from = "delivery"
method = "crypto-shredding"
clause = "§9"
"""
DATA = frozenset({"attendance.date", "attendance.event", "student.gender"})
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SAID = datetime(2024, 1, 2, 9, 0, tzinfo=UTC)
ON = date(2026, 11, 24)
BORN = date(2016, 5, 4)
RECORDS = ("attendance.*", "student.gender")
TEXTS = {
    "en": {"title": "After-school help", "what": "School attendance", "why": "Help on time"},
    "es": {"title": "Ayuda después de clases", "what": "Asistencia", "why": "Ayudar a tiempo"},
}
_PAPER = SignedPaper(
    child=ChildLabel("", "", BORN),
    signer="Rosa Alba",
    relation=SignerRelation.PARENT,
    signed_on=date(2026, 9, 1),
    language="es",
    agrees=True,
    records=RECORDS,
)


def paper(local_id: str = "S-1", signer: str = "Rosa Alba") -> SignedPaper:
    """A parent says yes to everything that the form offers."""
    return replace(_PAPER, child=ChildLabel(local_id, f"Child {local_id}", BORN), signer=signer)


def decline_paper(one: SignedPaper) -> SignedPaper:
    """The same paper with a no on it."""
    return replace(one, agrees=False)


@dataclass
class World:
    river: Organization
    lanterns: Organization
    steward: User
    tutor: User
    form: ConsentForm

    def record(self, *papers: SignedPaper, scan: bytes = b"") -> Sitting:
        """Papers that the program collected go on record."""
        return record_signed_papers(
            form=self.form,
            collected_by=self.lanterns,
            papers=papers,
            by=self.tutor,
            at=AT,
            scan=scan,
        )

    def serve(self, *local_ids: str) -> int:
        """Children on the program's roster."""
        children = [ChildLabel(local_id) for local_id in local_ids]
        return add_children_to_roster(
            program=self.lanterns, district=self.river, children=children, by=self.tutor, at=AT
        )

    def verify(self, sitting: Sitting) -> list[Consent]:
        """The district verifies what can be verified."""
        rows = list(sitting.consents.filter(state="granted"))
        verify_consents(
            organization=self.river, consents=rows, no_college=rows, by=self.steward, at=AT
        )
        return list(sitting.consents.order_by("pk"))

    def verified(self, *papers: SignedPaper) -> list[Consent]:
        """Children on the roster whose consents the district has verified."""
        self.serve(*(p.child.local_id for p in papers))
        return self.verify(self.record(*papers))


def publish(river: Organization, lanterns: Organization, by: User) -> ConsentForm:
    wording = ConsentFormContent(
        texts=TEXTS,
        records=RECORDS,
        purposes=[Purpose.SERVICE_COORDINATION],
        parties=[lanterns],
    )
    return publish_consent_form(
        organization=river, slug="after-school", wording=wording, by=by, at=AT
    )


def agree(person: Callable[..., User], river: Organization, steward: User) -> None:
    """The agreement behind the form, and the district's data dictionary."""
    Organization.objects.filter(pk=river.pk).update(state="UT")
    load_agreement(text=AGREEMENT, by=person(Role.DATA_MANAGER), at=SAID)
    dictionary = DataDictionary.objects.create(
        organization=river, data_set="records", version=1, imported_by=steward, imported_at=SAID
    )
    for position, name in enumerate(sorted(DATA)):
        DataElement.objects.create(
            dictionary=dictionary,
            position=position,
            name=name,
            matched=name,
            first_year="2020-21",
            last_year="",
            identifier="indirect",
            confirmed_by=steward,
            confirmed_at=SAID,
        )


@once_for_each_state
def make(person: Callable[..., User], organization: Callable[..., Organization]) -> World:
    program = OrganizationKind.COMMUNITY_PROGRAM
    river, lanterns = organization("river"), organization("lanterns", kind=program)
    steward = person(Role.STEWARD, at="river")
    tutor = person(Role.PROGRAM_STAFF, at="lanterns", kind=program)
    nothing_kept_back(river, steward)
    return World(river, lanterns, steward, tutor, publish(river, lanterns, steward))


def nothing_kept_back(school: Organization, steward: User) -> None:
    """The school has said that it knows of no nation of a child and of nothing kept back."""
    for subject in Subject:
        record_school_statement(
            organization=school, subject=subject, says=Says.NO_RECORD, by=steward, at=SAID
        )
