"""The files and modules that pages for developers name exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "cairn"
TOP_FOLDERS = (".ci/", "benchmarks/", "checks/", "docs/", "examples/", "src/", "tests/")
GROUPS = tuple(folder.name for folder in sorted(PACKAGE.iterdir()) if folder.is_dir())

PAGES = (
    ROOT / "DEVELOPERS.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "GLOSSARY.md",
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs" / "adr").glob("*.md")),
    *sorted((ROOT / "docs" / "explanation").glob("*.md")),
    *sorted((ROOT / "docs" / "how-to").glob("*.md")),
    *sorted(PACKAGE.rglob("README.md")),
)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_PATH = re.compile(r"[.\w/-]*/[\w./-]*|[\w-]+\.(?:py|toml|md)")
_MODULE = re.compile(r"(?<![/\w])cairn(?:\.\w+)+")


def _find_named_paths(page: Path) -> Iterator[tuple[str, tuple[Path, ...]]]:
    """Yield every path that a page names in code, with the places where it may be."""
    for token in _CODE.findall(page.read_text(encoding="utf-8")):
        if not _PATH.fullmatch(token):
            continue
        if token.startswith(TOP_FOLDERS):
            yield token, (ROOT / token, page.parent / token)
        elif token.startswith("cairn/"):
            yield token, (ROOT / "src" / token,)
        elif token.startswith(tuple(f"{group}/" for group in GROUPS)):
            yield token, (PACKAGE / token, page.parent / token)
        elif page.is_relative_to(PACKAGE) and token.endswith(".py"):
            yield token, (page.parent / token,)


def _is_module(dotted_name: str) -> bool:
    """Check that a dotted name is a module, or a name that a module has."""
    *parents, last = dotted_name.split(".")[1:]
    folder = PACKAGE.joinpath(*parents)
    if (folder / last).is_dir() or (folder / f"{last}.py").is_file():
        return True
    source = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    return source.is_file() and re.search(rf"\b{last}\b", source.read_text("utf-8")) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_paths_on_a_page_exist(page: Path) -> None:
    missing = [
        token
        for token, places in _find_named_paths(page)
        if not any(place.exists() for place in places)
    ]
    text = page.read_text(encoding="utf-8")
    missing += [name for name in _MODULE.findall(text) if not _is_module(name)]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_on_a_page_lead_to_files(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    local_links = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local_links if not (page.parent / link).exists()] == []


def test_the_tables_name_paths() -> None:
    """Guard the two tables: a change of their form must not leave nothing to check."""
    developers = list(_find_named_paths(ROOT / "DEVELOPERS.md"))
    properties = list(_find_named_paths(ROOT / "docs/explanation/security-properties.md"))
    assert len(developers) > 60
    assert len(properties) > 80
