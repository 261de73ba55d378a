"""StudentTracker files: the underscore after an ID is removed and counted."""

from pathlib import Path

from cairn.warehouse.readers import read_file


def test_marks_of_ids_are_removed(real_data: Path) -> None:
    header = (real_data / "surveys" / "nsc_studenttracker_header.csv").read_text("utf-8").strip()
    filler = "," * header.count(",")
    rows = f"0012345_{filler[1:]},x\n0067890{filler[1:]},y\n"
    (sheet,) = read_file("st.csv", f"{header}\n{rows}".encode())
    assert sheet.table[sheet.header[0]].to_pylist() == ["0012345", "0067890"]
    assert {n.code: n.count for n in sheet.notes}["id_marks"] == 1
    (plain,) = read_file("st.csv", f"{header}\n{rows.replace('_', '')}".encode())
    assert "id_marks" not in {n.code for n in plain.notes}


def test_other_files_keep_their_underscores() -> None:
    (sheet,) = read_file("st.csv", b"Your Unique Identifier,Name\n1_,a\n")
    assert sheet.table["Your Unique Identifier"].to_pylist() == ["1_"]
