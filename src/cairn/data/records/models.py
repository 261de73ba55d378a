"""The table of single students' records, in the database of identities."""

from django.db import models


class StudentRecord(models.Model):
    """What one data submission says about one student: attributes, encrypted, and no name.

    `lookup` is a keyed hash of the student's key, of this use alone. `source` names the checked
    rows that it was made from: with other rows, the record does not count.
    """

    delivery = models.PositiveBigIntegerField()
    source = models.CharField(max_length=90)
    lookup = models.CharField(max_length=64)
    agreement = models.CharField(max_length=80)
    record = models.CharField(max_length=40)
    sealed = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["lookup"], name="records_by_student"),)
        constraints = (
            models.UniqueConstraint(
                fields=["delivery", "lookup"], name="records_one_a_student_and_delivery"
            ),
        )

    def __str__(self) -> str:
        return f"record {self.pk}"
