"""The texts by which a list of students is filtered are those that its cells show."""

import pytest

from cairn.governance.consents.api import ChildLabel
from cairn.services.students.actions import CaseloadRow, ProgramRecord
from cairn.services.students.tables import CaseloadTable

LABEL = ChildLabel("A1", "Ada Lund")


@pytest.mark.parametrize(
    "row",
    [
        CaseloadRow("ps", 1, LABEL, None, "", "", "", "", ProgramRecord.NOT_LISTED),
        CaseloadRow("ps", 2, LABEL, 89.9, "Met", "4", "North", "Spanish", ProgramRecord.SHOWN),
        CaseloadRow("ps", 3, LABEL, 90.0, "", "4", "", "", ProgramRecord.NONE_SHOWN),
    ],
    ids=lambda row: f"entry {row.entry}",
)
def test_a_filter_offers_what_the_cells_show(row: CaseloadRow) -> None:
    (shown,) = CaseloadTable([row]).rows
    cells = {name: str(shown.get_cell(name)) for name in CaseloadTable.filter_columns}
    assert CaseloadTable.describe_record(row) == cells
