"""Define the rows of live workers; when a worker dies, its tasks are requeued."""

from datetime import datetime, timedelta

from django.db import models

# A worker sends a heartbeat every HEARTBEAT_INTERVAL; after LEASE_DURATION without one, its tasks
# are requeued.
HEARTBEAT_INTERVAL = timedelta(seconds=5)

LEASE_DURATION = timedelta(seconds=30)


class Lease(models.Model):
    """Store one worker process, and its last heartbeat."""

    worker_id = models.CharField(primary_key=True, max_length=64)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    beat = models.DateTimeField()

    def __str__(self) -> str:
        return f"worker {self.pid} on {self.host}"

    def is_expired(self, now: datetime) -> bool:
        """Return whether the last heartbeat is so old that the worker counts as dead."""
        return now - self.beat > LEASE_DURATION
