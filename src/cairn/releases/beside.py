"""What is out of the same outcomes: for the check, which attacks it too, and for the rules."""

from collections.abc import Iterable, Iterator

from django.utils import timezone

from cairn.releases.kept import Met
from cairn.releases.models import Release
from cairn.releases.protecting import Past
from cairn.rules.beside import NOTHING_BESIDE, Beside, Counted, Meeting, MetFact, OutFact
from cairn.warehouse import released
from cairn.warehouse.outcomes import catalogue, people_of
from cairn.warehouse.zones import FileRef, Storehouse


def earlier(release: Release) -> list[Release]:
    """What was already published of the people whom these outcomes count, even if it was withdrawn
    since: whoever kept a copy may compare the two."""
    rows = Release.objects.filter(published_at__isnull=False, pilot=release.pilot)
    rows = rows.exclude(pk=release.pk)
    wanted = _people(release)
    return [row for row in rows.order_by("-published_at") if wanted & _people(row)]


def past(releases: list[Release], store: Storehouse) -> list[Past]:
    """The same as the attacker has them: their tables and every number that the public got."""
    return [
        Past(_name(one), one.tables, released.read(store, FileRef.parse(one.released)).cells)
        for one in releases
    ]


def fact(release: Release) -> Beside:
    """What the rules ask about. Before a check nothing is counted, so nothing stands beside it."""
    if not release.certificate and not release.meets:
        return NOTHING_BESIDE
    return Beside(
        counts=_counts(release),
        out=out(earlier(release)),
        attacked=None if release.attacked is None else frozenset(map(str, release.attacked)),
        met=tuple(_met(release)),
    )


def out(releases: Iterable[Release]) -> tuple[OutFact, ...]:
    """Releases that came out, with what they count and of what they told a figure."""
    return tuple(OutFact(str(one.pk), _name(one), _counts(one), _figures(one)) for one in releases)


def kept(met: MetFact) -> Met:
    """What the check met, as the release keeps it."""
    return Met(
        outcome=met.outcome,
        school_year=met.school_year,
        how=met.how.value,
        releases=list(met.releases),
    )


def _met(release: Release) -> Iterator[MetFact]:
    for met in release.meets:
        title = catalogue()[met["outcome"]].title["en"]
        yield MetFact(title, met["school_year"], Meeting(met["how"]), tuple(met["releases"]))


def _name(release: Release) -> str:
    day = timezone.localdate(release.published_at) if release.published_at else ""
    return f"“{release.title}” ({day})"


def _counts(release: Release) -> frozenset[Counted]:
    """The people whom a release counts, and of which year."""
    return frozenset(
        (people_of(part["outcome"]), part["school_year"]) for part in release.certificate
    )


def _figures(release: Release) -> frozenset[Counted]:
    return frozenset(
        (part["outcome"], part["school_year"])
        for part in release.certificate
        if "statistic" in part
    )


def _people(release: Release) -> set[str]:
    return {people_of(outcome) for outcome in release.outcomes}
