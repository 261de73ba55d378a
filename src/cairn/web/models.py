"""Who is working: one row a living worker. Its tasks are looked after when it dies."""

from datetime import datetime, timedelta

from django.db import models

# A worker says that it lives every BEAT; after LEASE without a word its tasks go back in the queue.
BEAT = timedelta(seconds=5)
LEASE = timedelta(seconds=30)


class Lease(models.Model):
    """One worker process, and when it was last heard of."""

    worker_id = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    beat = models.DateTimeField()

    def __str__(self) -> str:
        return f"worker {self.pid} on {self.host}"

    def expired(self, now: datetime) -> bool:
        """Whether nothing was heard for so long that the worker counts as dead."""
        return now - self.beat > LEASE
