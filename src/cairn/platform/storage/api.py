"""Public face of cairn.platform.storage: what other packages may import.

Opens the file store of this installation, for every app that keeps or reads rows, and the content
of an uploaded file.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from cairn.warehouse.readers import FileContent
from cairn.warehouse.store import UPLOADS_FOLDER, FileStore, KeyRing, SealedSpool

__all__ = [
    "SealedUpload",
    "get_uploads_folder",
    "open_file_store",
    "open_key_ring",
    "open_uploaded_content",
]


def open_file_store() -> FileStore:
    """Open the file store of the data folder in force, with its key.

    Returns:
        The store.
    """
    return FileStore(settings.CAIRN_DATA, open_key_ring())


def open_key_ring() -> KeyRing:
    """Open the key of the data folder.

    Show its `note` wherever a person decides about safety.

    Returns:
        The key ring.
    """
    return KeyRing.open(settings.CAIRN_DATA, os.environ)


def get_uploads_folder() -> Path:
    """Return the folder of uploaded files, in which they are sealed while they arrive.

    Returns:
        The folder, which may not exist yet.
    """
    return Path(settings.CAIRN_DATA) / UPLOADS_FOLDER


class SealedUpload(UploadedFile[bytes]):
    """An uploaded file that was sealed in chunks as it arrived.

    Args:
        spool: its bytes.
        name: its name.
        content_type: its media type, as the browser states it.
        charset: its encoding, as the browser states it.
    """

    def __init__(
        self, spool: SealedSpool, name: str, content_type: str, charset: str | None
    ) -> None:
        super().__init__(spool.open(), name, content_type, len(spool), charset)
        self.spool = spool

    def close(self) -> None:
        """Free its bytes, at the end of the request."""
        super().close()
        self.spool.close()


def open_uploaded_content(file: "UploadedFile[bytes]") -> FileContent:
    """Open an uploaded file as content that is read in blocks, during its request.

    Args:
        file: the file, as a form cleaned it.

    Returns:
        Its content.
    """
    if isinstance(file, SealedUpload):
        return FileContent(len(file.spool), file.spool.open, file.spool.share())
    return FileContent.wrap(file.read())
