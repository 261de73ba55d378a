"""Count the records and people of the index by source. No person, no name."""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count

from cairn.data.identity.models.clerical_review import Verdict
from cairn.data.identity.models.match_history import Sign
from cairn.data.identity.models.person_index import Link


@dataclass(frozen=True, slots=True)
class IndexCounts:
    """Counts at one time: people by number of sources; records and people of each source.

    `named`: the people with at least one record that has names.
    """

    records: int
    people: int
    named: int
    sources_a_person: dict[str, int]
    by_source: dict[str, list[int]]


def count_index() -> IndexCounts:
    """Count the current links of the index.

    Returns:
        The counts.
    """
    current_links = Link.objects.filter(until__isnull=True)
    sources = Counter(
        current_links.values("person")
        .annotate(n=Count("record__source", distinct=True))
        .values_list("n", flat=True)
    )
    by_source = {
        row["record__source"]: [row["n"], row["people"]]
        for row in current_links.values("record__source")
        .annotate(n=Count("pk"), people=Count("person", distinct=True))
        .order_by("record__source")
    }
    return IndexCounts(
        records=sum(records for records, _ in by_source.values()),
        people=sources.total(),
        named=current_links.filter(record__mark="").values("person").distinct().count(),
        sources_a_person={
            str(source_count): people for source_count, people in sorted(sources.items())
        },
        by_source=by_source,
    )


def count_overlink_flags() -> dict[str, int]:
    """Count for each overlink flag the people with it.

    Returns:
        Flag to number of people.
    """
    rows = Sign.objects.values("alarm").annotate(n=Count("pk")).order_by("-n", "alarm")
    return {row["alarm"]: row["n"] for row in rows}


def hash_current_decisions() -> str:
    """Compute a hash that identifies the reviewers' decisions now in force.

    Returns:
        64 hexadecimal digits.
    """
    current_verdicts = Verdict.objects.filter(undone_at__isnull=True).order_by("pk")
    text = " ".join(map(str, current_verdicts.values_list("pk", flat=True)))
    return sha256(text.encode()).hexdigest()
