"""Receive uploads in memory: a partner's raw file never touches the disk."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class InMemoryUploadHandler(FileUploadHandler):
    """Keep an uploaded file in memory, up to `CAIRN_UPLOAD_LIMIT` bytes for one request.

    Django's own memory handler gives up above a size and lets a temporary file take over; this one
    stops the upload instead. Larger files come through `cairn receive`.
    """

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Start counting the request's bytes."""
        self._received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start an empty file."""
        super().new_file(*args, **kwargs)
        self._buffer = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep the next bytes, or stop the connection when there are too many."""
        self._received += len(raw_data)
        if self._received > settings.CAIRN_UPLOAD_LIMIT:
            raise StopUpload(connection_reset=True)
        self._buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the whole file, still in memory."""
        self._buffer.seek(0)
        return InMemoryUploadedFile(
            self._buffer,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            file_size,
            self.charset,
            self.content_type_extra,
        )
