"""Publish outcomes as percentage bands: the larger the group, the narrower its band.

No numerator is published, and no size of a subgroup: a reader sees the band and its size class.
Groups under the minimum show nothing. Because a band leaves several numbers possible, a small
group seldom forces others to be withheld. Where it does, the attack (`audit.band_attack`) names
it, and the band of the group around it that counts the fewest students is made wider, until the
attack finds nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from math import inf

from cairn.sdc.audit import BandRelease, attack_bands, find_band_exposures
from cairn.sdc.contributors import CellContributor
from cairn.sdc.tables import (
    ALL,
    ANY_PERCENT,
    BAND_SCHEMES,
    RESULT,
    BandCertificate,
    BandExposure,
    BandPopulation,
    BandScheme,
    BandTables,
    CellCounts,
    Key,
    PublishedGroup,
    SuppressionRule,
    TableRequest,
    build_lattice,
)

__all__ = ["BandsExposedError", "build_band_population", "publish_bands"]

DEFAULT_SCHEME = BAND_SCHEMES["edfacts"]

HUNDRED_PERCENT = ANY_PERCENT[1]

MOST_WIDENED = 4
"""Bands around an exposed group that are tried, those of the smallest groups first."""


class BandsExposedError(RuntimeError):
    """Report that no wider bands protect a group: what is public already narrows it.

    Args:
        certificate: of the attack that failed. Keep it from the public.
    """

    def __init__(self, certificate: BandCertificate) -> None:
        super().__init__(
            f"The attack narrowed {len(certificate.exposures)} groups too far, and wider bands do "
            "not help: earlier releases narrow them. Leave out the tables that show these groups."
        )
        self.certificate = certificate


def publish_bands(
    request: TableRequest,
    rule: SuppressionRule,
    *,
    scheme: BandScheme = DEFAULT_SCHEME,
    contributors: Sequence[CellContributor] = (),
    earlier: Sequence[BandRelease] = (),
    name: str = "this release",
) -> BandTables:
    """Turn counts of outcomes into percentage bands that withstand every attacker.

    Args:
        request: the finest cells, with the outcome, and the tables to publish together.
        rule: the minimum of a group, and how many numbers must stay possible (`width_small`).
        scheme: the bands by group size.
        contributors: organizations that know their own people.
        earlier: releases that count some of the same people, oldest first. A band that is public
            for the same people is published again as it is.
        name: of this release, beside the earlier ones.

    Returns:
        The bands of every group of every margin, with the certificate.

    Raises:
        BandsExposedError: wider bands do not protect a group.
        InfeasibleModelError: the bands and the earlier releases contradict each other.
        OtherPopulationError: an earlier release counts people who are not counted any more.
    """
    population = build_band_population(request.cells)
    counts = _count_groups(request)
    public = {
        group.key: group
        for release in earlier
        if release.population == population
        for group in release.groups
        if group.tells
    }
    groups = {
        key: public.get(key) or _choose_band(key, *counts[key], scheme, rule) for key in counts
    }
    release = BandRelease(
        name,
        population,
        tuple(groups.values()),
        {item.name: build_band_population(_read_own(request, item)) for item in contributors},
    )
    certificate = attack_bands([*earlier, release], rule.width_small, scheme.sizes)
    already = _list_narrowed_before(earlier, certificate, rule, scheme)
    exposures, widened = _drop_known(certificate.exposures, already), set[Key]()
    while exposures:
        wider = _choose_wider_band(exposures[0], release, [*earlier], counts, public, rule, scheme)
        if wider is None:
            raise BandsExposedError(certificate)
        groups[wider.key] = wider
        widened.add(wider.key)
        release = replace(release, groups=tuple(groups.values()))
        exposures = _find_remaining([*earlier, release], exposures, already, rule, scheme)
    if widened:
        certificate = attack_bands([*earlier, release], rule.width_small, scheme.sizes)
    certificate = replace(
        certificate, exposures=tuple(_drop_known(certificate.exposures, already))
    )
    if not certificate.safe:
        raise BandsExposedError(certificate)
    return BandTables(population.dims, release.groups, certificate, len(widened))


def _list_narrowed_before(
    earlier: Sequence[BandRelease],
    certificate: BandCertificate,
    rule: SuppressionRule,
    scheme: BandScheme,
) -> dict[tuple[str, Key], int]:
    """List what the earlier releases by themselves narrow, with the values that they leave."""
    if not earlier or certificate.safe:
        return {}
    before = attack_bands(earlier, rule.width_small, scheme.sizes)
    return {(item.attacker, item.key): item.values for item in before.exposures}


def _drop_known(
    exposures: Sequence[BandExposure], already: Mapping[tuple[str, Key], int]
) -> list[BandExposure]:
    """Keep what this release narrows further than the earlier ones did."""
    return [
        item
        for item in exposures
        if item.values < already.get((item.attacker, item.key), item.required)
    ]


def build_band_population(cells: CellCounts) -> BandPopulation:
    """Count students, and students with the outcome, by finest group.

    Args:
        cells: the finest cells, with the outcome.

    Returns:
        The counts by key without the outcome.
    """
    position = cells.dims.index(RESULT)
    sizes: dict[Key, int] = {}
    yes: dict[Key, int] = {}
    for key, n in cells.counts.items():
        group = (*key[:position], *key[position + 1 :])
        sizes[group] = sizes.get(group, 0) + n
        yes[group] = yes.get(group, 0) + n * (key[position] == "yes")
    dims = (*cells.dims[:position], *cells.dims[position + 1 :])
    return BandPopulation(dims, sizes, yes)


def _read_own(request: TableRequest, contributor: CellContributor) -> CellCounts:
    own = {key: contributor.own.get(key, 0) for key in request.cells.counts}
    return CellCounts(request.cells.dims, own)


def _count_groups(request: TableRequest) -> dict[Key, tuple[int, int]]:
    """Count those with the outcome, and everyone, of every published group."""
    lattice = build_lattice(request)
    position = request.cells.dims.index(RESULT)
    counts = {
        key: n
        for key, n, public in zip(
            lattice.keys, lattice.counts.tolist(), lattice.public.tolist(), strict=True
        )
        if public
    }
    return {
        (*key[:position], *key[position + 1 :]): (
            counts[(*key[:position], "yes", *key[position + 1 :])],
            n,
        )
        for key, n in counts.items()
        if key[position] == ALL
    }


def _choose_band(
    key: Key, yes: int, size: int, scheme: BandScheme, rule: SuppressionRule
) -> PublishedGroup:
    least, most = _find_size_class(size, scheme, rule.minimum)
    percents = scheme.recoding.find_interval(yes, size) if size >= rule.minimum else None
    return PublishedGroup(key, percents or ANY_PERCENT, (least, most))


def _find_size_class(size: int, scheme: BandScheme, minimum: int) -> tuple[int, float]:
    """Find the least and the most students of the size class, as readers see it."""
    starts = sorted({minimum, *(b.least for b in scheme.recoding.bands if b.least > minimum)})
    return (
        max((start for start in starts if start <= size), default=0),
        min((start - 1 for start in starts if start > size), default=inf),
    )


def _list_wider_bands(
    group: PublishedGroup, size: int, scheme: BandScheme
) -> list[PublishedGroup]:
    """Join a band with its neighbor below, and with the one above."""
    low, high = group.percents
    starts = sorted({0, *scheme.recoding.find_cuts(size), HUNDRED_PERCENT + 1})
    below = [start for start in starts if start < low]
    above = [start - 1 for start in starts if start - 1 > high]
    wider = [(below[-1], high)] if below else []
    wider += [(low, above[0])] if above else []
    return [replace(group, percents=percents) for percents in wider]


def _choose_wider_band(
    exposure: BandExposure,
    release: BandRelease,
    earlier: list[BandRelease],
    counts: Mapping[Key, tuple[int, int]],
    fixed: Collection[Key],
    rule: SuppressionRule,
    scheme: BandScheme,
) -> PublishedGroup | None:
    """Choose the wider band that protects an exposed group at the least loss.

    The loss is the share of students times the width that is added. Where no single band
    protects the group, the one of the smallest group around it is widened first.
    """
    around = sorted(
        (group for group in release.groups
         if group.tells and group.key not in fixed and _may_share_people(group.key, exposure.key)),
        key=lambda group: (counts[group.key][1], group.key),
    )  # fmt: skip
    options = [
        wider
        for group in around[:MOST_WIDENED]
        for wider in _list_wider_bands(group, counts[group.key][1], scheme)
    ]
    widths = {group.key: group.width for group in around}
    options.sort(key=lambda item: (item.width - widths[item.key]) * counts[item.key][1])
    for wider in options:
        groups = tuple(wider if item.key == wider.key else item for item in release.groups)
        trial = [*earlier, replace(release, groups=groups)]
        if not find_band_exposures(trial, rule.width_small, scheme.sizes, [exposure]):
            return wider
    return options[0] if options else None


def _find_remaining(
    releases: Sequence[BandRelease],
    exposures: Sequence[BandExposure],
    already: Mapping[tuple[str, Key], int],
    rule: SuppressionRule,
    scheme: BandScheme,
) -> list[BandExposure]:
    """Find what is still exposed after a band was widened."""
    found = find_band_exposures(releases, rule.width_small, scheme.sizes, exposures)
    return _drop_known(found, already)


def _may_share_people(first: Key, second: Key) -> bool:
    return all(a == b or ALL in {a, b} for a, b in zip(first, second, strict=True))
