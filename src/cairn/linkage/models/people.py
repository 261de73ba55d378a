"""The person index: records, what is said of them, and which person each is of."""

from django.db import models


class Person(models.Model):
    """One child in the index. The id is random and says nothing about her.

    A retired person points to the one that her records went to. People of one `circle` were weighed
    against one another: where one of them changes, the others are looked at again. `joint` is the
    evidence (bits) where her records hold together least; none where she has but one.
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
    """One id of one source, by its keyed hash, and the person it stands for (nobody, if several).

    Rows that carry nothing but an id, as attendance does, find their person here.
    """

    key = models.CharField(max_length=64, unique=True)
    source = models.SlugField(max_length=60)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="source_ids"
    )

    def __str__(self) -> str:
        return f"an id of {self.source}"


class Record(models.Model):
    """What names one child in one source: a keyed hash of the id, the name and the birth date.

    It is `fresh` from the moment at which something new is said of it, or nothing any more, until
    it was looked at; a run that is killed leaves that to the next. `met_by`: its blocking keys, so
    that they are found again without an index of theirs when it changes or goes. `mark`: of a
    record that came encoded, the mark of its project's secret; it is compared with no other.
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
    """What one delivery says of one record: its identifying fields, sealed, each way it says them.

    Never changed: a delivery that is taken back takes its statements with it. `delivery` is 0 for
    a child whom somebody typed in. `content` is the keyed hash of what is sealed.
    """

    # The constraint below is an index by record.
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
    """A keyed hash (64 bits) of something two records of one child may share: by it they meet.

    Millions of these lie sorted by key and by nothing else: whoever writes a record's keys takes
    back the ones that its `met_by` names (`linkage.meeting_keys`).
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
    """Which person a record is of, from when and until when.

    A link that ended is history. Once its record was destroyed, it says only that there was one.
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
    """Two people of one circle whose records were compared, and the mean evidence (bits)."""

    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="gaps")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    bits = models.FloatField(db_index=True)

    def __str__(self) -> str:
        return f"{self.bits:.1f} bits"
