"""Attack tables of percentage bands: narrow how many students of each group have the outcome.

Unknown are the numbers with the outcome in the finest groups, and their sizes where these are not
public. A band of whole percents from l to u says of a group of n students, x of them with the
outcome, that (2l - 1) n <= 200 x < (2u + 1) n, since halves are rounded up. A size class and a
blank bound n. A group is safe if enough values of x are each seen at a feasible whole-number point
(`integer_points`): `width`, or n + 1 where the group is smaller. Where a group is safe although
its size is known, it is safe where the size is not: fewer facts leave more points.

A participant knows one record: one student with the outcome in a finest group, or one without. A
contributor knows all of its own students, so the same attack is made on all others. An insider is a
contributor who may know all of its own students but one, so that one is attacked too. A reader who
compares two releases of different people attacks those who came between, and those who left. As few
as possible are assumed to have moved: that leaves an attacker the most to know.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations
from math import inf

import numpy as np

from cairn.sdc.audit.integer_model import IntegerModel, IntegerPoint, LinearRow, RowSystem
from cairn.sdc.audit.integer_points import PointSearch
from cairn.sdc.audit.last_people import LastPerson, follow_group, list_last_people
from cairn.sdc.audit.point_pool import count_values_by_record
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

__all__ = ["BandRelease", "attack_bands", "find_band_exposures"]

OUTSIDER, PARTICIPANT, CONTRIBUTOR = "outsider", "participant", "contributor"
INSIDER = "insider"

MANY_TARGETS = 200
"""With so many, points are drawn for all at once before the rest is attacked one by one."""

MOST_ROUNDS = 9
"""How often points are drawn, each time for the targets that are left."""

ROUNDS_TOGETHER = 4
"""Rounds with points that answer together for the targets that are left."""

ENOUGH_PROGRESS = 0.95
"""Share of the targets that may be left after a round; if more are, no other round follows."""

TARGETS_AT_ONCE = 512
"""Targets that are compared with all records at once, to bound the memory."""

MOST_ATTACKERS_KEPT = 64
"""Attackers whose unknowns are kept for the next attack on the same people."""

TELLS_APART = 2
"""The smallest group in which one student can be mistaken for another."""


@dataclass(frozen=True, slots=True)
class BandRelease:
    """Describe one release: what it says, and the people in it.

    Args:
        name: its name; those of several releases differ.
        population: everyone counted. Of the numbers with the outcome, the attack learns nothing;
            it uses them as the point to begin with, and to list the records that exist.
        groups: everything published.
        contributors: the own people of each organization that knows its own, by its name.
        is_public: whether it is public today. Of a withdrawn one, readers may still have a copy.
        insiders: names of the contributors who may know all of their own people but one.
    """

    name: str
    population: BandPopulation
    groups: tuple[PublishedGroup, ...]
    contributors: Mapping[str, BandPopulation] = field(default_factory=dict)
    is_public: bool = True
    insiders: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BandTarget:
    """Name a sum of unknowns that must keep several values."""

    key: Key
    release: str
    form: Mapping[int, int]
    size: int
    pooled: bool = False


def attack_bands(
    releases: Sequence[BandRelease], width: int, sizes: SizeKnowledge = SizeKnowledge.PUBLIC
) -> BandCertificate:
    """Attack releases together, as an outsider, each participant, contributor and insider.

    Args:
        releases: in order of time.
        width: values that must stay possible for each group that has as many.
        sizes: how well the sizes of the finest groups are known.

    Returns:
        The certificate.

    Raises:
        InfeasibleModelError: what was published contradicts itself.
    """
    members = _list_members(releases)
    contributors = sorted({name for release in releases for name in release.contributors})
    exposures, narrowest = list[BandExposure](), list[int]()
    targets = programs = 0
    for name in ("", *contributors):
        attack = _BandAttack(releases, width, sizes, name, members)
        exposures += attack.find_exposures()
        targets += len(attack.targets)
        programs += attack.programs
        narrowest += [attack.narrowest] if attack.narrowest is not None else []
    insiders = _list_insiders(releases)
    for insider in insiders:
        for person, known in _list_insider_attacks(releases, insider):
            targets += 1
            if not _can_be_other(person, releases, members):
                attack = _build_insider_attack(known, width, sizes, insider, person, members)
                exposures += attack.find_exposures()
                programs += attack.programs
    return BandCertificate(
        digest=_compute_digest(releases, width),
        attackers=(
            OUTSIDER,
            PARTICIPANT,
            *(f"{CONTRIBUTOR} {name}" for name in contributors),
            *(f"{INSIDER} {name}" for name in insiders),
        ),
        targets=targets,
        programs=programs,
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
    by_insider: dict[str, set[Key]] = {}
    for item in among:
        if item.attacker.startswith(f"{INSIDER} "):
            by_insider.setdefault(item.attacker, set()).add(item.key)
            continue
        _, _, name = item.attacker.partition(f"{CONTRIBUTOR} ")
        by_contributor.setdefault(name, set()).add((item.key, item.release))
    members = _list_members(releases)
    for name, wanted in sorted(by_contributor.items()):
        attack = _BandAttack(releases, width, sizes, name, members, wanted)
        exposures += attack.find_exposures()
    for insider in _list_insiders(releases) if by_insider else ():
        for person, known in _list_insider_attacks(releases, insider):
            keys = by_insider.get(_name_insider_attack(insider, person), ())
            if person.key in keys and not _can_be_other(person, releases, members):
                attack = _build_insider_attack(known, width, sizes, insider, person, members)
                exposures += attack.find_exposures()
    return exposures


def _list_insiders(releases: Iterable[BandRelease]) -> list[str]:
    return sorted({name for release in releases for name in release.insiders})


def _list_insider_attacks(
    releases: Sequence[BandRelease], insider: str
) -> Iterator[tuple[LastPerson, list[BandRelease]]]:
    """List each person that an insider may not know, with the releases as it then sees them."""
    own = [
        item.contributors.get(insider) or replace(item.population, sizes={}, yes={})
        for item in releases
    ]
    for person in list_last_people(own):
        yield (
            person,
            [
                replace(item, contributors={_name_insider_attack(insider, person): known})
                for item, known in zip(releases, person.leave_out(own), strict=True)
            ],
        )


def _name_insider_attack(insider: str, person: LastPerson) -> str:
    return f"{INSIDER} {insider} {person.code}"


def _can_be_other(person: LastPerson, releases: Sequence[BandRelease], members: "_Members") -> bool:
    """Report whether all that was published would be the same if one person had the other outcome.

    Then both outcomes stay possible. If not, others may still make up for it, which the attack
    finds out.
    """
    change = -1 if person.has_outcome else 1
    for index, release in enumerate(releases):
        if not person.is_in(index):
            continue
        population = release.population
        for group in release.groups:
            if project_key(person.key, list_open_positions(group.key)) != group.key:
                continue
            inside = members.list_keys(group.key)
            size = sum(population.sizes.get(key, 0) for key in inside)
            yes = sum(population.yes.get(key, 0) for key in inside) + change
            low, high = _bound_outcomes(group, size)
            if not max(low, group.yes[0]) <= yes <= min(high, group.yes[1]):
                return False
    return True


def _build_insider_attack(
    releases: Sequence[BandRelease],
    width: int,
    sizes: SizeKnowledge,
    insider: str,
    person: LastPerson,
    members: "_Members",
) -> "_BandAttack":
    """Build the attack of an insider on the only one of its own people that it does not know."""
    names = [release.name for release in releases]
    spans = [f"{before} to {after}" for before, after in combinations(names, 2)]
    wanted = {(person.key, name) for name in ("", *names, *spans)}
    name = _name_insider_attack(insider, person)
    return _BandAttack(releases, width, sizes, name, members, wanted, is_insider=True)


class _BandAttack:
    """Attack as one attacker: an outsider with all participants, a contributor or an insider."""

    def __init__(
        self,
        releases: Sequence[BandRelease],
        width: int,
        sizes: SizeKnowledge,
        contributor: str,
        members: "_Members",
        wanted: Collection[tuple[Key, str]] | None = None,
        *,
        is_insider: bool = False,
    ) -> None:
        self._width, self._contributor = width, contributor
        self._attacker = contributor if is_insider else f"{CONTRIBUTOR} {contributor}"
        self._has_earlier = len(releases) > 1
        layers = _PopulationLayers(releases, sizes, contributor, members, is_insider=is_insider)
        self._search = PointSearch(layers.model, layers.point)
        self._records = layers.list_record_rows() if not contributor else []
        self._with_records = (
            self._search.tighten(row for row, _ in self._records) if self._records else self._search
        )
        self._record_rows = RowSystem([row for row, _ in self._records], len(layers.point))
        self.programs = 0
        self.targets = list(layers.list_targets(wanted))
        self.narrowest: int | None = None

    def find_exposures(self) -> list[BandExposure]:
        """Find the targets that some attacker can narrow too far."""
        many = len(self.targets) >= MANY_TARGETS
        targets = self._draw_for_targets() if many else self.targets
        exposures = [exposure for target in targets for exposure in self._attack(target)]
        self.programs += self._search.programs
        return exposures

    def _draw_for_targets(self) -> list[BandTarget]:
        """Draw points for all targets, then for those left, as long as that proves more of them.

        Returns:
            The targets that remain to be attacked one by one.
        """
        targets, focus = self.targets, list[int]()
        drawn = list[IntegerPoint]()
        for seed in range(MOST_ROUNDS):
            before = len(targets) if seed else inf
            # Every draw begins with the same point, so those of several rounds count together.
            drawn = [*drawn[1 - ROUNDS_TOGETHER :], self._search.draw_points(focus, seed)]
            targets = self._list_unproven(targets, np.concatenate(drawn))
            if not targets or len(targets) > before * ENOUGH_PROGRESS:
                break
            focus = sorted({unknown for target in targets for unknown in target.form})
        return targets

    def _list_unproven(
        self, targets: Sequence[BandTarget], points: IntegerPoint
    ) -> list[BandTarget]:
        """List the targets for which some points do not show enough values to everyone."""
        owners = np.array([unknown for _, unknown in self._records], np.int64)
        agrees = self._record_rows.find_satisfied_rows(points)
        unproven = list[BandTarget]()
        for first in range(0, len(targets), TARGETS_AT_ONCE):
            part = targets[first : first + TARGETS_AT_ONCE]
            values, by_record = count_values_by_record(points, agrees, [t.form for t in part])
            for index, target in enumerate(part):
                required = min(self._width, target.size + 1)
                seen = by_record[:, index]
                is_inside = np.isin(owners, list(target.form))
                needed = np.where(is_inside, min(self._width, target.size), required)
                if values[index] < required or (seen < needed).any():
                    unproven.append(target)
                    continue
                self._note(target, required)
                self._note(target, int(seen[is_inside].min(initial=required)), own=1)
        return unproven

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
            attacker = self._attacker if self._contributor else OUTSIDER
            yield _build_exposure(attacker, target, values, required)

    def _attack_by_kind(self, target: BandTarget, required: int) -> Iterator[BandExposure]:
        """Attack as an outsider, and as each kind of person who knows one record.

        Without an earlier release, the first that can narrow the target is enough. With one, it may
        have been narrow before, so each kind must be compared with what it knew before. Of those
        who know a record, only those count who know more than an outsider.
        """
        points = self._search.find_points(target.form, required)
        self._note(target, len(points))
        if len(points) < required:
            yield _build_exposure(OUTSIDER, target, len(points), required)
            if not self._has_earlier:
                return
        agreeing = self._count_agreeing(points.values())
        for is_inside, needed in ((False, required), (True, min(self._width, target.size))):
            enough = min(needed, len(points))
            records = [
                number
                for number, (_, unknown) in enumerate(self._records)
                if (unknown in target.form) is is_inside and agreeing[number] < enough
            ]
            narrowing = self._find_narrowing_records(records, target, enough)
            if not narrowing:
                self._note(target, enough, own=int(is_inside))
            for number, left in narrowing:
                self._note(target, left, own=int(is_inside))
                record = number if self._has_earlier else None
                yield _build_exposure(PARTICIPANT, target, left, needed, record)
            if narrowing and not self._has_earlier:
                return

    def _count_agreeing(self, points: Iterable[IntegerPoint]) -> list[int]:
        """Count the points that each record agrees with."""
        agreeing: list[int] = (
            self._record_rows.find_satisfied_rows(np.array([*points])).sum(axis=0).tolist()
        )
        return agreeing

    def _find_narrowing_records(
        self, records: Sequence[int], target: BandTarget, enough: int
    ) -> list[tuple[int, int]]:
        """Find the records that leave fewer values than enough, with the values left.

        All records are assumed known together, which is stronger. Only where that leaves too few
        values is each half of them examined, down to single records. Without an earlier release,
        the first record is enough.
        """
        if not records:
            return []
        search = self._search.tighten([self._records[number][0] for number in records])
        found = search.find_points(target.form, enough)
        self._search.add_points(found.values())
        left = len(found)
        self.programs += search.programs
        if left >= enough:
            return []
        if len(records) == 1:
            return [(records[0], left)]
        half = len(records) // 2
        narrowing = self._find_narrowing_records(records[:half], target, enough)
        if narrowing and not self._has_earlier:
            return narrowing
        return [*narrowing, *self._find_narrowing_records(records[half:], target, enough)]

    def _note(self, target: BandTarget, values: int, own: int = 0) -> None:
        if target.size - own >= TELLS_APART:
            self.narrowest = min(values, values if self.narrowest is None else self.narrowest)


@dataclass(frozen=True, slots=True)
class _Cohort:
    """Hold people who are in the same releases: from one population to another, by number.

    Args:
        first: the first population that counts them.
        last: the last one.
        columns: the unknown of each finest group.
        sizes: how many they are.
    """

    first: int
    last: int
    columns: dict[Key, int] = field(default_factory=dict)
    sizes: dict[Key, int] = field(default_factory=dict)


class _AttackedPeople:
    """Number the unknowns: the people that one attacker does not know, by cohort and finest group.

    Args:
        releases: in order of time; of what they say, nothing is read here.
        sizes: how well the sizes of the finest groups are known.
        contributor: the attacker; empty for an outsider.
    """

    def __init__(
        self, releases: Sequence[BandRelease], sizes: SizeKnowledge, contributor: str
    ) -> None:
        self._sizes = sizes
        self.own = [release.contributors.get(contributor) for release in releases]
        self.point: list[int] = []
        self.upper: list[float] = []
        self.record_rows: list[tuple[LinearRow, int]] = []
        self.size_rows = list[LinearRow]()
        self.size_unknown: dict[Key, int] = {}
        self.names: list[str] = []
        self.parts: dict[tuple[int, Key], _GroupPart] = {}
        populations: list[BandPopulation] = []
        counted_by: list[int] = []
        for release, own in zip(releases, self.own, strict=True):
            rest = _subtract(release.population, own) if own else release.population
            if not populations or rest != populations[-1]:
                populations.append(rest)
                self.names.append(release.name)
            counted_by.append(len(populations) - 1)
        if len(populations) > 1 and sizes is SizeKnowledge.UNKNOWN:
            raise ValueError("Releases of different people are attacked with known sizes only.")
        self.cohorts = self._build_cohorts(populations)
        self.cohorts_by_release = [
            [item for item in self.cohorts if item.first <= index <= item.last]
            for index in counted_by
        ]

    def _build_cohorts(self, populations: Sequence[BandPopulation]) -> list[_Cohort]:
        """Divide everyone into cohorts. Of those who left, the last to come are taken first."""
        cohorts: dict[tuple[int, int], _Cohort] = {}
        for key in dict.fromkeys(key for item in populations for key in item.sizes):
            for (first, last), (yes, no) in follow_group(key, populations).items():
                if yes + no or self._sizes is SizeKnowledge.UNKNOWN:
                    cohort = cohorts.setdefault((first, last), _Cohort(first, last))
                    cohort.sizes[key] = yes + no
                    cohort.columns[key] = self._add_unknown(yes, yes + no)
                    self._add_size(key, cohort.columns[key], yes, yes + no)
        return [cohorts[span] for span in sorted(cohorts)]

    def _add_unknown(self, value: int, upper: float) -> int:
        self.point.append(value)
        self.upper.append(upper)
        return len(self.point) - 1

    def _add_size(self, key: Key, unknown: int, yes: int, size: int) -> None:
        """State the rows of one finest group, and what one record of it would tell."""
        with_outcome = LinearRow({unknown: 1}, 1, inf)
        without = LinearRow({unknown: 1}, -inf, size - 1)
        if self._sizes is SizeKnowledge.UNKNOWN:
            self.upper[unknown] = inf
            number = self.size_unknown[key] = self._add_unknown(size, inf)
            self.size_rows.append(LinearRow({number: 1, unknown: -1}, 0, inf))
            without = LinearRow({number: 1, unknown: -1}, 1, inf)
        if yes:
            self.record_rows.append((with_outcome, unknown))
        if yes < size:
            self.record_rows.append((without, unknown))

    def find_part(self, release: int, key: Key, inside: Sequence[Key]) -> "_GroupPart":
        """Find the unknowns of a group in one release, and the people there; kept for later."""
        part = self.parts.get((release, key))
        if part is None:
            cohorts = self.cohorts_by_release[release]
            own_yes, own_size = _count_own(self.own[release], inside)
            part = self.parts[release, key] = _GroupPart(
                tuple(
                    item.columns[finest]
                    for item in cohorts
                    for finest in inside
                    if finest in item.columns
                ),
                own_size + sum(item.sizes.get(finest, 0) for item in cohorts for finest in inside),
                own_yes,
                own_size,
            )
        return part


@dataclass(frozen=True, slots=True)
class _GroupPart:
    """Hold what one release counts in one group.

    Args:
        unknowns: the unknowns that it counts.
        size: everyone in it.
        own_yes: of the attacker's own people, those with the outcome.
        own_size: the attacker's own people.
    """

    unknowns: tuple[int, ...]
    size: int
    own_yes: int
    own_size: int


class _PopulationLayers:
    """State what the releases say of the unknowns, and list what must stay possible."""

    def __init__(
        self,
        releases: Sequence[BandRelease],
        sizes: SizeKnowledge,
        contributor: str,
        members: "_Members",
        *,
        is_insider: bool,
    ) -> None:
        self._members = members
        self._attacks_exact = is_insider
        people = self._people = members.find_people(releases, sizes, contributor)
        self.point = people.point
        self._rows = [*people.size_rows]
        self._sums: dict[tuple[int, ...], tuple[float, float]] = {}
        self._published: dict[Key, None] = {}
        self._exact = set[frozenset[int]]()
        for index, release in enumerate(releases):
            for group in release.groups:
                part = people.find_part(index, group.key, members.list_keys(group.key))
                self._add_group(group, part)
        self._blank = {g.key for r in releases for g in r.groups if not g.tells and g.yes[1] == inf}
        sums = (
            LinearRow(dict.fromkeys(unknowns, 1), low, high)
            for unknowns, (low, high) in self._sums.items()
        )
        upper = tuple(people.upper)
        self.model = IntegerModel((0,) * len(upper), upper, (*self._rows, *sums))

    def list_record_rows(self) -> list[tuple[LinearRow, int]]:
        """List what each kind of person knows of one record, with the unknown that counts it."""
        return self._people.record_rows

    def list_targets(
        self, wanted: Collection[tuple[Key, str]] | None = None
    ) -> Iterator[BandTarget]:
        """List every published, finest or pooled group of each release, of comers and leavers.

        Args:
            wanted: the groups and releases to list; None for all.
        """
        for name, cohorts in self._list_attacked_people():
            finest: dict[Key, int] = {}
            for item in cohorts:
                for key, n in item.sizes.items():
                    finest[key] = finest.get(key, 0) + n
            for key in dict.fromkeys((*self._published, *finest)):
                if wanted is not None and (key, name) not in wanted:
                    continue
                inside = [item for item in self._members.list_keys(key) if item in finest]
                yield from self._build_target(name, key, inside, finest, cohorts)
            for key, parts in self._list_pooled(finest):
                if wanted is not None and (key, name) not in wanted:
                    continue
                for target in self._build_target(name, key, parts, finest, cohorts):
                    yield replace(target, pooled=True)

    def _list_attacked_people(self) -> Iterator[tuple[str, list[_Cohort]]]:
        """List the people of each population, then those who came or left between two of them."""
        names, cohorts = self._people.names, self._people.cohorts
        for index, name in enumerate(names):
            yield (
                name if len(names) > 1 else "",
                [item for item in cohorts if item.first <= index <= item.last],
            )
        for before, after in combinations(range(len(names)), 2):
            span = f"{names[before]} to {names[after]}"
            yield span, [item for item in cohorts if before < item.first <= after <= item.last]
            yield span, [item for item in cohorts if item.first <= before <= item.last < after]

    def _build_target(
        self,
        name: str,
        key: Key,
        keys: Sequence[Key],
        finest: Mapping[Key, int],
        cohorts: Sequence[_Cohort],
    ) -> Iterator[BandTarget]:
        size = sum(finest[item] for item in keys)
        form = {
            cohort.columns[item]: 1 for cohort in cohorts for item in keys if item in cohort.columns
        }
        # A published number is no secret. For an insider, it may disclose the last person.
        is_public = frozenset(form) in self._exact and not self._attacks_exact
        if size and form and not is_public:
            yield BandTarget(key, name, form, size)

    def _list_pooled(self, finest: Collection[Key]) -> Iterator[tuple[Key, list[Key]]]:
        """List the blank parts of each group along one dimension, where there are several."""
        by_total: dict[tuple[Key, int], list[Key]] = {}
        for key in self._blank:
            for position in list_open_positions(key):
                total = (*key[:position], ALL, *key[position + 1 :])
                if total in self._published:
                    by_total.setdefault((total, position), []).append(key)
        for (total, _), parts in sorted(by_total.items()):
            if len(parts) > 1:
                inside = {key for part in parts for key in self._members.list_keys(part)}
                yield total, sorted(inside.intersection(finest))

    def _add_group(self, group: PublishedGroup, part: _GroupPart) -> None:
        """State the rows of one published group."""
        self._published[group.key] = None
        if group.yes[0] == group.yes[1]:
            self._exact.add(frozenset(part.unknowns))
        if group.yes != (0, inf):
            self._bound_sum(part.unknowns, group.yes[0] - part.own_yes, group.yes[1] - part.own_yes)
        if self._people.size_unknown:
            self._add_bands_of_unknown_size(group, part)
            return
        if group.tells:
            least, most = _bound_outcomes(group, part.size)
            self._bound_sum(part.unknowns, least - part.own_yes, most - part.own_yes)

    def _bound_sum(self, unknowns: tuple[int, ...], low: float, high: float) -> None:
        """Bound a sum of unknowns; what several releases say of the same people is one row."""
        least, most = self._sums.get(unknowns, (-inf, inf))
        self._sums[unknowns] = (max(low, least), min(high, most))

    def _add_bands_of_unknown_size(self, group: PublishedGroup, part: _GroupPart) -> None:
        low, high = group.percents
        positions = list_open_positions(group.key)
        numbers = [
            number
            for key, number in self._people.size_unknown.items()
            if project_key(key, positions) == group.key
        ]
        least, most = group.size
        own = part.own_size
        self._rows.append(LinearRow(dict.fromkeys(numbers, 1), least - own, most - own))
        if group.tells:
            outcomes = dict.fromkeys(part.unknowns, 200)
            for factor, lower, upper in ((2 * low - 1, 0.0, inf), (2 * high + 1, -inf, -1.0)):
                shift = factor * own - 200 * part.own_yes
                row = outcomes | dict.fromkeys(numbers, -factor)
                self._rows.append(LinearRow(row, lower + shift, upper + shift))


class _Members:
    """Find the finest groups within a group; each answer is kept for the next attacker."""

    def __init__(self, finest: Iterable[Key]) -> None:
        self._finest = tuple(finest)
        self._by_margin: dict[frozenset[int], dict[Key, list[Key]]] = {}
        self._people: dict[tuple[object, ...], tuple[_AttackedPeople, object]] = {}

    def list_keys(self, key: Key) -> list[Key]:
        """List the finest groups that a group counts."""
        positions = list_open_positions(key)
        if positions not in self._by_margin:
            groups: dict[Key, list[Key]] = {}
            for finest in self._finest:
                groups.setdefault(project_key(finest, positions), []).append(finest)
            self._by_margin[positions] = groups
        return self._by_margin[positions].get(key, [])

    def find_people(
        self, releases: Sequence[BandRelease], sizes: SizeKnowledge, contributor: str
    ) -> _AttackedPeople:
        """Find the people that an attacker does not know; while bands widen, they are the same."""
        # By identity, which is unique as long as the populations are kept beside the answer.
        populations = [
            (item.name, item.population, item.contributors.get(contributor)) for item in releases
        ]
        key = (sizes, *((name, id(everyone), id(own)) for name, everyone, own in populations))
        if key not in self._people:
            if len(self._people) >= MOST_ATTACKERS_KEPT:
                self._people.clear()
            people = _AttackedPeople(releases, sizes, contributor)
            self._people[key] = people, populations
        return self._people[key][0]


def _list_members(releases: Sequence[BandRelease]) -> _Members:
    """Index the finest groups of all releases, by the groups in which they lie."""
    return _index_members(
        tuple(dict.fromkeys(key for item in releases for key in item.population.sizes))
    )


@lru_cache(maxsize=2)
def _index_members(finest: tuple[Key, ...]) -> _Members:
    """Index finest groups; hundreds of attacks on the same people follow each other."""
    return _Members(finest)


def _bound_outcomes(group: PublishedGroup, size: int) -> tuple[float, float]:
    """Find the least and the most of a group of a size that the published percentages allow."""
    if not group.tells:
        return 0, size
    low, high = group.percents
    return -((1 - 2 * low) * size // 200), -(-(2 * high + 1) * size // 200) - 1


def _count_own(own: BandPopulation | None, inside: Sequence[Key]) -> tuple[int, int]:
    """Count a contributor's own people with the outcome, and all of its own, in finest groups."""
    if own is None:
        return 0, 0
    return sum(own.yes.get(key, 0) for key in inside), sum(own.sizes.get(key, 0) for key in inside)


def _build_exposure(
    attacker: str, target: BandTarget, values: int, required: int, record: int | None = None
) -> BandExposure:
    return BandExposure(
        attacker, target.key, values, required, target.release, record, target.pooled
    )


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
