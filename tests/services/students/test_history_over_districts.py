"""A student who changed districts: one page, with the rows that each district's basis covers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.data.records import served_students as served
from tests.governance.consents import sample_consents
from tests.governance.consents.sample_consents import AT, SAID, TEXTS, World
from tests.services.students import school_world as school

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement
from cairn.governance.consents.actions.children import end_roster_entry
from cairn.governance.consents.actions.consent_forms import (
    ConsentFormContent,
    publish_consent_form,
)
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

HILLS_AGREEMENT = "RC-DSA-12"
BEFORE = b"ID,Year,Enrolled,Absent\nH-1,2025-26,100,30\n"
OLD, NEW = ("hills", "H-1"), ("river", "S-1")


@pytest.fixture
def hills(world: World, person: Callable[..., Any], organization: Callable[..., Any]) -> World:
    """The district that the student left, with its own form, agreement and file."""
    district, steward = organization("hills"), person(Role.STEWARD, at="hills")
    Organization.objects.filter(pk=district.pk).update(state="UT")
    sample_consents.nothing_kept_back(district, steward)
    text = served.AGREEMENT.replace(served.REFERENCE, HILLS_AGREEMENT)
    text = text.replace('"river"', '"hills"').replace("River District", "Hills District")
    load_agreement(text=text, by=person(Role.DATA_MANAGER), at=SAID)
    wording = ConsentFormContent(
        texts=TEXTS,
        records=served.RECORDS,
        purposes=[Purpose.SERVICE_COORDINATION],
        parties=[world.lanterns],
    )
    form = publish_consent_form(
        organization=district, slug="hills", wording=wording, by=steward, at=AT
    )
    other = World(district, world.lanterns, steward, world.tutor, form)
    served.consented(other, "H-1")
    agreement = Agreement.objects.get(reference=HILLS_AGREEMENT)
    delivery = served.deliver(other, BEFORE, agreement=agreement)
    attendance = Delivery.objects.get(organization=world.river, feed="attendance_total")
    school.link(("river", "S-1", attendance.pk), ("hills", "H-1", delivery.pk))
    return other


def read(client: Client, student: tuple[str, str] = NEW) -> str:
    key = compute_child_key(*student)
    entry = RosterEntry.objects.get(child__key=key, organization__slug="lanterns")
    answer = client.get(f"/students/lanterns/{entry.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_names_the_district_of_each_row(hills: World, tutor: Client) -> None:
    for page in (read(tutor), read(tutor, OLD)):
        for text in ("River", "Hills", "85.0%", "70.0%", HILLS_AGREEMENT, served.REFERENCE):
            assert text in page
    assert read(tutor).index("85.0%") < read(tutor).index("70.0%"), "the newest year first"


def test_both_districts_find_who_looked(hills: World, tutor: Client) -> None:
    read(tutor)
    for student in (NEW, OLD):
        lines = list_disclosures_of_child(compute_child_key(*student))
        assert "view" in [line.action for line in lines]


def _revoke(hills: World) -> None:
    consent = Consent.objects.get(child__key=compute_child_key(*OLD))
    record_consent_revocation(consent=consent, name="Rosa Alba", by=hills.steward, at=AT)


def _leave_roster(hills: World) -> None:
    entry = RosterEntry.objects.get(child__key=compute_child_key(*OLD))
    end_roster_entry(entry=entry, by=hills.tutor, at=AT - timedelta(days=1))


def _end_agreement(_hills: World) -> None:
    Agreement.objects.filter(reference=HILLS_AGREEMENT).update(state="closed")


def _unlink(_hills: World) -> None:
    from cairn.data.identity.models.person_index import SourceId

    SourceId.objects.filter(source="hills").update(person=None)
    SourceId.objects.filter(source="river").update(person=None)


@pytest.mark.parametrize("end", [_revoke, _leave_roster, _end_agreement, _unlink])
def test_without_the_basis_of_the_former_district_its_rows_are_gone(
    end: Callable[[World], None], hills: World, tutor: Client
) -> None:
    assert "70.0%" in read(tutor)
    end(hills)
    page = read(tutor)
    assert "85.0%" in page
    for text in ("70.0%", "Hills", HILLS_AGREEMENT):
        assert text not in page
