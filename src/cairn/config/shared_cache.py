"""Count attempts to sign in, and other limits, for all processes of a site together."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache
from django.core.files import locks

_SWEEP_EVERY: Final = 64


class SharedCache(FileBasedCache):
    """Keep values in files; one process at a time adds or increases one.

    Django's own lets two add the same key at once, and a limit that takes its turn by adding a key
    would let more attempts through than it says.
    """

    _dir: str
    _threads = threading.Lock()

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value unless there is one; return whether it is kept."""
        with self._one_at_a_time():
            return super().add(key, value, timeout, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Increase a number; it is kept for the default time from now."""
        with self._one_at_a_time():
            return super().incr(key, delta, version)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        self._createdir()  # type: ignore[attr-defined]
        with self._threads, Path(self._dir, "lock").open("ab") as file:
            locks.lock(file, locks.LOCK_EX)
            try:
                yield
            finally:
                locks.unlock(file)

    def _cull(self) -> None:
        """Now and then, delete what has expired; then make room if there still is none."""
        if random.randrange(_SWEEP_EVERY):  # noqa: S311 - when to sweep is no secret
            return
        for name in self._list_cache_files():  # type: ignore[attr-defined]
            try:
                with Path(name).open("rb") as file:
                    self._is_expired(file)  # type: ignore[attr-defined]
            except FileNotFoundError:
                continue
        super()._cull()  # type: ignore[misc]
