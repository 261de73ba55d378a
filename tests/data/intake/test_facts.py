"""Which elements a mapping asks for, and what a page says of shares."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cairn.data.intake import facts
from cairn.data.intake.delivery_columns import DeliveryColumn
from cairn.data.intake.forms import ColumnsForm
from cairn.data.intake.models import Delivery, SavedMapping
from cairn.data.intake.templatetags.intake import percent
from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.dictionaries.queries import find_special_classes
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.data_use import SpecialClass
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema.column_mapping import ColumnMapping, WideLayout


def test_everything_that_a_mapping_feeds_is_asked_for() -> None:
    mapping = ColumnMapping(
        record="session_attendance",
        columns={"Child": "name:last_first"},
        constants={"program": "Readers"},
        wide=WideLayout("hours"),
    )
    assert facts.list_mapped_elements(mapping) == {
        f"session_attendance.{field}"
        for field in ("given_name", "family_name", "date", "hours", "program")
    } | {
        f"session_attendance.{field}"
        for field in ("middle_name", "suffix")
        if field in mapping.type.fields
    }


def test_a_refused_delivery_was_never_read() -> None:
    with pytest.raises(LookupError):
        facts.parse_delivery_mapping(Delivery())


def test_a_rule_that_a_column_has_stays_on_offer() -> None:
    column = DeliveryColumn("Minutes", "hours:minutes", "session_attendance.hours", True, "", True)
    record = ColumnMapping(record="session_attendance", columns={"Minutes": "hours:minutes"}).type
    form = ColumnsForm({"column-0": "hours:minutes"}, columns=[column], record=record)
    assert form.is_valid()
    assert form.get_mapped_columns() == {"Minutes": "hours:minutes"}


def test_a_type_without_names_offers_no_whole_name() -> None:
    mapping = ColumnMapping(record="calendar", columns={"School": "school_id"})
    column = DeliveryColumn("School", "school_id", "calendar.school_id", True, "", True)
    form = ColumnsForm({"column-0": "name:last_first"}, columns=[column], record=mapping.type)
    assert not form.is_valid()


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.999, "99%"), (1.0, "100%"), (0.5, "50%")]
)
def test_nearly_all_is_not_said_to_be_all(share: float, said: str) -> None:
    assert percent(share) == said


def test_rows_have_names_for_people() -> None:
    organization = Organization(name="River")
    assert str(SavedMapping(organization=organization, feed="roster", version=2)) == (
        "River: roster, version 2"
    )
    assert str(Delivery(organization=organization, feed="roster", period="")) == "River: roster"


@pytest.mark.django_db
def test_the_senders_dictionary_says_which_columns_are_special(
    agreement: Any, manager: Any, students: ColumnMapping
) -> None:
    river = Organization.objects.get(slug="river")
    dictionary = DataDictionary.objects.create(
        organization=river,
        data_set="Roster",
        version=1,
        file_name="roster.csv",
        digest="0" * 64,
        imported_by=manager,
        imported_at=datetime(2026, 9, 1, tzinfo=UTC),
    )
    entries = (("Sex", "student.gender", ["juvenile"]), ("Room", "", ["health"]))
    for n, (name, matched, special) in enumerate(entries):
        DataElement.objects.create(
            dictionary=dictionary, position=n, name=name, matched=matched, special=special
        )
    fact = facts.build_delivery_fact(
        organization="river",
        agreement="RV-DSA-01",
        feed="roster",
        period="2026-27",
        channel=Channel.COMMAND,
        mapping=students,
        file="roster.csv",
        brought_by="dana@example.org",
        synthetic="",
        receivers=(),
        notices=(),
    )
    assert fact.classes == {"student.gender": {SpecialClass.JUVENILE}}
    assert find_special_classes(fact.elements, "hills") == {}
