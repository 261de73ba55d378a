"""How sure the index is of each person, kept as it is looked at; and the questions that follow."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final

from cairn.linkage.bulk import ask, insert, moment, next_id, tell, tell_each
from cairn.linkage.found import Found
from cairn.linkage.models import Gap, Question, QuestionRecord
from cairn.linkage.models.review import OPEN, STALE
from cairn.warehouse.person.doubt import Doubt, Kind, Pair, band, doubts, pair

WORTH: Final = 0.02
"""A question is asked where the index may be wrong with at least this chance."""


def keep(found: Found, before: Collection[str], at: datetime) -> dict[str, float | None]:
    """Keep the joints and gaps of every circle that was looked at, in the place of the old ones;
    the joint of each person (none of a single record), in bits.

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
    rows = ask("SELECT id, one_id, other_id, bits FROM linkage_gap WHERE one_id AMONG",
               {*before, *joint})  # fmt: skip
    held = {(one, other, bits): pk for pk, one, other, bits in rows}
    gone = [pk for gap, pk in held.items() if gap not in set(gaps)]
    tell("DELETE FROM linkage_gap WHERE id AMONG", gone)
    insert(Gap, ("one_id", "other_id", "bits"), [gap for gap in gaps if gap not in held])
    _ask(found, [doubt for doubt in every if doubt.chance >= WORTH], at)
    return joint


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
    held = dict(ask("SELECT id, joint FROM linkage_person WHERE id AMONG", joint))
    tell_each(
        "UPDATE linkage_person SET joint = %s WHERE id = %s",
        [(bits, person) for person, bits in joint.items() if held.get(person) != bits],
    )


def _ask(found: Found, every: Collection[Doubt], at: datetime) -> None:
    """The questions of these circles; earlier ones that nobody answered are asked no longer."""
    asked = {fingerprint(doubt.one, doubt.other): doubt for doubt in every}
    open_now = {
        sides: pk
        for pk, sides, state, sample in ask(_ABOUT, found.numbers)
        if state == OPEN and not sample
    }
    stale = [pk for sides, pk in open_now.items() if sides not in asked]
    tell("UPDATE linkage_question SET state = %s WHERE id AMONG", stale, STALE)
    rows = ask("SELECT sides, id, state FROM linkage_question WHERE sides AMONG", asked)
    known = {sides: (pk, state) for sides, pk, state in rows}
    # What was answered stays as it was asked: it says what the index thought then.
    tell_each(
        "UPDATE linkage_question SET joined = %s, bits = %s, band = %s, weight = %s, state = %s "
        "WHERE id = %s",
        [
            (d.kind is Kind.JOINED, d.bits, band(d.bits), d.weight, OPEN, pk)
            for d, (pk, state) in ((asked[sides], of) for sides, of in known.items())
            if state in (OPEN, STALE)
        ],
    )
    number_of = dict(zip(found.names, found.numbers, strict=True))
    new = {sides: doubt for sides, doubt in asked.items() if sides not in known}
    enter(new, number_of, at)


_ABOUT: Final = """
SELECT DISTINCT asked.id, asked.sides, asked.state, asked.sample FROM linkage_questionrecord side
JOIN linkage_question asked ON asked.id = side.question_id WHERE side.record_id AMONG
"""
"""No word of the state: for it a database would go through every open question of the index."""


def enter(
    new: dict[str, Doubt], number_of: dict[str, int], at: datetime, *, sample: bool = False
) -> None:
    """Enter questions by their fingerprints, with the records on both sides."""
    if not new:
        return
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
