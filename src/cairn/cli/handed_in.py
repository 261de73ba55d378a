"""A text that somebody hands to a command: a file, or `-` for the standard input."""

import sys
from pathlib import Path

from cairn.cli.voice import Unusable


def text_in(file: Path, wanted: str) -> str:
    """What is written in it; `wanted` says what to write where there is no such file."""
    if str(file) == "-":
        return sys.stdin.read()
    if not file.is_file():
        raise Unusable(f"{file}: there is no such file. {wanted}")
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(f"{file}: this is not UTF-8 text. Save it as UTF-8.") from None
