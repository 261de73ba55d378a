"""Which files a command about agreements was given, and what stands in them."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from cairn.cli.voice import Unusable


def tomls(files: Iterable[Path]) -> Iterator[Path]:
    """Each file, and each agreement in a folder, in the order of their names."""
    for path in files:
        if path.is_dir():
            yield from sorted(path.glob("*.toml"))
        else:
            yield path


def text_of(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Unusable(f"{path}: this is not UTF-8 text. Save it as UTF-8.") from None
