"""Receive uploads: a partner's raw file reaches the disk only in sealed chunks.

The web server keeps the body of a request in such chunks until the request is complete, and Django
each file of it. Both are freed when the request ends.
"""

from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from waitress.parser import HTTPRequestParser

from cairn.platform.storage.api import SealedUpload, get_uploads_folder
from cairn.warehouse.store import SealedSpool


class SealedUploadHandler(FileUploadHandler):
    """Seal an uploaded file as it arrives, up to `CAIRN_UPLOAD_LIMIT` bytes for one request.

    Django's own handlers keep a file in memory or in a temporary file that anyone on the machine
    who may read it can read. Larger files come through `cairn receive`.
    """

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Start counting the request's bytes."""
        self._received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start an empty file."""
        super().new_file(*args, **kwargs)
        self._spool = SealedSpool(get_uploads_folder())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the next bytes, or stop the connection when there are too many."""
        self._received += len(raw_data)
        if self._received > settings.CAIRN_UPLOAD_LIMIT:
            self._spool.close()
            raise StopUpload(connection_reset=True)
        self._spool.append(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload:
        """Return the whole file."""
        name, content_type = self.file_name or "", self.content_type or ""
        return SealedUpload(self._spool, name, content_type, self.charset)

    def upload_interrupted(self) -> None:
        """Free the bytes of a file that was cut off."""
        self._spool.close()


class RequestBody(SealedSpool):
    """The body of a request, in the place of waitress's own buffer.

    That one keeps it in memory, or beyond a limit in a temporary file in the clear.
    """

    def getfile(self) -> IO[bytes]:
        """Open the body for the application."""
        return self.open()


class SealingRequestParser(HTTPRequestParser):  # type: ignore[misc] # waitress has no types
    """Parse a request, and seal its body as it arrives."""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header, and get ready for the body if there is one."""
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = RequestBody(get_uploads_folder())
