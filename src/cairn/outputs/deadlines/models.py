"""Store who reads their deadlines in a calendar of their own, by a secret address."""

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """The secret address of one person's deadlines; only a keyed hash of it is stored."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="calendar_feed",
        primary_key=True,
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of {self.user}"
