"""A thread in the place of the child process that reads an upload."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import IO

from cairn.warehouse.readers import ReadLimits
from cairn.warehouse.readers.child_process import answer_request
from cairn.warehouse.store import SharedChunks


@contextmanager
def start_reader_thread(
    limits: ReadLimits, shared: SharedChunks | None
) -> Iterator[tuple[SimpleNamespace, SimpleNamespace]]:
    """Start a thread that answers one request over two pipes, as the child process would.

    Args:
        limits: what a child may use; a thread has no limits of its own.
        shared: the sealed chunks that a child would inherit; a thread has them open already.

    Yields:
        The two ends of the pipes, as a process has them, and a deadline that is never over.
    """
    del limits, shared
    requests, to_reader = _open_pipe()
    from_reader, replies = _open_pipe()

    def answer() -> None:
        with requests, replies, suppress(BrokenPipeError):
            answer_request(json.loads(requests.readline()), requests, replies)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield SimpleNamespace(stdin=to_reader, stdout=from_reader), SimpleNamespace(is_over=False)
    finally:
        for pipe in (to_reader, from_reader):
            with suppress(OSError):
                pipe.close()
        thread.join()


def _open_pipe() -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")
