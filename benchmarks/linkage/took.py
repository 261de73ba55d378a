"""What a piece of work took: seconds, and the most memory this process and its children held.

The clock of a shared machine counts others' work too; the processors' seconds do not.
"""

import json
import resource
import time
from typing import Self


class Took:
    """Prints what ``now`` says as the last line when the work is done."""

    def __init__(self) -> None:
        self.also: dict[str, object] = {}

    def __enter__(self) -> Self:
        self._begun = time.perf_counter()
        return self

    def __exit__(self, *failed: object) -> None:
        if failed[0] is None:
            print(json.dumps({**self.now(), **self.also}))

    def now(self) -> dict[str, float]:
        """Seconds on the clock, seconds of processors, and memory, so far."""
        used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return {
            "seconds": round(time.perf_counter() - self._begun, 2),
            "processor_seconds": round(sum(u.ru_utime + u.ru_stime for u in used), 2),
            "peak_mb": sum(u.ru_maxrss for u in used) // 1024,
        }
