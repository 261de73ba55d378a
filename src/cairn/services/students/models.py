"""Database rows of the pages about students: filters that a user saves, without a student."""

from django.conf import settings
from django.db import models

NAME_LENGTH = 60


class SavedFilter(models.Model):
    """A choice of filters of an organization's list of students, which one user saved and named.

    It holds headings and values such as a grade or a school, and no student.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        "partners.Organization", on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField(max_length=NAME_LENGTH)
    choices = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "organization", "name"), name="students_filter_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name
