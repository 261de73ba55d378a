"""What reviewers said of relationships and holds today, as words about people of the index."""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import product

from django.db.models import Q

from cairn.linkage.among import among
from cairn.linkage.bulk import batches, rows
from cairn.linkage.decided import sides
from cairn.linkage.models import RelationshipVerdict, RelationshipVerdictRecord
from cairn.linkage.models.kinship import NOT_RELATED
from cairn.linkage.whose import people_of, records_of
from cairn.warehouse.person.relations import Kin, Word


def words(people: Iterable[str]) -> list[Word]:
    """All that is said of any of these people, and of whom it is said beside them.

    "Are related" is said of the part of a person that has most of the records it names, "are not"
    of every part that has any of them (``RelationshipVerdict``).
    """
    return [
        word
        for verdict in RelationshipVerdict.objects.filter(pk__among=among(verdicts(people)))
        for word in _words(verdict)
    ]


def verdicts(people: Iterable[str]) -> set[int]:
    """The decisions that stand and speak of a record of these people, or of one with its id."""
    if not rows("SELECT 1 FROM linkage_relationshipverdict WHERE undone_at IS NULL LIMIT 1"):
        return set()
    found: set[int] = set()
    for batch in batches(records_of(people)):
        mine = RelationshipVerdictRecord.objects.filter(verdict__undone_at__isnull=True).filter(
            Q(record__among=among(batch)) | Q(record__source_id__records__among=among(batch))
        )
        found.update(mine.values_list("verdict_id", flat=True))
    return found


def _words(verdict: RelationshipVerdict) -> list[Word]:
    named = sides(verdict)
    whose = people_of(named[0] | named[1])
    parts = [sorted((n, whose[n]) for n in side if n in whose) for side in named]
    if verdict.guardian:
        ones = sorted({person for _number, person in parts[0]})
        return [
            Word(verdict.pk, None, one, "", verdict.at, guardian=verdict.guardian) for one in ones
        ]
    no = verdict.kind == NOT_RELATED
    kind = None if no else Kin(verdict.kind)
    both = [_every(part) if no else _most(part) for part in parts]
    return [
        Word(verdict.pk, kind, one, other, verdict.at)
        for one, other in product(*both)
        if one != other
    ]


def _every(part: Collection[tuple[int, str]]) -> list[str]:
    return sorted({person for _number, person in part})


def _most(part: Collection[tuple[int, str]]) -> list[str]:
    """The person with most of these records; of two with as many, the one with the oldest."""
    return [person for person, _often in Counter(p for _number, p in part).most_common(1)]
