"""Count the children who take part in programs, each once, after records were matched."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from math import ceil, floor
from typing import Final

from django.utils.translation import gettext as _

from cairn.data.identity.models.linkage_runs import LinkageRun
from cairn.data.identity.models.person_index import Link
from cairn.data.identity.queries.linkage_quality import LinkageQuality
from cairn.data.intake.api import list_current_deliveries, load_agreement_by_reference
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables import ALL, CellCounts, SuppressionRule, TableRequest

__all__ = ["ParticipantCounts", "count_program_participants"]

_ROSTER: Final = "participation"
_ATTENDANCE: Final = "session_attendance"
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class ParticipantCounts:
    """Children in programs in one period, each counted once, after disclosure control.

    Attributes:
        period: the period, such as "2025-26".
        organizations: number of organizations that delivered records of their programs.
        people: number of different children; None if it is suppressed.
        by_number: for each number of organizations, how many children take part in programs of so
            many; None where it is suppressed.
        minimum: the smallest number of children that is shown.
        interval: lowest and highest number that are likely; None if the number is suppressed, or
            before enough questions of the sample are answered.
    """

    period: str
    organizations: int
    people: int | None
    by_number: tuple[tuple[str, int | None], ...]
    minimum: int
    interval: tuple[int, int] | None


def estimate_interval(
    people: int | None, run: LinkageRun, accuracy: LinkageQuality
) -> tuple[int, int] | None:
    """Estimate how many children there are, from the accuracy of the reviewed sample.

    The estimate for all people of a run is scaled to these: their records are taken to be matched
    as well as all others.

    Args:
        people: the number counted; None if it is suppressed.
        run: the run.
        accuracy: its accuracy.

    Returns:
        Lowest and highest likely number; None without an estimate.
    """
    if people is None or accuracy.right is None or not run.people:
        return None
    low, high = (people * n / run.people for n in (accuracy.people_low, accuracy.people_high))
    return floor(low), ceil(high)


def count_program_participants(
    run: LinkageRun, accuracy: LinkageQuality
) -> list[ParticipantCounts]:
    """Count the different children in programs by period, and suppress small numbers.

    A child is one person of the newest matching, whichever organizations have a record. Of an
    organization that delivered rosters only those count: a name misspelled on a sign-in sheet,
    without a birth date, would be one child more. The smallest number that is shown is the
    strictest of all agreements under which the records came, the same in each period.

    Args:
        run: the newest run.
        accuracy: its accuracy.

    Returns:
        The counts, the newest period first; none before the first delivery of a program.
    """
    periods: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    real = [row for row in list_current_deliveries() if not row.synthetic]
    rosters = {(row.organization, row.period) for row in real if row.record == _ROSTER}
    for delivery in real:
        has_roster = (delivery.organization, delivery.period) in rosters
        if delivery.record == (_ROSTER if has_roster else _ATTENDANCE):
            origin = (delivery.delivery, delivery.organization, delivery.agreement)
            periods[delivery.period].append(origin)
    references = {origin[2] for origins in periods.values() for origin in origins}
    terms = [load_agreement_by_reference(reference) for reference in references]
    minimum = max((row.disclosure.minimum_cell for row in terms), default=0)
    return [
        _count_period(period, periods[period], minimum, run, accuracy)
        for period in sorted(periods, reverse=True)
    ]


def _count_period(
    period: str,
    deliveries: Collection[tuple[int, str, str]],
    minimum: int,
    run: LinkageRun,
    accuracy: LinkageQuality,
) -> ParticipantCounts:
    numbers, organizations = ({origin[part] for origin in deliveries} for part in (0, 1))
    links = Link.objects.filter(until=None, record__statements__delivery__in=numbers)
    pairs = set(links.order_by().values_list("person", "record__source"))
    programs = Counter(Counter(person for person, _source in pairs).values())
    counts = dict.fromkeys(range(1, _MOST + 1), 0)
    for number, people in programs.items():
        counts[min(number, _MOST)] += people
    published = protect_tables(
        TableRequest(
            CellCounts(("organizations",), {(str(key),): count for key, count in counts.items()}),
            (("organizations",),),
        ),
        SuppressionRule(minimum=minimum),
    )
    shown = {cell.key[0]: cell.n for cell in published.cells}
    labels = {"1": _("1 organization"), "2": _("2 organizations"), "3": _("3 or more")}
    return ParticipantCounts(
        period,
        len(organizations),
        shown[ALL],
        tuple((label, shown[key]) for key, label in labels.items()),
        minimum,
        estimate_interval(shown[ALL], run, accuracy),
    )
