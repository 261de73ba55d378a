"""Records of which nothing may be left: their keyed hashes go, and whatever points to them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cairn.linkage import kinship
from cairn.linkage.among import among
from cairn.linkage.bulk import IDENTITIES, batches
from cairn.linkage.meeting_keys import take_back
from cairn.linkage.models import (
    FittedModel,
    Link,
    Question,
    QuestionRecord,
    Record,
    RelationshipVerdict,
    RelationshipVerdictRecord,
    SourceId,
    Statement,
    Verdict,
    VerdictRecord,
)


@transaction.atomic(using=IDENTITIES)
def forget(sources: Collection[str] | None) -> int:
    """Forget the records of these sources (none given: of all) of which nothing is said any more.

    Their links stay as the bare fact that a person had a record from a day to a day. A decision
    or a question with nobody left on one side goes, and what they stated of homes; the facts that
    rested on it go with the next `kinship.refresh`. How many records were forgotten.
    """
    silent = Record.objects.filter(~Exists(Statement.objects.filter(record=OuterRef("pk"))))
    if sources is not None:
        silent = silent.filter(source__in=sorted(sources))
    numbers = list(silent.values_list("pk", flat=True))
    kinship.leave(numbers)
    for batch in batches(numbers):
        Link.objects.filter(record__among=among(batch)).update(record=None)
        take_back(batch)
        for model in (VerdictRecord, QuestionRecord, RelationshipVerdictRecord):
            model.objects.filter(record__among=among(batch)).delete()
        Record.objects.filter(pk__among=among(batch)).delete()
    _one_sided(Verdict.objects.all(), VerdictRecord.objects.all(), "verdict")
    _one_sided(Question.objects.all(), QuestionRecord.objects.all(), "question")
    words, of = RelationshipVerdict.objects.all(), RelationshipVerdictRecord.objects.all()
    _one_sided(words.filter(guardian=0), of, "verdict")
    _one_sided(words, of, "verdict", sides=(0,))
    nobody = SourceId.objects.filter(~Exists(Record.objects.filter(source_id=OuterRef("pk"))))
    nobody.delete()
    if not Statement.objects.exists():
        FittedModel.objects.all().delete()
    return len(numbers)


def _one_sided(
    rows: QuerySet[Any], of: QuerySet[Any], name: str, *, sides: Iterable[int] = (0, 1)
) -> None:
    for side in sides:
        rows.filter(~Exists(of.filter(**{name: OuterRef("pk"), "side": side}))).delete()
