"""Which letters a PDF can show: those built into every reader, or a font of this machine."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

_FOLDERS: Final = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)
_FAMILIES: Final = (
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("arial.ttf", "arialbd.ttf"),
)
# The built-in fonts know Latin-1 only; these have an equal there that nobody misreads.
_PLAIN: Final = str.maketrans(
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


class NoFont(Exception):
    """This machine has no font for a letter in the text; the Word file shows it all the same."""

    def __init__(self, letter: str) -> None:
        self.letter = letter
        super().__init__(
            f"No font on this machine shows the letter “{letter}” in a PDF. Download the Word "
            "file, or install a font such as DejaVu Sans on the server."
        )


def plain(text: str) -> str:
    """The text with quotation marks and dashes that every reader's built-in fonts have."""
    return text.translate(_PLAIN)


def beyond(texts: Iterable[str]) -> str:
    """The first letter that the built-in fonts cannot show; empty when they show all."""
    for text in texts:
        for letter in plain(text):
            if not _in_latin_1(letter):
                return letter
    return ""


def font_files(folders: Iterable[Path] = _FOLDERS) -> tuple[Path, Path] | None:
    """A regular and a bold font of this machine that know more letters, if it has one."""
    found = {path.name: path for folder in folders for path in sorted(folder.rglob("*.ttf"))}
    for regular, bold in _FAMILIES:
        if regular in found and bold in found:
            return found[regular], found[bold]
    return None


def _in_latin_1(letter: str) -> bool:
    return ord(letter) < 256  # noqa: PLR2004 - the size of Latin-1
