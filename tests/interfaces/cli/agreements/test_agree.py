"""`cairn agree`: all files go on record, or none; parties are registered, or named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cairn.governance.agreements.models import Agreement
from cairn.governance.partners.models import Organization

GRAND_BEND = Path(__file__).parents[4] / "examples/grand-bend/agreements/GB-DSA-01.toml"
pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes Grand Bend's agreement under another reference, resting on others."""
    folder = tmp_path / "texts"
    folder.mkdir()

    def make(reference: str, under: str = "") -> Path:
        rests = f'\nunder = ["{under}"]' if under else ""
        text = GRAND_BEND.read_text("utf-8")
        file = folder / f"{reference}.toml"
        before = 'reference = "GB-DSA-01"'
        file.write_text(text.replace(before, f'reference = "{reference}"{rests}'), "utf-8")
        return file

    return make


def test_a_party_that_nobody_knows_is_named(
    cairn: Callable[..., Any], founded: Any, write: Write
) -> None:
    said = cairn("agree", write("A"))
    assert said.code == 2
    assert "“grand-bend-isd” is not registered" in said.error
    assert "--register" in said.error
    assert not Agreement.objects.exists()
    assert cairn("agree", write("A"), "--register").code == 0
    assert Organization.objects.filter(slug="grand-bend-isd").exists()
    assert cairn("agree", write("B")).code == 0


def test_all_are_kept_or_none(cairn: Callable[..., Any], founded: Any, write: Write) -> None:
    folder = write("A").parent
    (folder / "B.toml").write_text('reference = "B"\n', "utf-8")
    said = cairn("agree", folder, "--register")
    assert (said.code, "B.toml: Line 1: " in said.error) == (2, True)
    assert not Agreement.objects.exists()
    assert not Organization.objects.filter(slug="grand-bend-isd").exists()


def test_files_that_rest_on_each_other_are_not_kept(
    cairn: Callable[..., Any], founded: Any, write: Write
) -> None:
    write("A", "B")
    said = cairn("agree", write("B", "A").parent, "--register")
    assert (said.code, "(A → B → A)" in said.error) == (2, True)
    assert not Agreement.objects.exists()


def test_a_file_that_closes_a_circle_with_the_record_is_not_kept(
    cairn: Callable[..., Any], founded: Any, write: Write
) -> None:
    assert cairn("agree", write("A", "B"), "--register").code == 0
    said = cairn("agree", write("B", "A"), "--register")
    assert (said.code, "depend on itself: B → A → B" in said.error) == (2, True)
    assert [row.reference for row in Agreement.objects.all()] == ["A"]
