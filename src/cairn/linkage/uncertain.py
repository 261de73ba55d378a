"""How sure the index is of each person, kept as it is looked at; and the questions that follow."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import connections

from cairn.linkage.among import among
from cairn.linkage.bulk import IDENTITIES, batches, insert, moment, next_id
from cairn.linkage.found import Found
from cairn.linkage.models import Gap, Person, Question, QuestionRecord
from cairn.linkage.models.review import OPEN, STALE
from cairn.warehouse.person.doubt import Doubt, Kind, Pair, band, doubts, pair

WORTH: Final = 0.02
"""A question is asked where the index may be wrong with at least this chance."""


def keep(found: Found, before: Collection[str], at: datetime) -> None:
    """Keep the joints and gaps of every circle that was looked at, in the place of the old ones.

    ``before``: the people who stood there until now.
    """
    person_of = dict(zip(found.names, found.people, strict=True))
    every = [doubt for people, bits in _circles(found) for doubt in doubts(people, bits)]
    joint: dict[str, float | None] = dict.fromkeys(found.people)
    gaps = []
    for doubt in every:
        one, other = person_of[min(doubt.one)], person_of[min(doubt.other)]
        if doubt.kind is Kind.JOINED:
            joint[one] = doubt.bits
        else:
            gaps.append((one, other, doubt.bits))
    _joints(joint)
    for batch in batches(sorted({*before, *joint})):
        Gap.objects.filter(one__among=among(batch)).delete()
    insert(Gap, ("one_id", "other_id", "bits"), gaps)
    _ask(found, [doubt for doubt in every if doubt.chance >= WORTH], at)


def fingerprint(one: Iterable[str], other: Iterable[str]) -> str:
    """Names a question by who stands on which side, whichever side is named first."""
    sides = sorted(["\n".join(sorted(one)), "\n".join(sorted(other))])
    return sha256("\n\n".join(sides).encode()).hexdigest()


def evidence(found: Found) -> dict[int, dict[Pair, float]]:
    """Circle → the pairs of record keys in it that were compared, in bits."""
    between: dict[int, dict[Pair, float]] = defaultdict(dict)
    for a, b, bits in zip(*(column.tolist() for column in found.pairs), strict=True):
        between[found.circle[a]][pair(found.names[a], found.names[b])] = bits
    return between


def _circles(found: Found) -> Iterator[tuple[list[frozenset[str]], dict[Pair, float]]]:
    """The circles of more than one record."""
    groups: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, circle, group in zip(found.names, found.circle, found.group, strict=True):
        groups[circle][group].add(name)
    for circle, between in sorted(evidence(found).items()):
        yield [frozenset(group) for group in groups[circle].values()], between


def _joints(joint: dict[str, float | None]) -> None:
    table = connections[IDENTITIES].ops.quote_name(Person._meta.db_table)
    with connections[IDENTITIES].cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET joint = %s WHERE id = %s",  # noqa: S608
            [(bits, person) for person, bits in joint.items()],
        )


def _ask(found: Found, every: Collection[Doubt], at: datetime) -> None:
    """The questions of these circles; earlier ones that nobody answered are asked no longer."""
    asked = {fingerprint(doubt.one, doubt.other): doubt for doubt in every}
    for batch in batches(found.numbers):
        Question.objects.filter(
            state=OPEN, records__record__among=among(batch), sample=False
        ).update(state=STALE)
    known: dict[str, int] = {}
    for some in batches(sorted(asked)):
        known.update(Question.objects.filter(sides__among=among(some)).values_list("sides", "pk"))
    for sides, pk in known.items():
        doubt = asked[sides]
        # What was answered stays as it was asked: it says what the index thought then.
        Question.objects.filter(pk=pk, state__in=(OPEN, STALE)).update(
            joined=doubt.kind is Kind.JOINED,
            bits=doubt.bits,
            band=band(doubt.bits),
            weight=doubt.weight,
        )
        Question.objects.filter(pk=pk, state=STALE).update(state=OPEN)
    number_of = dict(zip(found.names, found.numbers, strict=True))
    new = {sides: doubt for sides, doubt in asked.items() if sides not in known}
    enter(new, number_of, at)


def enter(
    new: dict[str, Doubt], number_of: dict[str, int], at: datetime, *, sample: bool = False
) -> None:
    """Enter questions by their fingerprints, with the records on both sides."""
    numbered = list(enumerate(sorted(new), next_id(Question)))
    when = moment(at)
    insert(
        Question,
        ("id", "sides", "joined", "bits", "band", "weight", "sample", "wanted", "state", "made_at"),
        [
            (
                number,
                sides,
                new[sides].kind is Kind.JOINED,
                new[sides].bits,
                band(new[sides].bits),
                new[sides].weight,
                sample,
                _REVIEWERS_OF_SAMPLE if sample and number % _TWICE == 0 else 1,
                OPEN,
                when,
            )
            for number, sides in numbered
        ],
    )
    insert(
        QuestionRecord,
        ("question_id", "record_id", "side"),
        [
            (number, number_of[name], side)
            for number, sides in numbered
            for side, names in enumerate((new[sides].one, new[sides].other))
            for name in sorted(names)
        ],
    )


_REVIEWERS_OF_SAMPLE: Final = 2
_TWICE: Final = 4
"""Every fourth question of a sample is asked of two reviewers, to see how far they agree."""
