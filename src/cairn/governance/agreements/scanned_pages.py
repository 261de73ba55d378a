"""Read the scan of a signed page: a PDF, a JPEG or a PNG, recognized by its first bytes."""

from dataclasses import dataclass
from typing import Final

MAX_PAGE_BYTES: Final = 5_000_000
"""Largest scan that is kept: several pages in color, as office scanners write them."""

_FIRST_BYTES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
_FILE_ENDINGS: Final = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
}


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """The scan of a signed page, and what kind of file it is."""

    content: bytes
    media_type: str


class UnreadablePageError(ValueError):
    """The file is no scan that Cairn keeps; the message says which files it keeps."""


def read_scanned_page(content: bytes) -> ScannedPage:
    """Read an uploaded scan.

    Args:
        content: the file.

    Returns:
        The scan.

    Raises:
        UnreadablePageError: it is too large, or neither PDF, JPEG nor PNG.
    """
    if len(content) > MAX_PAGE_BYTES:
        raise UnreadablePageError("The file is larger than 5 MB. Scan it in black and white.")
    for first_bytes, media_type in _FIRST_BYTES:
        if content.startswith(first_bytes):
            return ScannedPage(content, media_type)
    raise UnreadablePageError("Choose a PDF, JPEG or PNG file.")


def get_file_ending(media_type: str) -> str:
    """Return the usual ending of file names for a kind of scan.

    Args:
        media_type: kind of the scan.
    """
    return _FILE_ENDINGS[media_type]
