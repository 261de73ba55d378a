"""A program that serves a district's students on consent, and the district's files about them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from tests.governance.consents import sample_consents
from tests.governance.consents.sample_consents import AT, SAID, World, paper
from tests.known_states import once_for_each_state

from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.actions.receipt import receive_delivery
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement
from cairn.governance.consents.actions.consent_forms import (
    ConsentFormContent,
    publish_consent_form,
)
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.signature_lists import SignedPaper
from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema.column_mapping import ColumnMapping

REFERENCE = "RC-DSA-09"
TOTALS = ("days_absent", "days_enrolled", "school_year")
RESULTS = ("performance_level", "school_year", "subject")
EVENTS = ("date", "event")
RECORDS = ("assessment.*", "attendance.*", "attendance_total.*")
_TERMS = {"attendance_total": TOTALS, "assessment": RESULTS, "attendance": EVENTS}


def _write_term(record: str, elements: Iterable[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in ("local_id", *elements))
    return (
        f'[[data]]\nrecord = "{record}"\nelements = [{listed}]\n'
        'years = ["2025-26", "2027-28"]\nclause = "Exhibit B"\n\n'
    )


AGREEMENT = (
    sample_consents.AGREEMENT[: sample_consents.AGREEMENT.index("[[data]]")]
    + "".join(_write_term(record, elements) for record, elements in _TERMS.items())
    + '[[access]]\norganization = "lanterns"\nrole = "tutor"\ninterest = "tutors the student"\n'
    + 'clause = "Exhibit C"\n\n'
    + sample_consents.AGREEMENT[sample_consents.AGREEMENT.index("[disclosure]") :]
)

ATTENDANCE = (
    b"ID,Year,Enrolled,Absent\n"
    b"S-1,2025-26,170,8\nS-1,2026-27,60,9\nS-2,2026-27,60,2\nS-3,2024-25,170,40\nS-9,2026-27,60,1\n"
)
ATTENDANCE_MAPPING = ColumnMapping(
    record="attendance_total",
    columns={
        "ID": "local_id",
        "Year": "school_year",
        "Enrolled": "days_enrolled",
        "Absent": "days_absent",
    },
)
RESULTS_FILE = b"ID,Year,Subject,Level\nS-1,2025-26,Reading,Below grade\n"
RESULTS_MAPPING = ColumnMapping(
    record="assessment",
    columns={
        "ID": "local_id",
        "Year": "school_year",
        "Subject": "subject",
        "Level": "performance_level",
    },
)


@once_for_each_state
def make_world(person: Callable[..., Any], organization: Callable[..., Organization]) -> World:
    """The program with its form, agreement and dictionary; no student yet."""
    world = sample_consents.make(person, organization)
    Organization.objects.filter(pk=world.river.pk).update(state="UT")
    load_agreement(text=AGREEMENT, by=person(Role.DATA_MANAGER), at=SAID)
    dictionary = DataDictionary.objects.create(
        organization=world.river,
        data_set="records",
        version=1,
        imported_by=world.steward,
        imported_at=SAID,
    )
    names = [f"{record}.{name}" for record, fields in _TERMS.items() for name in fields]
    DataElement.objects.bulk_create(
        DataElement(
            dictionary=dictionary,
            position=position,
            name=name,
            matched=name,
            first_year="2020-21",
            last_year="",
            identifier="indirect",
            confirmed_by=world.steward,
            confirmed_at=SAID,
        )
        for position, name in enumerate(names)
    )
    wording = ConsentFormContent(
        texts=sample_consents.TEXTS,
        records=RECORDS,
        purposes=[Purpose.SERVICE_COORDINATION],
        parties=[world.lanterns],
    )
    world.form = publish_consent_form(
        organization=world.river, slug="tutoring", wording=wording, by=world.steward, at=AT
    )
    return world


@once_for_each_state
def consented(world: World, *local_ids: str, records: tuple[str, ...] = RECORDS) -> list[Consent]:
    """Students on the program's roster whose families agreed, verified by the district."""
    return world.verified(*(consent_paper(local_id, records) for local_id in local_ids))


def consent_paper(local_id: str, records: tuple[str, ...] = RECORDS) -> SignedPaper:
    """A family's signed form for these records."""
    return replace(paper(local_id), records=records)


@once_for_each_state
def deliver(
    world: World,
    content: bytes = ATTENDANCE,
    mapping: ColumnMapping = ATTENDANCE_MAPPING,
    **changes: Any,
) -> Delivery:
    """The district sends a file under the agreement, and its rows are checked."""
    given: dict[str, Any] = {
        "name": "file.csv",
        "content": content,
        "organization": world.river,
        "agreement": Agreement.objects.get(reference=REFERENCE),
        "feed": mapping.record,
        "period": "2026-27",
        "channel": Channel.UPLOAD,
        "mapping": mapping,
        "by": world.steward,
        "at": AT,
    }
    received = receive_delivery(**(given | changes)).delivery
    return check_delivery(delivery=received, by=world.steward, at=AT)
