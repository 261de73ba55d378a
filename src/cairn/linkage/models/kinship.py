"""Who lives with whom, as facts: what records state of a home, what reviewers say, what follows."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cairn.linkage.models.people import Person, Record
from cairn.warehouse.person.relations import Kin

NOT_RELATED = "none"
GUARDIAN = Kin.GUARDIAN.value
KINS = {
    Kin.GUARDIAN: _("guardian"),
    Kin.TWIN: _("twin"),
    Kin.SIBLING: _("brother or sister"),
    Kin.HOUSEHOLD: _("one household"),
}
WORDS = [
    *((kin.value, said) for kin, said in KINS.items() if kin is not Kin.GUARDIAN),
    (NOT_RELATED, _("not related")),
]
"""What a reviewer can say of two people."""


class Stay(models.Model):
    """What one delivery states of one record's home, from when until when.

    Sealed: birth date, surnames, names of guardians, and keyed hashes of addresses. It outlives its
    statement where a newer delivery took the place of its own, so that "until when" is known; it
    goes with a delivery that is withdrawn or destroyed. `delivery` is 0 for what was typed in.
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
    """A keyed hash (64 bits) of an address or a guardian of a stay: by it two stays meet."""

    pk = models.CompositePrimaryKey("value", "stay_id")
    value = models.BigIntegerField()
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="keys")

    def __str__(self) -> str:
        return f"{self.value:x}"


class Relationship(models.Model):
    """One fact: what two people of the index are to each other, or an adult to one of them.

    It follows from stays, links and reviewers' words alone, and is made anew for whomever one of
    these touched (`kinship.refresh`): when people merge, it is a fact of the one who stays; when
    they are parted, it goes with the records that it rests on. `one` is the smaller id of two
    people. `guardian` is the keyed hash of an adult's name, which is sealed, and 0 where `other`
    stands. `until` is empty while it holds. `sources` are the organizations whose records state
    it, `grounds` what it rests on; `verdict` the reviewer's decision that made, named or ended it.
    """

    kind = models.CharField(max_length=9, choices=[(kin.value, said) for kin, said in KINS.items()])
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
    """A reviewer's word: these two are related, so; or they are not; or an adult is a guardian, or
    is none.

    It speaks of records, as a `Verdict` does, and so survives re-linkage and merges. When a person
    is parted after it was said, "are related" goes with the part that has most of the records that
    it names (of two with as many: the part with the oldest record), since it was said of one
    child; "are not related" goes with every part that has any of them. Each errs toward telling
    less. Where both are said of two people after a merge, "not related" holds. It is taken back by
    a later hand, never changed. `since` and `until`: for what time it is said that they are (empty:
    from when it was said; still). A guardian's name is sealed, as in `Relationship`.
    """

    kind = models.CharField(
        max_length=9,
        choices=[*WORDS, (GUARDIAN, KINS[Kin.GUARDIAN])],
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
    """A record on one side of such a word; of a guardian, all stand on side 0."""

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
    """Somebody whose relationships are to be looked at again: her records, or whose they are,
    changed. So a child who is typed in waits for none of it. `since`: from when on what is kept of
    her may be out of date."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.person_id
