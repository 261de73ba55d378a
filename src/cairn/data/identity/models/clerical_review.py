"""Define clerical review: questions for reviewers, answers, and the decisions that follow."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.data.identity.models.person_index import Record

ALWAYS, NEVER = "always", "never"
SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
OPEN, ANSWERED, STALE = "open", "answered", "stale"


class Verdict(models.Model):
    """A reviewer's decision that holds regardless of the evidence: always, or never, one child.

    It can be undone, but never changed.
    """

    kind = models.CharField(
        max_length=6,
        choices=((ALWAYS, _("always the same student")), (NEVER, _("never the same student"))),
    )
    why = models.TextField(blank=True)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=254)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


class VerdictRecord(models.Model):
    """A record that a decision is about; for *never*, one side against the other.

    It includes every record that shares the record's ID at its source, so that the decision still
    holds when a name is corrected, unless records with that ID are on both sides.
    """

    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, related_name="records")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="verdicts")
    side = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["verdict", "record"], name="linkage_on_one_side"),
        )

    def __str__(self) -> str:
        return f"side {self.side} of {self.verdict}"


class Question(models.Model):
    """Two groups of records: are they one child? `joined` is the current answer of the index.

    `sides` is a hash of the records on each side, so that no question is asked twice. A question of
    a `sample` was drawn at random within its band of evidence and measures the accuracy of linkage.
    """

    sides = models.CharField(max_length=64, unique=True)
    joined = models.BooleanField()
    bits = models.FloatField()
    band = models.SmallIntegerField()
    weight = models.FloatField()
    sample = models.BooleanField(default=False)
    wanted = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(
        max_length=8,
        choices=((OPEN, _("open")), (ANSWERED, _("answered")), (STALE, _("closed"))),
        default=OPEN,
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-weight", "pk")
        indexes = (models.Index(fields=["state", "-weight"], name="linkage_questions_waiting"),)

    def __str__(self) -> str:
        return f"question {self.pk}"


class QuestionRecord(models.Model):
    """A record on one side of a question."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="records")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="questions")
    side = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"side {self.side} of {self.question}"


class Answer(models.Model):
    """The answer of one reviewer. Another reviewer does not see it before answering."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    said = models.CharField(
        max_length=9,
        choices=(
            (SAME, _("Same student")),
            (DIFFERENT, _("Different students")),
            (UNSURE, _("Not sure")),
        ),
    )
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=254)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    verdict = models.ForeignKey(
        Verdict, on_delete=models.SET_NULL, null=True, blank=True, related_name="answers"
    )

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["question", "by_id"],
                condition=models.Q(undone_at__isnull=True),
                name="linkage_one_answer_a_reviewer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_said_display()} to {self.question}"
