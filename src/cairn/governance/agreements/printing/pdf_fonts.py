"""Choose the font of a PDF: one built into every reader, or one installed on this machine.

A module of its own: the library that writes the file takes half a second to load, other packages
ask for fonts when they start, and few commands print.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

__all__ = [
    "MissingFont",
    "find_font_files",
    "find_unsupported_letter",
    "replace_typographic_characters",
]

_FONT_FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)

_FONT_FAMILIES: Final = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
)

# The built-in fonts have Latin-1 only; each of these has an unambiguous equivalent there.
_LATIN_1_EQUIVALENTS: Final = str.maketrans(
    {
        "\u201c": '"',
        "\u201d": '"',
        "\u2018": "'",
        "\u2019": "'",
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
        "\u00a0": " ",
    }
)


class MissingFont(Exception):
    """No font on this machine has a letter of the text; the Word file still shows it."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        super().__init__(
            f"No font on this machine shows the letter “{letter}” in a PDF. Download the Word "
            "file, or install a font such as DejaVu Sans on the server."
        )


def replace_typographic_characters(text: str) -> str:
    """Replace typographic quotation marks and dashes by characters that built-in fonts have.

    Args:
        text: the text.

    Returns:
        The text with plain quotation marks and dashes.
    """
    return text.translate(_LATIN_1_EQUIVALENTS)


def find_unsupported_letter(texts: Iterable[str]) -> str:
    """Find the first letter that the built-in PDF fonts (Latin-1) cannot show.

    Args:
        texts: every text of the document.

    Returns:
        The letter; empty if the built-in fonts show all of them.
    """
    for text in texts:
        for letter in replace_typographic_characters(text):
            if not _is_latin_1(letter):
                return letter
    return ""


def find_font_files(folders: Iterable[Path] = _FONT_FOLDERS) -> tuple[Path, Path] | None:
    """Find a regular and a bold font on this machine that cover more than Latin-1.

    Args:
        folders: where to look, with subfolders.

    Returns:
        The paths of the regular and the bold font, or None.
    """
    paths_by_name = {
        path.name: path for folder in folders for path in sorted(folder.rglob("*.ttf"))
    }
    for regular, bold in _FONT_FAMILIES:
        if regular in paths_by_name and bold in paths_by_name:
            return paths_by_name[regular], paths_by_name[bold]
    return None


def _is_latin_1(letter: str) -> bool:
    return ord(letter) < 256  # noqa: PLR2004 - the size of Latin-1
