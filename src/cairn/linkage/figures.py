"""The index in numbers: how many records of whom are how many people. No person, no name."""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from django.db.models import Count

from cairn.linkage.models import Link, Sign, Verdict


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one moment: people by number of sources; records and people of each source.
    ``named``: the people of whom a record came in the clear."""

    records: int
    people: int
    named: int
    sources_a_person: dict[str, int]
    by_source: dict[str, list[int]]


def of_index() -> Figures:
    """The counts of what stands now."""
    standing = Link.objects.filter(until__isnull=True)
    sources = Counter(
        standing.values("person")
        .annotate(n=Count("record__source", distinct=True))
        .values_list("n", flat=True)
    )
    by_source = {
        row["record__source"]: [row["n"], row["people"]]
        for row in standing.values("record__source")
        .annotate(n=Count("pk"), people=Count("person", distinct=True))
        .order_by("record__source")
    }
    return Figures(
        records=sum(records for records, _ in by_source.values()),
        people=sources.total(),
        named=standing.filter(record__mark="").values("person").distinct().count(),
        sources_a_person={str(n): people for n, people in sorted(sources.items())},
        by_source=by_source,
    )


def signs() -> dict[str, int]:
    """Alarm → how many people of the index it is raised of."""
    rows = Sign.objects.values("alarm").annotate(n=Count("pk")).order_by("-n", "alarm")
    return {row["alarm"]: row["n"] for row in rows}


def decisions() -> str:
    """Names the decisions of reviewers that stand now."""
    standing = Verdict.objects.filter(undone_at__isnull=True).order_by("pk")
    text = " ".join(map(str, standing.values_list("pk", flat=True)))
    return sha256(text.encode()).hexdigest()
