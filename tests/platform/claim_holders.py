"""Hold a claim in a process of its own, which a test kills."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cairn.platform.process_claims import hold_claim


@contextmanager
def hold_claim_in_child(name: str) -> Iterator[Callable[[], None]]:
    """Yield a function that kills the process that holds the claim."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with hold_claim(name):
                os.write(writing, b"held")
                time.sleep(600)
        finally:
            os._exit(1)
    os.close(writing)
    is_alive = True

    def kill() -> None:
        nonlocal is_alive
        if is_alive:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            is_alive = False

    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read(4) == b"held"
    try:
        yield kill
    finally:
        kill()
