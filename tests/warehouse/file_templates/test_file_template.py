"""Templates and Table Schemas of every record type: made from the catalogue, and read back."""

import csv
import io
import re
import zipfile

from cairn.warehouse.file_templates import (
    build_file_template,
    build_table_schema,
    describe_values,
    export_template_csv,
    export_template_workbook,
    find_template_records,
)
from cairn.warehouse.schema import ENCODED_RECORD_TYPE, FieldType, load_element_catalogue

CATALOGUE = load_element_catalogue()


def _all_elements(record: str) -> set[str]:
    return {field.element for field in CATALOGUE[record].fields.values()}


def test_each_record_type_has_a_template_that_is_recognized() -> None:
    for name, record in CATALOGUE.items():
        template = build_file_template(record, _all_elements(name))
        if name == ENCODED_RECORD_TYPE:
            assert not template.columns
            continue
        (header,) = csv.reader(io.StringIO(export_template_csv(template).decode("utf-8-sig")))
        found = find_template_records([*reversed(header)], _all_elements(name))
        assert [one.record.name for one in found] == [name]
        assert template.build_mapping().list_target_fields() == {*header}
        assert not any(heading.startswith(("=", "+", "-", "@")) for heading in header)
        schema = build_table_schema(template, title=record.title)
        assert [field["name"] for field in schema["fields"]] == header
        for field, body in zip(template.columns, schema["fields"], strict=True):
            constraints = body.get("constraints", {})
            assert constraints.get("required", False) is field.required
            assert constraints.get("enum", []) == [*field.codes]
            assert body["title"] == field.label
            assert (body["type"] == "date") is (field.type is FieldType.DATE)


def test_other_headings_are_no_template() -> None:
    student = CATALOGUE["student"]
    elements = {"student.local_id", "student.given_name", "student.birth_date"}
    template = build_file_template(student, elements)
    assert template.headings == ("local_id", "given_name", "birth_date")
    assert "race_ethnicity" in {element.name for element in template.others}
    assert not find_template_records(["local_id", "given_name"], elements)
    assert not find_template_records(["local_id", "given_name", "birth_date", "note"], elements)
    assert not find_template_records(["local_id", "local_id", "birth_date"], elements)
    assert not find_template_records(["Local_ID", "given_name", "birth_date"], elements)
    assert not find_template_records([], set())
    two = {"enrollment.local_id", "participation.local_id"}
    assert len(find_template_records(["local_id"], two)) == 2


def test_what_a_row_needs_and_the_agreement_lacks_is_named() -> None:
    attendance = CATALOGUE["attendance"]
    template = build_file_template(attendance, {"attendance.local_id"})
    assert {element.name for element in template.missing} == {"date", "event"}
    assert [element.name for element in template.person_columns] == ["local_id"]


def test_values_are_described_with_their_range_and_unit() -> None:
    fields = CATALOGUE["participation"].fields
    assert describe_values(fields["total_hours"]) == "number from 0 to 10000, in hours"
    assert describe_values(fields["start_date"]).startswith("date as YYYY-MM-DD")


def test_a_workbook_has_one_sheet_of_headings_as_text() -> None:
    template = build_file_template(CATALOGUE["student"], _all_elements("student"))
    with zipfile.ZipFile(io.BytesIO(export_template_workbook(template))) as parts:
        texts = re.findall("<t>(.*?)</t>", parts.read("xl/sharedStrings.xml").decode())
        (sheet,) = [name for name in parts.namelist() if "worksheets/sheet" in name]
        assert b"<f>" not in parts.read(sheet).partition(b"<dataValidations")[0]
    assert tuple(texts) == template.headings
