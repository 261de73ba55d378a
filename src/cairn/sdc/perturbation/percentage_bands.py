"""Publish outcomes as percentage bands: the larger the group, the narrower its band.

No numerator is published, and no size of a subgroup: a reader sees the band and its size class.
Groups under the minimum show nothing. Because a band leaves several numbers possible, a small
group seldom forces others to be withheld. Where it does, the attack (`audit.band_attack`) names
it, and the band of the group around it that counts the fewest students is made wider, until the
attack finds nothing.
"""

from collections.abc import Callable, Collection, Container, Mapping, Sequence
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

__all__ = [
    "BandsExposedError",
    "attack_beside_earlier",
    "build_band_population",
    "count_outcome_groups",
    "publish_bands",
]

DEFAULT_SCHEME = BAND_SCHEMES["edfacts"]

HUNDRED_PERCENT = ANY_PERCENT[1]

PARTS_JOINED = (10, 20, 30, 40)
"""Percentage points of the neighbor that are joined where all of it would leave nothing."""

MOST_JOINED = 90
"""A band this wide says too little to be shown."""

MOST_WIDENED = 24
"""Groups that are tried to protect one exposed group."""


ENOUGH_CHOICES = 6
"""Ways to protect an exposed group that are compared; more are not looked for."""

Attacked = tuple[str, Key, str, int | None, bool]
"""The attacker, the group, the release, the record known, and whether the group is pooled."""

NarrowedValues = Mapping[Attacked, int]
"""The values left to an attacker."""


class BandsExposedError(RuntimeError):
    """Report that the attack objects: a defect of the protector. Nothing is published.

    Args:
        certificate: of the attack. Keep it from the public.
    """

    def __init__(self, certificate: BandCertificate) -> None:
        super().__init__(
            f"The attack narrowed {len(certificate.exposures)} groups too far. Nothing was "
            "published; please report this as a defect."
        )
        self.certificate = certificate


def publish_bands(
    request: TableRequest,
    rule: SuppressionRule,
    *,
    scheme: BandScheme = DEFAULT_SCHEME,
    contributors: Sequence[CellContributor] = (),
    insiders: Collection[str] = (),
    earlier: Sequence[BandRelease] = (),
    name: str = "this release",
    most_tried: int | None = None,
) -> BandTables:
    """Turn counts of outcomes into percentage bands that withstand every attacker.

    Args:
        request: the finest cells, with the outcome, and the tables to publish together.
        rule: the minimum of a group, and how many numbers must stay possible (`width_small`).
        scheme: the bands by group size.
        contributors: organizations that know their own people.
        insiders: names of the contributors who may know all of their own people but one.
        earlier: releases that count some of the same people, oldest first. A band that is public
            today for the same people is published again unchanged, unless the group has fewer
            people than the minimum of now.
        name: of this release, beside the earlier ones.
        most_tried: wider bands that are tried before the search is given up; None for all. Each
            takes from milliseconds to a second.

    Returns:
        The bands of every group of every margin, with the certificate.

    Raises:
        BandsExposedError: the attack objects to the widest bands that were tried, or
            ``most_tried`` was reached.
        InfeasibleModelError: the bands and the earlier releases contradict each other.
    """
    population = build_band_population(request.cells)
    counts = count_outcome_groups(request)
    public = _list_public_bands(earlier, population, counts, rule)
    groups = {key: _choose_band(key, *counts[key], scheme, rule, public.get(key)) for key in counts}
    own = {item.name: build_band_population(_read_own(request, item)) for item in contributors}
    release = BandRelease(
        name, population, tuple(groups.values()), own, insiders=frozenset(insiders)
    )
    earlier = [
        replace(item, contributors=own) if item.population == population else item
        for item in earlier
    ]
    certificate = attack_bands([*earlier, release], rule.width_small, scheme.sizes)
    already = _list_narrowed_before(earlier, release, certificate, rule, scheme)
    exposures, widened = _drop_known(certificate.exposures, already), set[Key]()
    # The band of a number that is known says nothing, so to widen it would not help.
    fixed = public.keys() | {
        group.key
        for item in earlier
        if item.population == population
        for group in item.groups
        if group.yes[0] == group.yes[1]
    }
    tried = 0
    people = _list_people(release, fixed) if exposures else {}
    while exposures:
        wider, more = _choose_wider_bands(
            exposures[0], release, earlier, counts, people, already, rule, scheme
        )
        tried += more
        if not wider or (most_tried is not None and tried > most_tried):
            break
        groups |= wider
        widened |= wider.keys()
        release = replace(release, groups=tuple(groups.values()))
        exposures = _find_remaining([*earlier, release], exposures, already, rule, scheme)
    if widened:
        certificate = attack_bands([*earlier, release], rule.width_small, scheme.sizes)
    certificate = replace(certificate, exposures=tuple(_drop_known(certificate.exposures, already)))
    if not certificate.safe:
        raise BandsExposedError(certificate)
    return BandTables(population.dims, release.groups, certificate, len(widened))


def attack_beside_earlier(
    release: BandRelease,
    earlier: Sequence[BandRelease],
    rule: SuppressionRule,
    scheme: BandScheme = DEFAULT_SCHEME,
) -> BandCertificate:
    """Attack a release of bands or numbers together with earlier ones of bands or numbers.

    Args:
        release: the new release.
        earlier: the earlier ones, oldest first.
        rule: how many numbers must stay possible (`width_small`).
        scheme: how well the sizes are known.

    Returns:
        The certificate. Its exposures are what the new release narrows further than the earlier
        ones did.

    Raises:
        InfeasibleModelError: the releases contradict each other.
    """
    certificate = attack_bands([*earlier, release], rule.width_small, scheme.sizes)
    already = _list_narrowed_before(earlier, release, certificate, rule, scheme)
    return replace(certificate, exposures=tuple(_drop_known(certificate.exposures, already)))


def _list_narrowed_before(
    earlier: Sequence[BandRelease],
    release: BandRelease,
    certificate: BandCertificate,
    rule: SuppressionRule,
    scheme: BandScheme,
) -> NarrowedValues:
    """List groups that are narrow although this release says nothing, with the values left."""
    if not earlier or certificate.safe:
        return {}
    silent = replace(release, groups=tuple(PublishedGroup(group.key) for group in release.groups))
    before = attack_bands([*earlier, silent], rule.width_small, scheme.sizes)
    return {_identify_attacked(item): item.values for item in before.exposures}


def _drop_known(exposures: Sequence[BandExposure], already: NarrowedValues) -> list[BandExposure]:
    """Keep what this release narrows further than the earlier ones did."""
    return [
        item
        for item in exposures
        if item.values < already.get(_identify_attacked(item), item.required)
    ]


def _identify_attacked(exposure: BandExposure) -> Attacked:
    return exposure.attacker, exposure.key, exposure.release, exposure.record, exposure.pooled


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


def count_outcome_groups(request: TableRequest) -> dict[Key, tuple[int, int]]:
    """Count those with the outcome, and everyone, of every group to publish.

    Args:
        request: the finest cells, with the outcome, and the tables.

    Returns:
        Both numbers by group.
    """
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


def _list_public_bands(
    earlier: Sequence[BandRelease],
    population: BandPopulation,
    counts: Mapping[Key, tuple[int, int]],
    rule: SuppressionRule,
) -> dict[Key, PublishedGroup]:
    """List the bands of the same people that readers see today and that may be shown again."""
    return {
        group.key: group
        for release in earlier
        if release.is_public and release.population == population
        for group in release.groups
        if group.tells and group.key in counts and counts[group.key][1] >= rule.minimum
    }


def _choose_band(
    key: Key,
    yes: int,
    size: int,
    scheme: BandScheme,
    rule: SuppressionRule,
    public: PublishedGroup | None,
) -> PublishedGroup:
    size_class = _find_size_class(size, scheme, rule.minimum)
    if public:
        # An exact size is no size class: it is stated as a number, if it is public today.
        is_class = public.size[0] != public.size[1]
        return public if is_class else replace(public, size=size_class)
    percents = scheme.recoding.find_interval(yes, size) if size >= rule.minimum else None
    return PublishedGroup(key, percents or ANY_PERCENT, size_class)


def _find_size_class(size: int, scheme: BandScheme, minimum: int) -> tuple[int, float]:
    """Find the least and the most students of the size class, as readers see it.

    A class of one size would state that size, so it is joined with the next.
    """
    starts = {minimum, *(band.least for band in scheme.recoding.bands if band.least > minimum + 1)}
    return (
        max((start for start in starts if start <= size), default=0),
        min((start - 1 for start in starts if start > size), default=inf),
    )


def _list_ladders(
    group: PublishedGroup, size: int, scheme: BandScheme
) -> list[list[PublishedGroup]]:
    """List ever wider bands: downward, upward and both ways; the last says nothing or ends at 0
    or 100 percent.

    A band is joined with its next neighbors, twice as many each time. Where that would leave
    nothing, part of the neighbor is joined: at most 49 percent becomes at most 59, 69, 79 or 89.
    """
    low, high = group.percents
    starts = sorted({0, *scheme.recoding.find_cuts(size), HUNDRED_PERCENT + 1})
    below = [start for start in reversed(starts) if start < low]
    above = [start - 1 for start in starts if start - 1 > high]
    lows: Sequence[int] = _take_doubling(below)
    highs: Sequence[int] = _take_doubling(above)
    if low == 0:
        highs = _join_parts(highs, [high + more for more in PARTS_JOINED])
    if high == HUNDRED_PERCENT:
        lows = _join_parts(lows, [low - more for more in PARTS_JOINED])
    steps = max(len(lows), len(highs))
    both = [
        ([low, *lows][min(step, len(lows))], [high, *highs][min(step, len(highs))])
        for step in range(1, steps + 1)
    ]
    ladders = [[(end, high) for end in lows], [(low, end) for end in highs], both]
    return [
        [replace(group, percents=percents) for percents in ladder]
        for index, ladder in enumerate(ladders)
        if ladder and ladder not in ladders[:index]
    ]


def _take_doubling(ends: Sequence[int]) -> list[int]:
    """Take the first, second, fourth, eighth … and the last."""
    indexes = {min(2**power, len(ends)) - 1 for power in range(len(ends).bit_length() + 1)}
    return [ends[index] for index in sorted(indexes)] if ends else []


def _join_parts(ends: Sequence[int], parts: Sequence[int]) -> Sequence[int]:
    """Add parts of the only neighbor, as far as the band still says something."""
    if len(ends) != 1:
        return ends
    least = HUNDRED_PERCENT - MOST_JOINED
    return [*(part for part in parts if least <= part < MOST_JOINED), *ends]


Widening = dict[Key, PublishedGroup]


def _choose_wider_bands(
    exposure: BandExposure,
    release: BandRelease,
    earlier: list[BandRelease],
    counts: Mapping[Key, tuple[int, int]],
    people: Mapping[Key, frozenset[Key]],
    already: NarrowedValues,
    rule: SuppressionRule,
    scheme: BandScheme,
) -> tuple[Widening, int]:
    """Choose the wider band that protects an exposed group at the least loss.

    The loss is the number of students times the width that is added; to leave a group without any
    band is worse. Bands with the true number nearest to an end are tried first: such ends narrow
    other groups. Groups of the same students are widened together. A band that does not protect
    although it says nothing is not tried any narrower. Where no single band protects, the one that
    leaves the most values is widened, and the search goes on from there. The number of bands that
    were tried is returned, too.
    """
    telling = [group for group in release.groups if group.tells and group.key in people]
    candidates = sorted(
        telling,
        key=lambda group: (
            _measure_slack(group, *counts[group.key]),
            not _may_share_people(group.key, exposure.key),
            counts[group.key][1],
            group.key,
        ),
    )
    tried = 0

    def count_values(wider: Widening) -> int | None:
        """Count the values left with wider bands; None where they are enough."""
        nonlocal tried
        tried += 1
        trial = replace(release, groups=tuple(wider.get(g.key, g) for g in release.groups))
        left = _find_remaining([*earlier, trial], [exposure], already, rule, scheme)
        return left[0].values if left else None

    protecting: list[tuple[bool, int, Key, Widening]] = []
    partial: list[tuple[int, int, Key, Widening]] = []
    for place, group in enumerate(candidates[:MOST_WIDENED]):
        students = counts[group.key][1]
        same = [item.key for item in telling if people[item.key] == people[group.key]]
        ladders = _list_ladders(group, students, scheme)
        widest = dict.fromkeys(same, replace(group, percents=ANY_PERCENT))
        values = count_values(_name_groups(widest))
        if values is not None:
            step = _name_groups(dict.fromkeys(same, ladders[-1][0]))
            partial.append((-values, place, group.key, step))
            continue
        for ladder in ladders:
            options = [_name_groups(dict.fromkeys(same, wider)) for wider in ladder]
            index = _find_first(options, count_values)
            if index < len(ladder):
                wider, option = ladder[index], options[index]
                loss = (wider.width - group.width) * students
                protecting.append((not wider.tells, loss, group.key, option))
        if len(protecting) >= ENOUGH_CHOICES:
            break
    if protecting:
        return min(protecting, key=lambda option: option[:3])[3], tried
    if partial:
        return min(partial, key=lambda option: option[:3])[3], tried
    return {}, tried


def _measure_slack(group: PublishedGroup, yes: int, size: int) -> float:
    """Count the students between the true number and the nearer end of the band."""
    low, high = group.percents
    above = yes + ((1 - 2 * low) * size // 200) if low else inf
    below = -(-(2 * high + 1) * size // 200) - 1 - yes if high < HUNDRED_PERCENT else inf
    return min(above, below)


def _find_first(options: Sequence[Widening], count_values: Callable[[Widening], int | None]) -> int:
    """Find the first of ever wider bands that protects; their number if the last does not."""
    low, high = 0, len(options)
    while low < high:
        middle = (low + high) // 2
        if count_values(options[middle]) is None:
            high = middle
        else:
            low = middle + 1
    return low


def _name_groups(wider: Widening) -> Widening:
    return {key: replace(group, key=key) for key, group in wider.items()}


def _list_people(release: BandRelease, fixed: Container[Key]) -> dict[Key, frozenset[Key]]:
    """List the finest groups with people in each group that may have a wider band.

    Two groups of the same ones count the same people: a school with one race, and that race.
    """
    finest = [item for item, n in release.population.sizes.items() if n]
    return {
        group.key: frozenset(item for item in finest if _may_share_people(group.key, item))
        for group in release.groups
        if group.key not in fixed
    }


def _find_remaining(
    releases: Sequence[BandRelease],
    exposures: Sequence[BandExposure],
    already: NarrowedValues,
    rule: SuppressionRule,
    scheme: BandScheme,
) -> list[BandExposure]:
    """Find the groups still exposed after a band was widened."""
    found = find_band_exposures(releases, rule.width_small, scheme.sizes, exposures)
    return _drop_known(found, already)


def _may_share_people(first: Key, second: Key) -> bool:
    return all(a == b or ALL in {a, b} for a, b in zip(first, second, strict=True))
