"""Report the seconds and the peak memory of this process and its children.

The clock of a shared machine counts others' work too; the processors' seconds do not.
"""

import json
import resource
import time
from typing import Self


class UsageReport:
    """Context manager that prints what ``measure`` returns as the last line, and ``extra``."""

    def __init__(self) -> None:
        self.extra: dict[str, object] = {}

    def __enter__(self) -> Self:
        self._start = time.perf_counter()
        return self

    def __exit__(self, *exception: object) -> None:
        if exception[0] is None:
            print(json.dumps({**self.measure(), **self.extra}))

    def measure(self) -> dict[str, float]:
        """Measure clock seconds, processor seconds and peak memory (MiB) so far."""
        usages = [
            resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        return {
            "seconds": round(time.perf_counter() - self._start, 2),
            "processor_seconds": round(sum(usage.ru_utime + usage.ru_stime for usage in usages), 2),
            "peak_mb": sum(usage.ru_maxrss for usage in usages) // 1024,
        }
