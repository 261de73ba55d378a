"""The simulator: if this agreement lapses on that day, what stops, and what begins?"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from cairn.deadlines.uses import agreements, uses
from cairn.retention import facts as retention
from cairn.retention import keepers
from cairn.retention.models import DestructionRun
from cairn.retention.queries import standing_demands
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import may_view_agreement
from cairn.rules.duty import DutyFact, Holding, duties
from cairn.rules.lapse import Agreements, Stop, lapsed, stops


@dataclass(frozen=True, slots=True)
class Lapse:
    """What would follow from one agreement's end.

    ``destroyed`` are duties to destroy that begin with it or come earlier by it; ``resting`` names
    the agreements that rest on it.
    """

    agreement: Agreement
    on: date
    stopped: tuple[Stop, ...]
    going_on: int
    destroyed: tuple[DutyFact, ...]
    resting: tuple[str, ...]


def choices(who: Actor, on: date) -> list[Agreement]:
    """The agreements about which this person may ask."""
    known = agreements(on)
    return [one for one in known.values() if may_view_agreement(one, who, on).allowed]


def simulate(who: Actor, reference: str, ends: date, today: date) -> Lapse | None:
    """What stops if an agreement no longer counts from ``ends`` on; ``None`` if there is no such
    agreement. Raises `Refused` for one that this person may not read."""
    known = agreements(ends)
    chosen = known.get(reference)
    if chosen is None:
        return None
    may_view_agreement(chosen, who, today).require()
    every = uses(known, ends)
    stopped = stops(every, known, reference, ends)
    return Lapse(
        agreement=chosen,
        on=ends,
        stopped=stopped,
        going_on=sum(use.ask(known, ends).allowed for use in every) - len(stopped),
        destroyed=_destroyed(known, reference, ends),
        resting=tuple(sorted(n for n, one in known.items() if _rests(one, reference))),
    )


def _destroyed(known: Agreements, reference: str, ends: date) -> tuple[DutyFact, ...]:
    """The duties that are other ones with the agreement ended; what somebody has set about
    already goes its own way."""
    begun = {name for row in DestructionRun.objects.all() for name in row.references}
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in keepers.holdings():
        if holding.reference not in begun:
            held[holding.agreement].append(holding)
    demands = [retention.demand(row) for row in standing_demands()]
    revoked = retention.revocations()
    without = lapsed(known, reference, ends)
    # Asked for the day after, on which its end is past.
    found: list[DutyFact] = []
    for name in sorted(held.keys() & known.keys()):
        now = duties(known[name], held[name], demands, ends, revoked)
        then = duties(without[name], held[name], demands, _after(ends), revoked)
        found += [duty for duty in then if duty not in now]
    return tuple(found)


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def _rests(agreement: Agreement, reference: str) -> bool:
    return any(one.reference == reference or _rests(one, reference) for one in agreement.above)
