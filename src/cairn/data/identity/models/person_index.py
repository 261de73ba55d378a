"""Define the person index: records, what deliveries state of them, and the person of each."""

from django.db import models


class Person(models.Model):
    """One child in the index. The ID is random and reveals nothing about the child.

    A retired person points to the one that received its records. People of one `circle` (component)
    were weighed against one another: if one of them changes, the others are examined again. `joint`
    is the evidence (bits) at the person's weakest link; null for a person with a single record.
    """

    id = models.CharField(max_length=32, primary_key=True)
    created = models.DateTimeField()
    merged_into = models.CharField(max_length=32, blank=True, db_index=True)
    circle = models.CharField(max_length=32, blank=True, db_index=True)
    joint = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.id


class SourceId(models.Model):
    """One ID of one source, by its keyed hash, and the person it identifies (null if several).

    Rows that carry nothing but an ID, such as attendance, find their person here.
    """

    key = models.CharField(max_length=64, unique=True)
    source = models.SlugField(max_length=60)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="source_ids"
    )

    def __str__(self) -> str:
        return f"an id of {self.source}"


class Record(models.Model):
    """One child in one source, identified by a keyed hash of ID, name and birth date.

    It is `fresh` from the time at which something new is stated of it, or nothing any more, until
    an update examined it; an interrupted run leaves it to the next one. `met_by`: its blocking
    keys, so that they are found without an index of their own when the record changes or goes.
    `mark`: for an encoded record, the mark of its project's secret; such a record is compared only
    with records of the same mark.
    """

    key = models.CharField(max_length=64, unique=True)
    source = models.SlugField(max_length=60)
    source_id = models.ForeignKey(
        SourceId,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="records",
        db_column="of_id",
    )
    fresh = models.BooleanField(default=True)
    met_by = models.BinaryField(default=b"")
    mark = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=["id"], condition=models.Q(fresh=True), name="linkage_fresh"),
            models.Index(fields=["mark"], condition=models.Q(mark__gt=""), name="linkage_mark"),
        )

    def __str__(self) -> str:
        return f"a record of {self.source}"


class Statement(models.Model):
    """What one delivery states of one record: its identifying fields, sealed, in each version.

    Never changed: withdrawing a delivery deletes its statements. `delivery` is 0 for a child that a
    user typed in. `content` is the keyed hash of the sealed values.
    """

    # The constraint below also serves as the index by record.
    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="statements", db_index=False
    )
    delivery = models.PositiveBigIntegerField(db_index=True)
    sealed = models.BinaryField()
    content = models.CharField(max_length=64)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["record", "delivery"], name="linkage_one_statement_a_delivery"
            ),
        )

    def __str__(self) -> str:
        return f"{self.record} in delivery {self.delivery}"


class BlockingKey(models.Model):
    """A keyed hash (64 bits) of something that two records of one child may share.

    Millions of these are sorted by key and by no other column: code that writes a record's keys
    first removes the ones in its `met_by` (`index.blocking_keys`).
    """

    pk = models.CompositePrimaryKey("key", "record_id")
    key = models.BigIntegerField()
    record = models.ForeignKey(
        Record,
        on_delete=models.DO_NOTHING,
        related_name="blocking_keys",
        db_constraint=False,
        db_index=False,
    )

    def __str__(self) -> str:
        return f"{self.key:x}"


class Link(models.Model):
    """The person of a record, from when and until when.

    A link that ended is history. Once its record was destroyed, it shows only that there was one.
    """

    record = models.ForeignKey(
        Record, on_delete=models.SET_NULL, null=True, blank=True, related_name="links"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(until__isnull=True),
                name="linkage_one_person_a_record",
            ),
        )

    def __str__(self) -> str:
        return f"a record of {self.person_id}"


class Gap(models.Model):
    """Two people of one component with compared records, and the mean evidence (bits)."""

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="gaps")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    bits = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return f"{self.bits:.1f} bits"
