"""Define the fitted model, the events of people in the index, and overlink flags."""

from django.db import models

from cairn.data.identity.models.person_index import Person


class FittedModel(models.Model):
    """What agreement is worth in this community, as last measured; sealed, since it holds names.

    `version` identifies the method and the measurement; evidence of two versions is never mixed.
    """

    version = models.CharField(max_length=80, unique=True)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return self.version


class MatchEvent(models.Model):
    """An event of a person in the index. Never changed, never deleted.

    It names people by their random IDs and no record, so that no trace of a child remains in it
    when the child's records are destroyed.
    """

    kind = models.CharField(max_length=12)
    person_id = models.CharField(max_length=32, db_index=True)
    other_id = models.CharField(max_length=32, blank=True)
    by_id = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.kind}: {self.person_id}"


class Sign(models.Model):
    """An overlink flag: the person may be more than one child."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="signs")
    alarm = models.CharField(max_length=16)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "alarm"], name="linkage_one_sign_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.alarm}: {self.person_id}"
