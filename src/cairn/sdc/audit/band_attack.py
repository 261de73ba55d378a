"""Attack tables of percentage bands: narrow how many students of each group have the outcome.

Unknown are the numbers with the outcome in the finest groups, and their sizes where these are not
public. A band of whole percents from l to u says of a group of n students, x of them with the
outcome, that (2l - 1) n <= 200 x < (2u + 1) n, since halves are rounded up. A size class and a
blank bound n. A group is safe if enough values of x are each seen at a feasible whole-number point
(`integer_points`): `width`, or n + 1 where the group is smaller. Where a group is safe although
its size is known, it is safe where the size is not: fewer facts leave more points.

A participant knows one record: one student with the outcome in a finest group, or one without. A
contributor knows all of its own students, so the same attack is made on all others. A reader who
compares two releases of a growing number of people attacks those who came between, too.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from cairn.sdc.audit.integer_points import IntegerModel, IntegerPoint, LinearRow, PointSearch
from cairn.sdc.audit.table_shape import list_open_positions, project_key
from cairn.sdc.tables import (
    ALL,
    BandCertificate,
    BandExposure,
    BandPopulation,
    Key,
    PublishedGroup,
    SizeKnowledge,
)

__all__ = ["BandRelease", "OtherPopulationError", "attack_bands", "find_band_exposures"]

OUTSIDER, PARTICIPANT, CONTRIBUTOR = "outsider", "participant", "contributor"

TELLS_APART = 2
"""The smallest group in which one student can be mistaken for another."""


class OtherPopulationError(ValueError):
    """Report that a release lost people, or counts others, so that the two cannot be compared.

    Args:
        name: the later release.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"The release {name} does not count everyone of the release before it.")
        self.name = name


@dataclass(frozen=True, slots=True)
class BandRelease:
    """Describe one release: what it says, and the people in it.

    Args:
        name: its name; those of several releases differ.
        population: everyone counted. Of the numbers with the outcome, the attack learns nothing;
            it uses them as the point to begin with, and to list the records that exist.
        groups: everything published.
        contributors: the own people of each organization that knows its own, by its name.
    """

    name: str
    population: BandPopulation
    groups: tuple[PublishedGroup, ...]
    contributors: Mapping[str, BandPopulation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BandTarget:
    """Name a sum of unknowns that must keep several values."""

    key: Key
    release: str
    form: Mapping[int, int]
    size: int


def attack_bands(
    releases: Sequence[BandRelease], width: int, sizes: SizeKnowledge = SizeKnowledge.PUBLIC
) -> BandCertificate:
    """Attack releases together, as an outsider, each kind of participant and each contributor.

    Args:
        releases: in order of time; each counts everyone of the one before, or more.
        width: values that must stay possible for each group that has as many.
        sizes: how well the sizes of the finest groups are known.

    Returns:
        The certificate.

    Raises:
        InfeasibleModelError: what was published contradicts itself.
        OtherPopulationError: a release does not count everyone of the release before.
    """
    exposures, attackers = list[BandExposure](), [OUTSIDER, PARTICIPANT]
    attacks = [_BandAttack(releases, width, sizes)]
    for name in sorted({name for release in releases for name in release.contributors}):
        attackers.append(f"{CONTRIBUTOR} {name}")
        attacks.append(_BandAttack(releases, width, sizes, name))
    for attack in attacks:
        exposures += attack.find_exposures()
    narrowest = [attack.narrowest for attack in attacks if attack.narrowest is not None]
    return BandCertificate(
        digest=_compute_digest(releases, width),
        attackers=tuple(attackers),
        targets=sum(len(attack.targets) for attack in attacks),
        programs=sum(attack.programs for attack in attacks),
        narrowest=min(narrowest, default=None),
        exposures=tuple(exposures),
    )


def find_band_exposures(
    releases: Sequence[BandRelease],
    width: int,
    sizes: SizeKnowledge,
    among: Collection[BandExposure],
) -> list[BandExposure]:
    """Repeat an attack on what was exposed before, after bands were widened.

    Args:
        releases: as for `attack_bands`, with the wider bands.
        width: as for `attack_bands`.
        sizes: as for `attack_bands`.
        among: what was exposed.

    Returns:
        What still is.
    """
    exposures = list[BandExposure]()
    by_contributor: dict[str, set[tuple[Key, str]]] = {}
    for item in among:
        _, _, name = item.attacker.partition(f"{CONTRIBUTOR} ")
        by_contributor.setdefault(name, set()).add((item.key, item.release))
    for name, wanted in sorted(by_contributor.items()):
        attack = _BandAttack(releases, width, sizes, name)
        attack.targets = [item for item in attack.targets if (item.key, item.release) in wanted]
        exposures += attack.find_exposures()
    return exposures


class _BandAttack:
    """Attack as one attacker: an outsider with all participants, or one contributor."""

    def __init__(
        self,
        releases: Sequence[BandRelease],
        width: int,
        sizes: SizeKnowledge,
        contributor: str = "",
    ) -> None:
        self._width, self._contributor = width, contributor
        layers = _PopulationLayers(releases, sizes, contributor)
        self._search = PointSearch(layers.model, layers.point)
        self._records = layers.list_record_rows() if not contributor else []
        self._with_records = (
            PointSearch(layers.model.add_rows(row for row, _ in self._records), layers.point)
            if self._records
            else self._search
        )
        self.programs = 0
        self.targets = list(layers.list_targets())
        self.narrowest: int | None = None

    def find_exposures(self) -> list[BandExposure]:
        """Find the targets that some attacker can narrow too far."""
        exposures = [exposure for target in self.targets for exposure in self._attack(target)]
        self.programs += self._search.programs
        return exposures

    def _attack(self, target: BandTarget) -> Iterator[BandExposure]:
        required = min(self._width, target.size + 1)
        values = len(self._with_records.find_near_points(target.form, required))
        if values < required and self._records:
            yield from self._attack_by_kind(target, required)
            return
        if values < required:
            values = len(self._search.find_points(target.form, required))
        self._note(target, values)
        if values < required:
            attacker = f"{CONTRIBUTOR} {self._contributor}" if self._contributor else OUTSIDER
            yield BandExposure(attacker, target.key, values, required, target.release)

    def _attack_by_kind(self, target: BandTarget, required: int) -> Iterator[BandExposure]:
        """Attack as an outsider, and as each kind of person who knows one record."""
        points = self._search.find_points(target.form, required)
        self._note(target, len(points))
        if len(points) < required:
            yield BandExposure(OUTSIDER, target.key, len(points), required, target.release)
            return
        for is_inside, needed in ((False, required), (True, min(self._width, target.size))):
            rows = [
                row
                for row, unknown in self._records
                if (unknown in target.form) is is_inside
                and sum(_satisfies(point, row) for point in points.values()) < needed
            ]
            left = self._count_left(rows, target, needed)
            self._note(target, left, own=int(is_inside))
            if left < needed:
                yield BandExposure(PARTICIPANT, target.key, left, needed, target.release)
                return

    def _count_left(self, rows: Sequence[LinearRow], target: BandTarget, needed: int) -> int:
        """Count the values left by the record that leaves the fewest, up to enough.

        All records are assumed known together, which is stronger. Only where that leaves too few
        values is each half of them examined, down to single records.
        """
        if not rows:
            return needed
        search = self._search.tighten(rows)
        left = len(search.find_points(target.form, needed))
        self.programs += search.programs
        if left >= needed or len(rows) == 1:
            return left
        half = len(rows) // 2
        left = self._count_left(rows[:half], target, needed)
        return left if left < needed else self._count_left(rows[half:], target, needed)

    def _note(self, target: BandTarget, values: int, own: int = 0) -> None:
        if target.size - own >= TELLS_APART:
            self.narrowest = min(values, values if self.narrowest is None else self.narrowest)


class _PopulationLayers:
    """Number the unknowns: everyone of the first release, then those who came to each later one."""

    def __init__(
        self, releases: Sequence[BandRelease], sizes: SizeKnowledge, contributor: str
    ) -> None:
        self.point: list[int] = []
        self._upper: list[float] = []
        self._records_of: list[tuple[LinearRow, int]] = []
        self._sizes = sizes
        self._rows = list[LinearRow]()
        self._layers: list[tuple[str, dict[Key, int], Mapping[Key, int]]] = []
        self._size_unknown: dict[Key, int] = {}
        self._published: dict[Key, None] = {}
        self._exact = set[frozenset[int]]()
        before: BandPopulation | None = None
        for release in releases:
            own = release.contributors.get(contributor)
            rest = _subtract(release.population, own) if own else release.population
            if before is None or rest != before:
                self._add_layer(release.name, rest, before)
            members = _Members({key for _, columns, _ in self._layers for key in columns})
            own_counts = _OwnCounts(own)
            for group in release.groups:
                self._add_group(group, members.list_keys(group.key), own_counts)
            before = rest
        self._blank = {g.key for r in releases for g in r.groups if not g.tells and g.yes[1] == inf}
        self.model = IntegerModel((0,) * len(self._upper), tuple(self._upper), tuple(self._rows))

    def list_record_rows(self) -> list[tuple[LinearRow, int]]:
        """List what each kind of person knows of one record, with the unknown that counts it."""
        return self._records_of

    def list_targets(self) -> Iterator[BandTarget]:
        """List every published, finest or pooled group of each release and of those who came."""
        spans = [(first, last) for last in range(len(self._layers)) for first in range(last + 1)]
        for first, last in spans:
            name = self._name_span(first, last)
            finest = {
                key: sum(sizes.get(key, 0) for _, _, sizes in self._layers[first : last + 1])
                for key in self._layers[last][2]
            }
            members = _Members(finest)
            for key in dict.fromkeys((*self._published, *finest)):
                yield from self._build_target(
                    name, key, members.list_keys(key), finest, first, last
                )
            for key, parts in self._list_pooled(members):
                yield from self._build_target(name, key, parts, finest, first, last)

    def _build_target(
        self,
        name: str,
        key: Key,
        keys: Sequence[Key],
        finest: Mapping[Key, int],
        first: int,
        last: int,
    ) -> Iterator[BandTarget]:
        size = sum(finest[item] for item in keys)
        form = {
            columns[item]: 1
            for _, columns, _ in self._layers[first : last + 1]
            for item in keys
            if item in columns
        }
        if size and form and frozenset(form) not in self._exact:
            yield BandTarget(key, name, form, size)

    def _list_pooled(self, members: "_Members") -> Iterator[tuple[Key, list[Key]]]:
        """List the blank parts of each group along one dimension, where there are several."""
        by_total: dict[tuple[Key, int], list[Key]] = {}
        for key in self._blank:
            for position in list_open_positions(key):
                total = (*key[:position], ALL, *key[position + 1 :])
                if total in self._published:
                    by_total.setdefault((total, position), []).append(key)
        for (total, _), parts in sorted(by_total.items()):
            if len(parts) > 1:
                yield total, sorted({key for part in parts for key in members.list_keys(part)})

    def _name_span(self, first: int, last: int) -> str:
        if len(self._layers) == 1:
            return ""
        names = [name for name, _, _ in self._layers]
        return names[last] if first == 0 else f"{names[first - 1]} to {names[last]}"

    def _add_layer(
        self, name: str, population: BandPopulation, before: BandPopulation | None
    ) -> None:
        columns: dict[Key, int] = {}
        came: dict[Key, int] = {}
        if before and any(n and key not in population.sizes for key, n in before.sizes.items()):
            raise OtherPopulationError(name)
        if before and self._sizes is SizeKnowledge.UNKNOWN:
            raise ValueError("Releases of different people are attacked with known sizes only.")
        for key, size in population.sizes.items():
            more = size - (before.sizes.get(key, 0) if before else 0)
            yes = population.yes.get(key, 0) - (before.yes.get(key, 0) if before else 0)
            if not 0 <= yes <= more:
                raise OtherPopulationError(name)
            came[key] = more
            if more or self._sizes is SizeKnowledge.UNKNOWN:
                columns[key] = self._add_unknown(yes, more)
                self._add_size(key, columns[key], yes, more)
        self._layers.append((name, columns, came))

    def _add_unknown(self, value: int, upper: float) -> int:
        self.point.append(value)
        self._upper.append(upper)
        return len(self.point) - 1

    def _add_size(self, key: Key, unknown: int, yes: int, size: int) -> None:
        """State the rows of one finest group, and what one record of it would tell."""
        with_outcome = LinearRow({unknown: 1}, 1, inf)
        without = LinearRow({unknown: 1}, -inf, size - 1)
        if self._sizes is SizeKnowledge.UNKNOWN:
            self._upper[unknown] = inf
            number = self._size_unknown[key] = self._add_unknown(size, inf)
            self._rows.append(LinearRow({number: 1, unknown: -1}, 0, inf))
            without = LinearRow({number: 1, unknown: -1}, 1, inf)
        if yes:
            self._records_of.append((with_outcome, unknown))
        if yes < size:
            self._records_of.append((without, unknown))

    def _add_group(self, group: PublishedGroup, inside: Sequence[Key], own: "_OwnCounts") -> None:
        """State the rows of one published group; ``inside`` are the finest groups in it."""
        self._published[group.key] = None
        terms = {
            columns[key]: 1 for _, columns, _ in self._layers for key in inside if key in columns
        }
        own_yes, own_size = own.count(group.key)
        low, high = group.percents
        if group.yes[0] == group.yes[1]:
            self._exact.add(frozenset(terms))
        if group.yes != (0, inf):
            self._rows.append(LinearRow(terms, group.yes[0] - own_yes, group.yes[1] - own_yes))
        if self._size_unknown:
            self._add_bands_of_unknown_size(group, terms, own_yes, own_size)
            return
        size = own_size + sum(sizes.get(key, 0) for _, _, sizes in self._layers for key in inside)
        if group.tells:
            self._rows.append(
                LinearRow(
                    terms,
                    -((1 - 2 * low) * size // 200) - own_yes,
                    -(-(2 * high + 1) * size // 200) - 1 - own_yes,
                )
            )

    def _add_bands_of_unknown_size(
        self, group: PublishedGroup, terms: Mapping[int, int], own_yes: int, own_size: int
    ) -> None:
        low, high = group.percents
        positions = list_open_positions(group.key)
        numbers = [
            number
            for key, number in self._size_unknown.items()
            if project_key(key, positions) == group.key
        ]
        least, most = group.size
        self._rows.append(LinearRow(dict.fromkeys(numbers, 1), least - own_size, most - own_size))
        if group.tells:
            outcomes = dict.fromkeys(terms, 200)
            for factor, lower, upper in ((2 * low - 1, 0.0, inf), (2 * high + 1, -inf, -1.0)):
                shift = factor * own_size - 200 * own_yes
                row = outcomes | dict.fromkeys(numbers, -factor)
                self._rows.append(LinearRow(row, lower + shift, upper + shift))


class _Members:
    """Find the finest groups within a group."""

    def __init__(self, finest: Collection[Key]) -> None:
        self._finest = finest
        self._by_margin: dict[frozenset[int], dict[Key, list[Key]]] = {}

    def list_keys(self, key: Key) -> list[Key]:
        """List the finest groups that a group counts."""
        positions = list_open_positions(key)
        if positions not in self._by_margin:
            groups: dict[Key, list[Key]] = {}
            for finest in self._finest:
                groups.setdefault(project_key(finest, positions), []).append(finest)
            self._by_margin[positions] = groups
        return self._by_margin[positions].get(key, [])


class _OwnCounts:
    """Count a contributor's own people in any group; none without a contributor."""

    def __init__(self, own: BandPopulation | None) -> None:
        self._own = own
        self._members = _Members(own.sizes if own else ())

    def count(self, key: Key) -> tuple[int, int]:
        """Return its own people with the outcome, and all of its own."""
        if self._own is None:
            return 0, 0
        inside = self._members.list_keys(key)
        return (
            sum(self._own.yes.get(finest, 0) for finest in inside),
            sum(self._own.sizes[finest] for finest in inside),
        )


def _satisfies(point: IntegerPoint, row: LinearRow) -> bool:
    return bool(row.low <= sum(by * point[i] for i, by in row.terms.items()) <= row.high)


def _subtract(population: BandPopulation, own: BandPopulation) -> BandPopulation:
    """Subtract a contributor's own people: the rest are those it attacks."""
    return replace(
        population,
        sizes={key: n - own.sizes.get(key, 0) for key, n in population.sizes.items()},
        yes={key: n - own.yes.get(key, 0) for key, n in population.yes.items()},
    )


def _compute_digest(releases: Sequence[BandRelease], width: int) -> str:
    """Compute the SHA-256 of everything published; order within a release does not matter."""
    content = [
        [
            release.name,
            sorted(
                [*group.key, *map(str, (*group.percents, *group.size, *group.yes))]
                for group in release.groups
            ),
        ]
        for release in releases
    ]
    return hashlib.sha256(json.dumps([width, content]).encode()).hexdigest()
