"""`cairn receive --corrects`: a correction file is previewed, and imported with --yes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cairn.data.intake.models import Delivery
from cairn.data.intake.proposals.correction_preview import list_delivery_problems
from cairn.warehouse.exporters import export_correction_csv

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

FROM = ("--from", "grand-bend-isd", "--under", "GB-DSA-01")


@pytest.fixture
def correction(cairn: Callable[..., Any], agreed: Path, sent: Path, tmp_path: Path) -> Path:
    """The correction file of a roster with one birth date that is none."""
    file = sent / "students.csv"
    file.write_text(file.read_text() + "3,Cam,Cole,never,x\n")
    assert cairn("receive", file, *FROM, "--yes").code == 0
    row = Delivery.objects.get()
    elements = frozenset(row.decision["elements"])
    path = tmp_path / "corrections.csv"
    path.write_bytes(export_correction_csv(list_delivery_problems(row, elements, limit=None)))
    return path


def test_it_is_previewed_and_imported_once(cairn: Callable[..., Any], correction: Path) -> None:
    number = str(Delivery.objects.get().pk)
    command = ("receive", correction, *FROM, "--corrects", number)
    nothing = cairn(*command)
    assert nothing.code == 1
    assert "No cell with a problem was changed" in nothing.out
    text = correction.read_text("utf-8-sig")
    correction.write_text(text.replace("never", "2015-05-03").replace("Cole", "Kole"))
    shown = cairn(*command)
    assert shown.code == 1
    assert "Rows corrected: 1. Still with a problem: 0." in shown.out
    assert "1 changes not used" in shown.out
    assert "Nothing was imported. If this is right, add --yes." in shown.out
    assert "2015-05-03" not in shown.out
    assert Delivery.objects.count() == 1
    done = cairn(*command, "--yes", "--json")
    assert done.code == 0
    (line,) = done.facts["deliveries"]
    assert (line["result"], line["kept"], line["set_aside"]) == ("replaced", 3, 0)
    again = cairn(*command, "--yes", "--json")
    assert again.code == 0
    assert again.facts["deliveries"][0]["result"] == "again"
    assert Delivery.objects.count() == 2


def test_another_submission_or_several_files_are_usage_errors(
    cairn: Callable[..., Any], correction: Path
) -> None:
    number = str(Delivery.objects.get().pk)
    unknown = cairn("receive", correction, *FROM, "--corrects", "99")
    assert unknown.code == 2
    assert "has no data submission 99" in unknown.error
    several = cairn("receive", correction, correction, *FROM, "--corrects", number)
    assert several.code == 2
