"""An HMIS export: enrollments with their exit and project, deleted rows left out and counted."""

import zipfile
from io import BytesIO

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import Sheet

_FILES = {
    "Export": "ExportID,SourceType\n1,1\n",
    "Client": "PersonalID,FirstName,DateDeleted\np1,Ana,\np2,Bo,2026-01-02\n",
    "Enrollment": "EnrollmentID,PersonalID,ProjectID,EntryDate,DateDeleted\n"
    "e1,p1,j1,2025-09-01,\ne2,p1,j9,2025-10-01,\n",
    "Exit": "ExitID,EnrollmentID,ExitDate,Destination,DateDeleted\n"
    "x1,e1,2025-11-02,410,\nx2,e2,2025-11-02,410,2025-12-01\n",
    "Project": "ProjectID,ProjectName,ProjectType\nj1,River House,1\n",
    "Funder": "FunderID,ProjectID\nf1,j1\n",
}


def _read(*left_out: str) -> dict[str, Sheet]:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in _FILES.items():
            if name not in left_out:
                made.writestr(f"{name}.csv", text)
    return {sheet.name: sheet for sheet in read_file("hmis.zip", out.getvalue())}


def test_an_enrollment_has_its_exit_and_project() -> None:
    sheets = _read()
    assert sheets.keys() == _FILES.keys()
    first, second = sheets["Enrollment"].table.to_pylist()
    assert (first["ExitDate"], first["ProjectName"], first["ProjectType"]) == (
        "2025-11-02",
        "River House",
        "1",
    )
    assert (second["ExitDate"], second["ProjectName"]) == (None, None)
    assert {n.code for n in sheets["Funder"].notes} >= {"hmis"}


def test_deleted_rows_are_left_out_and_counted() -> None:
    client = _read()["Client"]
    assert client.table["PersonalID"].to_pylist() == ["p1"]
    assert {n.code: n.count for n in client.left_out}["deleted_rows"] == 1
    assert client.table.num_rows + sum(n.count for n in client.left_out) == client.file_rows


def test_what_an_export_lacks_is_not_missed() -> None:
    assert "ExitDate" not in _read("Exit", "Project")["Enrollment"].header
    assert "hmis" not in {n.code for n in _read("Export")["Client"].notes}
