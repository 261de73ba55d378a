"""What reviewers said of relationships and holds today, as words about people of the index."""

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import product

from django.db.models import Q

from cairn.intake.storehouse import key_ring
from cairn.linkage.among import among
from cairn.linkage.bulk import batches, rows
from cairn.linkage.decided import sides
from cairn.linkage.models import (
    Relationship,
    RelationshipVerdict,
    RelationshipVerdictRecord,
)
from cairn.linkage.models.kinship import NOT_RELATED
from cairn.linkage.sealing import Sealer
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
    no = verdict.kind == NOT_RELATED
    kind = None if no else Kin(verdict.kind)
    ones, others = (_every(part) if no else _most(part) for part in parts)
    return [
        Word(
            verdict.pk, kind, one, other, verdict.at, verdict.guardian, name_of(verdict),
            verdict.since, verdict.until,
        )
        for one, other in product(ones, [""] if verdict.guardian else others)
        if one != other
    ]  # fmt: skip


def name_of(said: Relationship | RelationshipVerdict) -> str:
    """The name of the guardian that a fact or a word is about, as words in order; of none, none."""
    sealed = bytes(said.sealed)
    if not sealed:
        return ""
    return Sealer(key_ring()).unseal(_bound_to(said.guardian), sealed).decode()


def sealed_name(guardian: int, name: str, sealer: Sealer) -> bytes:
    """The same, sealed; of no name, nothing."""
    return sealer.seal(_bound_to(guardian), name.encode()) if name else b""


def _bound_to(guardian: int) -> str:
    """What the seal of a guardian's name is bound to."""
    return f"guardian {guardian}"


def _every(part: Collection[tuple[int, str]]) -> list[str]:
    return sorted({person for _number, person in part})


def _most(part: Collection[tuple[int, str]]) -> list[str]:
    """The person with most of these records; of two with as many, the one with the oldest."""
    return [person for person, _often in Counter(p for _number, p in part).most_common(1)]
