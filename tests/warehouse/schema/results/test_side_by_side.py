"""Which columns are several records in each row, and which are something else."""

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import MappingProblem
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping
from cairn.warehouse.schema.results.side_by_side import (
    group_columns,
    list_side_by_side_fields,
    list_side_by_side_records,
)

# The heading and a cell of each column, the record type, and the names of the records of a row.
_HEADERS = (
    (
        "Student ID=7,Mom's Name=Jo Ames,Dad's Name=Al Ames,Dad's Cell=555",
        "contact",
        "Mother|Father",
    ),
    (
        "Student ID=7,Nombre de la madre=Jo Ames,Nombre del padre=Al Ames,Teléfono del padre=5",
        "contact",
        "Mother|Father",
    ),
    (
        "Student #=7,Primary Guardian Name=Jo Ames,Secondary Guardian Name=Al Ames",
        "contact",
        "Guardian 1|Guardian 2",
    ),
    (
        "Student ID=7,Polio 1=9/1/2015,COVID-19 Dose 2=9/1/2021",
        "immunization",
        "Polio 1|COVID-19 2",
    ),
    (
        "Student ID=7,Math Q1 Score=8,Math Q2 Score=9",
        "assessment",
        "Math skills Q 1|Math skills Q 2",
    ),
    ("Student ID=7,Reading Q1=A,Math Q1=B", "course", "Reading Q1|Math Q1"),
    ("Student ID=7,Course=Art,Term=2,Q1=88,Q2=90", "course", "Q1|Q2"),
    ("Student ID=7,Course=Art,1st Semester Average=88,Sem 2 Grade=C", "course", "S1|S2"),
)


@pytest.mark.parametrize(("columns", "record", "names"), _HEADERS)
def test_headings_of_many_kinds_are_read(columns: str, record: str, names: str) -> None:
    pairs = [column.split("=") for column in columns.split(",")]
    text = "\n".join(",".join(parts) for parts in zip(*pairs, strict=True))
    (sheet,) = read_file("x.csv", text.encode())
    mapping = suggest_mapping(sheet.header, sheet.table)
    assert mapping.record == record
    assert "|".join(group.name for group in mapping.list_results()) == names


@pytest.mark.parametrize(
    "text",
    [
        "Student ID,Date,P1,P2,P3\n7,9/15/2025,A,,T\n",  # codes of periods are no parents
        "Student ID,Q1,Q2,Q3,Q4,Q5\n7,1,2,3,4,5\n",  # questions are no quarters
        "Student ID,Contact Name,Relationship,Phone\n7,Jo Ames,Mother,555\n",
        "Student ID,Mother Employer,Father Employer\n7,Mill,Farm\n",
        "Student ID,MMR 1,MMR 2\n7,Y,N\n",
        "Student ID,Date,P1,P2\n7,9/15/2025,12,15\n",
        "Student ID,What does your parent or guardian 1 think of the new school bus?\n7,x\n",
        "ID,First Name,Last Name,Gender,Race,City,Mother,Father\n7,Al,Ames,M,White,Oak,Jo A,Al A\n",
    ],
)
def test_other_columns_are_no_records_side_by_side(text: str) -> None:
    (sheet,) = read_file("x.csv", text.encode())
    try:
        mapping = suggest_mapping(sheet.header, sheet.table)
    except MappingProblem:
        return
    assert not mapping.results


def test_a_list_of_students_says_where_its_parents_belong() -> None:
    header = ["Student ID", "Gender", "Mother", "Father", "Bus"]
    assert list_side_by_side_records(header, "student") == dict.fromkeys(
        ["Mother", "Father"], "contact"
    )
    assert not list_side_by_side_records(header, "contact")
    assert "term" in list_side_by_side_fields("course")
    assert not list_side_by_side_fields("student")


def test_columns_that_a_person_chose_are_grouped_by_their_headings() -> None:
    whole = {"ID": "local_id", "Mother": "guardian_name"}
    assert not group_columns("contact", whole).results
    assert not group_columns("attendance", {"P1": "event", "P2": "event"}).results
    chosen = group_columns("contact", {**whole, "Other adult": "guardian_name"})
    assert [group.name for group in chosen.results] == ["Mother", "Other adult"]
    alike = {"Parent 1 Name": "guardian_name", "Parent 1 Aide Name": "guardian_name"}
    for columns in (alike, dict(reversed(alike.items()))):
        names = {group.name for group in group_columns("contact", columns).results}
        assert names == {"Parent 1", "Parent 1 Aide"}
    twice = group_columns("contact", {**whole, "Mother 2": "phone", "Mother Name": "guardian_name"})
    assert [*twice.results[0].columns] == ["Mother", "Mother Name"]
    marks = {"Q1": "mark", "Q2": "mark", "Credits": "credits_earned"}
    assert [g.name for g in group_columns("course", marks).results] == ["Q1", "Q2", "Year"]
