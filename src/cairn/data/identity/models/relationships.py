"""Define relationships: residences, reviewers' statements, and the facts that follow."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cairn.data.identity.models.person_index import Person, Record
from cairn.matching.relationships import RelationshipKind

NOT_RELATED = "none"
GUARDIAN = RelationshipKind.GUARDIAN.value

RELATIONSHIP_LABELS = {
    RelationshipKind.GUARDIAN: _("guardian"),
    RelationshipKind.TWIN: _("twin"),
    RelationshipKind.SIBLING: _("sibling"),
    RelationshipKind.HOUSEHOLD: _("same household"),
}

RELATIONSHIP_CHOICES = [
    *(
        (kin.value, said)
        for kin, said in RELATIONSHIP_LABELS.items()
        if kin is not RelationshipKind.GUARDIAN
    ),
    (NOT_RELATED, _("not related")),
]
"""What a reviewer can state about two people."""


class Stay(models.Model):
    """What one delivery states of one record's home, from when until when.

    Sealed: birth date, surnames, names of guardians, and keyed hashes of addresses. It outlives its
    statement if a newer delivery replaced the statement, so that the end of the period is known; it
    is deleted with a delivery that is withdrawn or destroyed. `delivery` is 0 for what a user typed
    in.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="stays")
    delivery = models.PositiveBigIntegerField(db_index=True)
    content = models.CharField(max_length=64)
    sealed = models.BinaryField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"a stay of {self.record}"


class StayKey(models.Model):
    """A keyed hash (64 bits) of an address or a guardian that two residences may share."""

    pk = models.CompositePrimaryKey("value", "stay_id")
    value = models.BigIntegerField()
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="keys")

    def __str__(self) -> str:
        return f"{self.value:x}"


class Relationship(models.Model):
    """One fact: how two people of the index are related, or an adult to one of them.

    It follows from residences, links and reviewers' statements alone, and is computed again when
    one of these changes (`refresh_relationships`): when people merge, it is a fact about the one
    who remains;
        when they
    are split, it goes with the records that it rests on. `one` is the smaller ID of two people.
    `guardian` is the keyed hash of an adult's name, which is sealed, and 0 if `other` is set.
    `until` is empty while the fact holds. `sources` are the organizations with records that state
    it, `grounds` the evidence; `verdict` is the reviewer's decision that made, named or ended it.
    """

    kind = models.CharField(
        max_length=9, choices=[(kin.value, said) for kin, said in RELATIONSHIP_LABELS.items()]
    )
    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    guardian = models.BigIntegerField(default=0)
    sealed = models.BinaryField(default=bytes)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    sources: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    grounds: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    verdict = models.ForeignKey(
        "RelationshipVerdict",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="relationships",
    )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, since {self.since:%Y-%m-%d}"


class RelationshipVerdict(models.Model):
    """A reviewer's statement on whether two people are related, or an adult is a guardian.

    It is about records, as a `Verdict` is, and so survives re-linkage and merges. When a person is
    split afterwards, "are related" goes with the part that has most of the records it names (of two
    with as many: the part with the oldest record), since it was about one child; "are not related"
    goes with every part that has any of them. Each rule errs toward disclosing less. If both apply
    to two people after a merge, "not related" holds. It can be undone, but never changed. `since`
    and `until`: the period for which they are related (empty: from the time of the statement;
    still). A guardian's name is sealed, as in `Relationship`.
    """

    kind = models.CharField(
        max_length=9,
        choices=[*RELATIONSHIP_CHOICES, (GUARDIAN, RELATIONSHIP_LABELS[RelationshipKind.GUARDIAN])],
    )
    guardian = models.BigIntegerField(default=0)
    sealed = models.BinaryField(default=bytes)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    why = models.TextField()
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=254)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


class RelationshipVerdictRecord(models.Model):
    """A record on one side of a relationship decision; side 0 for a guardian."""

    verdict = models.ForeignKey(
        RelationshipVerdict, on_delete=models.CASCADE, related_name="records"
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="kinship_verdicts")
    side = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["verdict", "record"], name="linkage_kin_on_one_side"),
        )

    def __str__(self) -> str:
        return f"side {self.side} of {self.verdict}"


class RelationshipWaiting(models.Model):
    """A person with relationships to refresh, because records or links changed.

    A child that a user types in thus does not wait for it. `since`: from when on the stored facts
    about the person may be out of date.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.person_id
