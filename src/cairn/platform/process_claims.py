"""Hold claims that end with the process that holds them.

A claim is a file lock in the data folder, which the operating system releases when the process dies
for any reason (`kill -9`, a power failure). Another machine does not see the lock, so the file
names the machine that took it, and callers keep a time in the database for claims of others.
"""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from django.conf import settings

__all__ = ["ClaimHeld", "hold_claim", "is_claim_alive"]

_TRIES: Final = 10
_WAIT_SECONDS: Final = 0.01
"""To look at a claim locks its file for less time than this."""


class ClaimHeld(Exception):
    """A living process of this machine holds the claim."""


@contextmanager
def hold_claim(name: str) -> Iterator[bool]:
    """Hold a claim within the block.

    Args:
        name: name of the claim, such as "proposed-file-12".

    Yields:
        Whether a process of this machine died while it held the claim. What that process wrote in
        the database about its claim holds no longer.

    Raises:
        ClaimHeld: a living process of this machine holds it.
    """
    with _lock_claim_file(name) as file:
        died = file.read() == _name_machine()
        file.seek(0)
        file.truncate()
        file.write(_name_machine())
        file.flush()
        try:
            yield died
        finally:
            _get_claim_path(name).unlink(missing_ok=True)


def is_claim_alive(name: str) -> bool | None:
    """Return whether a living process of this machine holds a claim.

    Args:
        name: name of the claim.

    Returns:
        False if the process of this machine that held it died; None if none of this machine did.
    """
    try:
        with _get_claim_path(name).open("rb") as file:
            if file.read() != _name_machine():
                return None
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return True
    return False


@contextmanager
def _lock_claim_file(name: str) -> Iterator[IO[bytes]]:
    path = _get_claim_path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for _try in range(_TRIES):
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_WAIT_SECONDS)
                continue
            if _is_same_file(file, path):
                yield file
                return
    raise ClaimHeld(name)


def _is_same_file(file: IO[bytes], path: Path) -> bool:
    """Return whether the file is still at its path: a claim that ends removes it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _get_claim_path(name: str) -> Path:
    return Path(settings.CAIRN_DATA) / "claims" / f"{name}.lock"


def _name_machine() -> bytes:
    return socket.gethostname().encode()
