"""A sample of joints and gaps, drawn at random within each band of evidence, for reviewers.

A few hundred answers then say how right the index is as a whole (`warehouse.person.estimate`).
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Round

from cairn.linkage import matching
from cairn.linkage.models import Gap, Link, Person, Question
from cairn.linkage.models.review import ANSWERED, DIFFERENT, OPEN, SAME
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import said_of
from cairn.linkage.uncertain import enter, fingerprint
from cairn.warehouse.linking.few import Few
from cairn.warehouse.linking.model import Model
from cairn.warehouse.person.calibration import Curve, Histogram, learned, with_never_met
from cairn.warehouse.person.doubt import BANDS, Doubt, Kind, doubts, pair
from cairn.warehouse.person.estimate import Band, Total

A_BAND: Final = 12
"""Questions of one band in one draw."""
_EVEN: Final = 0.5


def curves() -> dict[Kind, Curve]:
    """How often so much evidence is wrong, as the answers have it."""
    told: dict[Kind, list[tuple[float, bool]]] = {kind: [] for kind in Kind}
    for row, mistaken in answers():
        told[kind_of(row)].append((row.bits, mistaken))
    return {kind: learned(kind, said) for kind, said in told.items()}


def bands(by: Mapping[Kind, Curve]) -> list[Band]:
    """Every band of joints and of gaps, and what reviewers said of its sample; ``by``: how often
    so much evidence is wrong."""
    reviewed: Counter[tuple[Kind, int]] = Counter()
    wrong: Counter[tuple[Kind, int]] = Counter()
    for row, mistaken in answers():
        reviewed[kind_of(row), row.band] += 1
        wrong[kind_of(row), row.band] += mistaken
    found = []
    for kind in Kind:
        for number in range(len(BANDS) + 1):
            held = _histogram(kind, _population(kind, number))
            seen, population = reviewed[kind, number], sum(held.values())
            if population or seen:
                chance = by[kind].total(held).value / population if population else _EVEN
                found.append(Band(kind, number, population, seen, wrong[kind, number], chance))
    return found


def totals(by: Mapping[Kind, Curve], beyond: Histogram) -> dict[Kind, Total]:
    """How many joints and gaps of the index are wrong; ``beyond``: gaps about which nobody is
    asked, since they lie between two circles."""
    wrong = by[Kind.JOINED].total(_histogram(Kind.JOINED, joints()))
    gaps = Counter(_histogram(Kind.APART, Gap.objects.all()))
    gaps.update(beyond)
    return {Kind.JOINED: wrong, Kind.APART: with_never_met(by[Kind.APART].total(gaps))}


def _histogram(kind: Kind, rows: QuerySet[Person] | QuerySet[Gap]) -> dict[float, int]:
    """Bits to the half → how many have so many."""
    name = "joint" if kind is Kind.JOINED else "bits"
    halves = rows.annotate(half=Round(F(name) * 2)).values("half").annotate(n=Count("pk"))
    return {row["half"] / 2: row["n"] for row in halves.order_by("half")}


def draw(sealer: Sealer, at: datetime, chance: random.Random) -> int:
    """Draws more questions of every band; how many are new."""
    fitted = matching.fitted(sealer)
    if fitted is None:
        return 0
    new: dict[str, Doubt] = {}
    number_of: dict[str, int] = {}
    for kind in Kind:
        for number in range(len(BANDS) + 1):
            rows: list[str | int] = list(_population(kind, number).values_list("pk", flat=True))
            for pk in chance.sample(rows, min(A_BAND, len(rows))):
                doubt, numbers = _doubt(kind, pk, sealer, fitted.model)
                if doubt is not None:
                    new[fingerprint(doubt.one, doubt.other)] = doubt
                    number_of |= numbers
    known = Question.objects.filter(sides__in=list(new))
    # Some are asked already, because they are doubtful: they may as well be of the sample.
    drawn = known.filter(sample=False, state=OPEN).update(sample=True)
    for sides in known.values_list("sides", flat=True):
        del new[sides]
    enter(new, number_of, at, sample=True)
    return drawn + len(new)


def joints() -> QuerySet[Person]:
    """People whose records hold together somewhere."""
    return Person.objects.filter(joint__isnull=False)


def _population(kind: Kind, number: int) -> QuerySet[Person] | QuerySet[Gap]:
    name = "joint" if kind is Kind.JOINED else "bits"
    edges = {}
    if number:
        edges[f"{name}__gte"] = BANDS[number - 1]
    if number < len(BANDS):
        edges[f"{name}__lt"] = BANDS[number]
    if kind is Kind.JOINED:
        return joints().filter(**edges)
    return Gap.objects.filter(**edges)


def _doubt(
    kind: Kind, pk: str | int, sealer: Sealer, model: Model
) -> tuple[Doubt | None, dict[str, int]]:
    """The joint of a person, or the gap with this number, as the evidence has it now."""
    if kind is Kind.JOINED:
        people = [str(pk)]
    else:
        people = list(Gap.objects.filter(pk=pk).values_list("one_id", "other_id")[0])
    records = {person: _records(person) for person in people}
    numbers = {key: number for held in records.values() for key, number in held.items()}
    few = Few(model)
    few.add(said_of(sorted(numbers.values()), sealer))
    names = sorted(few.keys())
    found = few.compared(names, names).pairs
    bits = {
        pair(names[a], names[b]): weight
        for a, b, weight in zip(*(column.tolist() for column in found), strict=True)
    }
    groups = [frozenset(held) for held in records.values()]
    told = (doubt for doubt in doubts(groups, bits) if doubt.kind is kind)
    return next(told, None), numbers


def _records(person: str) -> dict[str, int]:
    rows = Link.objects.filter(person=person, until__isnull=True)
    return dict(rows.values_list("record__key", "record_id"))


def answers() -> Iterator[tuple[Question, bool]]:
    """Every answered question of a sample, and whether the index was wrong about it."""
    rows = Question.objects.filter(sample=True, state=ANSWERED).prefetch_related("answers")
    for row in rows:
        said = [a.said for a in row.answers.all() if a.undone_at is None]
        votes = said.count(SAME) - said.count(DIFFERENT)
        if votes:
            yield row, (votes > 0) != row.joined


def kind_of(row: Question) -> Kind:
    """What the index took the two sides for."""
    return Kind.JOINED if row.joined else Kind.APART
