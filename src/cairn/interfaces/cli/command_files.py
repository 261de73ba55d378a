"""Read and check the files that a user names on the command line."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from cairn.interfaces.cli.output import CommandUsageError


def read_input_text(file: Path, instruction: str) -> str:
    """Read the text of a file, or of standard input for `-`.

    `wanted` says what to write into the file, for the message when there is no such file.
    """
    if str(file) == "-":
        return sys.stdin.read()
    if not file.is_file():
        raise CommandUsageError(f"{file}: this file does not exist. {instruction}")
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise CommandUsageError(f"{file}: this is not UTF-8 text. Save it as UTF-8.") from None


def list_agreement_files(files: Iterable[Path]) -> Iterator[Path]:
    """List each file, and each agreement in a folder, in the order of their names."""
    for path in files:
        if path.is_dir():
            yield from sorted(path.glob("*.toml"))
        else:
            yield path


def read_agreement_text(path: Path) -> str:
    """Read the text of a written agreement."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise CommandUsageError(f"{path}: this is not UTF-8 text. Save it as UTF-8.") from None


def find_local_date() -> date:
    """Return today's local date: no child is born after it."""
    return datetime.now().astimezone().date()


def check_output_path(out: Path | None, inputs: Sequence[Path], example: str) -> Path:
    """Check where the result goes, and that it is not a file that is read.

    Args:
        out: the path that the user named, if any.
        inputs: the files that the command reads.
        example: a file name for the message when the user named none.
    Returns:
        The path to write.
    Raises:
        CommandUsageError: there is no path, an input is missing, or the path cannot be written.
    """
    if out is None:
        raise CommandUsageError(f"Name the file to write: --out {example}")
    for path in inputs:
        if not path.is_file():
            raise CommandUsageError(f"{path}: this file does not exist.")
        if out.exists() and out.samefile(path):
            raise CommandUsageError(f"--out: {out} is one of the input files. Choose another name.")
    if out.is_dir() or not out.parent.is_dir():
        raise CommandUsageError(f"--out: {out} is not a file in an existing folder.")
    return out
