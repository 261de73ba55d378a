"""Pages and buttons that the documentation names exist under that name."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAVIGATION = ROOT / "src/cairn/interfaces/web/navigation.py"
SOURCES = (ROOT / "src" / "cairn", ROOT / "examples")
PAGES = (
    ROOT / "README.md",
    *sorted((ROOT / "docs" / "tutorials").glob("*.md")),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
)
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![*\w])(\*{1,2})(?!\s)([^*\n]+?)(?<!\s)\1(?![*\w])")
_ARROW = " → "


@cache
def _read_sources() -> str:
    """Read all texts from which pages are made, with straight quotation marks."""
    files = [
        file
        for folder in SOURCES
        for suffix in ("*.html", "*.py", "*.toml")
        for file in sorted(folder.rglob(suffix))
    ]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return _straighten(re.sub(r'"\s*\n\s*"', "", text))


def _straighten(text: str) -> str:
    return text.translate({0x2019: "'", 0x201C: '"', 0x201D: '"'})


def _list_labels(page: Path) -> list[str]:
    """List what a page sets in italics or bold: names of pages and buttons, and emphasis."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    return [label for _stars, label in _EMPHASIS.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_path_of_the_navigation_begins_in_the_navigation(page: Path) -> None:
    titles = set(re.findall(r'_\("([^"]+)"\)', NAVIGATION.read_text(encoding="utf-8")))
    assert "Agreements" in titles
    starts = [label.split(_ARROW)[0] for label in _list_labels(page) if _ARROW in label]
    pages_without_a_link = {"Drafts"}  # a part of the page “Agreements”
    assert [start for start in starts if start not in titles | pages_without_a_link] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_step_of_a_path_is_named_so_on_pages(page: Path) -> None:
    sources = _read_sources()
    steps = [
        step
        for label in _list_labels(page)
        if _ARROW in label
        for step in label.split(_ARROW)
        if _straighten(step) not in sources
    ]
    assert steps == []


def test_the_reference_prints_no_python() -> None:
    """A dictionary in a table says that a text was printed without choosing its language."""
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    assert pages
    assert [page.name for page in pages if "{'" in page.read_text(encoding="utf-8")] == []
