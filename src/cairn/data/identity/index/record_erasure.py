"""Erase records completely: their keyed hashes and everything that points to them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cairn.data.identity.index.blocking_keys import remove_blocking_keys
from cairn.data.identity.models.clerical_review import (
    Question,
    QuestionRecord,
    Verdict,
    VerdictRecord,
)
from cairn.data.identity.models.match_history import FittedModel
from cairn.data.identity.models.person_index import Link, Record, SourceId, Statement
from cairn.data.identity.models.relationships import RelationshipVerdict, RelationshipVerdictRecord
from cairn.data.identity.relationships import relationship_update
from cairn.data.identity.storage.sql import IDENTITIES, as_value_set, split_batches


@transaction.atomic(using=IDENTITIES)
def erase_records(sources: Collection[str] | None) -> int:
    """Erase the records of these sources that no delivery mentions any more.

    Their links remain as the bare fact that a person had a record from a day to a day. A decision
    or a question without records on one side is deleted, and so are residences; the facts that
    rested on them go with the next `refresh_relationships`.

    Args:
        sources: slugs of organizations, or None for all.
    Returns:
        The number of erased records.
    """
    unstated = Record.objects.filter(~Exists(Statement.objects.filter(record=OuterRef("pk"))))
    if sources is not None:
        unstated = unstated.filter(source__in=sorted(sources))
    numbers = list(unstated.values_list("pk", flat=True))
    relationship_update.delete_record_residences(numbers)
    for batch in split_batches(numbers):
        Link.objects.filter(record__among=as_value_set(batch)).update(record=None)
        remove_blocking_keys(batch)
        for model in (VerdictRecord, QuestionRecord, RelationshipVerdictRecord):
            model.objects.filter(record__among=as_value_set(batch)).delete()
        Record.objects.filter(pk__among=as_value_set(batch)).delete()
    _delete_one_sided(Verdict.objects.all(), VerdictRecord.objects.all(), "verdict")
    _delete_one_sided(Question.objects.all(), QuestionRecord.objects.all(), "question")
    verdicts, verdict_records = (
        RelationshipVerdict.objects.all(),
        RelationshipVerdictRecord.objects.all(),
    )
    _delete_one_sided(verdicts.filter(guardian=0), verdict_records, "verdict")
    _delete_one_sided(verdicts, verdict_records, "verdict", sides=(0,))
    unused_ids = SourceId.objects.filter(~Exists(Record.objects.filter(source_id=OuterRef("pk"))))
    unused_ids.delete()
    if not Statement.objects.exists():
        FittedModel.objects.all().delete()
    return len(numbers)


def _delete_one_sided(
    rows: QuerySet[Any], side_rows: QuerySet[Any], name: str, *, sides: Iterable[int] = (0, 1)
) -> None:
    for side in sides:
        rows.filter(~Exists(side_rows.filter(**{name: OuterRef("pk"), "side": side}))).delete()
