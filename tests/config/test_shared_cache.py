"""Processes and threads count together, and a count outlives its hour."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cairn.config import shared_cache
from cairn.config.shared_cache import SharedCache

COUNT = """
import sys
from django.conf import settings
settings.configure()
from cairn.config.shared_cache import SharedCache
cache = SharedCache(sys.argv[1], {})
for number in range(50):
    cache.add("count", 0)
    cache.incr("count")
    if cache.add(f"turn {number}", 1):
        cache.incr("turns") if not cache.add("turns", 1) else None
"""


def test_two_processes_lose_no_count_and_take_each_turn_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNT, str(tmp_path)]
    with subprocess.Popen(command) as first, subprocess.Popen(command) as second:
        assert (first.wait(60), second.wait(60)) == (0, 0)
    cache = SharedCache(str(tmp_path), {})
    assert (cache.get("count"), cache.get("turns")) == (100, 50)


def test_threads_count_together(tmp_path: Path) -> None:
    cache = SharedCache(str(tmp_path), {})
    cache.add("count", 0)
    threads = [
        threading.Thread(target=lambda: [cache.incr("count") for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("count") == 80


def test_what_has_expired_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = SharedCache(str(tmp_path), {"timeout": 7_200})
    cache.set("old", 1, timeout=-1)
    monkeypatch.setattr(shared_cache, "_SWEEP_EVERY", 1)
    cache.set("new", 1)
    assert len(list(tmp_path.glob("*.djcache"))) == 1
    cache.add("count", 0, timeout=3_600)
    cache.incr("count")
    assert cache.get("count") == 1
    with pytest.raises(ValueError, match="not found"):
        cache.incr("never")
