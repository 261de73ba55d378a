"""Signs that a person of the index is more than one child. Each says what a data manager can do."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from cairn.warehouse.person.doubt import BANDS, Pair, pair
from cairn.warehouse.person.joining import joined

MOST_IDS: Final = 2
"""So many ids of one source may be one child's: one of them was given anew."""
MOST_RECORDS: Final = 12
SURE: Final = BANDS[-1]
"""So many bits of evidence need no second record that says the same."""
_LITTLE: Final = 4.0
"""So many bits between the parts, in all, must speak against one child. Whoever is held together by
one record against less is asked about in the queue of questions."""
DOUBTED: Final = 6.0
"""Where what joins a person is worth as many bits or more, many ids, two birth dates or two ids
of the state are mistakes or habits of sources, not two children: in five invented communities 75 of
the 80 people who were two and had a sign were held together by less, and one of eight of those who
had a sign and were one (``benchmarks/linkage/trusted.py``). Not so homes too far apart
(``far_apart``): two children far from each other are joined because name and birth date alone are
worth so much."""
_YEARS_APART: Final = 2
_OLDEST: Final = 30


class Alarm(StrEnum):
    """What is wrong; the page says it in words."""

    MANY_IDS = "many_ids"
    MANY_RECORDS = "many_records"
    BIRTH_DATES = "birth_dates"
    DEATH_DATES = "death_dates"
    STATE_IDS = "state_ids"
    FAR_APART = "far_apart"
    AGE = "age"
    HUB = "hub"


_ALWAYS: Final = frozenset({Alarm.AGE, Alarm.DEATH_DATES})
"""What is wrong however surely it is one child. Deaths are few: to look at each that two sources
date differently costs little, and a child who lives may be taken for one who died."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What an alarm looks at in one record."""

    record: str
    source: str
    local_id: str | None
    state_id: str | None
    birth_date: date | None
    death_date: date | None
    since: date


def alarms(seen: Sequence[Seen], joint: float | None = None) -> frozenset[Alarm]:
    """What speaks against these records being one child, whom evidence of ``joint`` bits holds
    together where it does least (none: nothing was weighed)."""
    found = frozenset(_alarms(seen))
    return found if joint is None or joint < DOUBTED else found & _ALWAYS


def _alarms(seen: Sequence[Seen]) -> Iterator[Alarm]:
    ids: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        if one.local_id:
            ids[one.source].add(one.local_id)
    if any(len(of_source) > MOST_IDS for of_source in ids.values()):
        yield Alarm.MANY_IDS
    if len(seen) > MOST_RECORDS:
        yield Alarm.MANY_RECORDS
    if _unlike({one.state_id for one in seen if one.state_id}):
        yield Alarm.STATE_IDS
    deaths = {one.death_date for one in seen if one.death_date}
    if any(_two_deaths(one, other) for one, other in combinations(sorted(deaths), 2)):
        yield Alarm.DEATH_DATES
    yield from _of_birth(seen, deaths)


def _unlike(ids: Iterable[str]) -> bool:
    """Whether two of these ids are more than a slip apart: a digit that was mistyped, left out or
    exchanged with the next is nobody's second id."""
    return any(
        DamerauLevenshtein.distance(one, other, score_cutoff=1) > 1
        for one, other in combinations(sorted(ids), 2)
    )


def _two_deaths(one: date, other: date) -> bool:
    """Whether two dates cannot be of one death: they are more than a mistyped digit apart, than day
    and month exchanged, or than the day after, on which a death at night is often put down."""
    exchanged = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    next_day = abs((one - other).days) == 1
    return not exchanged and not next_day and _unlike([one.isoformat(), other.isoformat()])


def _of_birth(seen: Sequence[Seen], deaths: Collection[date]) -> Iterator[Alarm]:
    """What birth dates say against each other, against records and against a death.

    Records that arrive after a death say nothing: rosters of earlier years come late, a source that
    was not told goes on sending, and the day on which a child was taught never enters linkage.
    """
    said = Counter(one.birth_date for one in seen if one.birth_date)
    often = [day for day, times in said.items() if times > 1]
    years = [day.year for day in said]
    if len(often) > 1 or (years and max(years) - min(years) > _YEARS_APART):
        yield Alarm.BIRTH_DATES
    ages = [one.since.year - one.birth_date.year for one in seen if one.birth_date]
    unborn = any(one.birth_date and one.birth_date > one.since for one in seen)
    gone = bool(said) and bool(deaths) and max(said) > min(deaths)
    if unborn or gone or (ages and max(ages) > _OLDEST):
        yield Alarm.AGE


def hubs(records: Iterable[str], evidence: Mapping[Pair, float], threshold: float) -> list[str]:
    """Records that alone hold the others together: without one, strong evidence ends, and what
    there is between the parts speaks against one child.

    A little against it is what a record says that leaves most fields empty, and no sign: neither
    below ``_LITTLE`` bits in all, nor where the one between is surely each part's. Much against it
    always is one.
    """
    known = sorted(records)
    return [record for record in known if _is_hub(record, known, evidence, threshold)]


def _is_hub(
    record: str, records: Sequence[str], evidence: Mapping[Pair, float], threshold: float
) -> bool:
    rest = [other for other in records if other != record]
    among = {two: bits for two, bits in evidence.items() if record not in two}
    part = joined(rest, [two for two, bits in among.items() if bits >= threshold])
    tie: dict[str, float] = {}
    for other in rest:
        bits = evidence.get(pair(record, other), 0.0)
        tie[part[other]] = max(bits, tie.get(part[other], bits))
    between = [
        (bits, min(tie[part[a]], tie[part[b]]))
        for (a, b), bits in among.items()
        if part[a] != part[b]
    ]
    unsure = sum(bits for bits, held in between if bits < 0 and held < SURE)
    return unsure <= -_LITTLE or any(bits <= -SURE for bits, _held in between)
