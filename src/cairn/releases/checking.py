"""The disclosure check: mart, counts, protection, the attacker's audit. Long; in no transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit.work import StoppedError
from cairn.disclosure.magnitudes.measure import UnfitMeasureError
from cairn.disclosure.magnitudes.protect import TooCloseError
from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.disclosures import log as disclosures
from cairn.intake.storehouse import open_storehouse
from cairn.linkage import queries as linkage
from cairn.linkage.queries import Caveat
from cairn.releases import (
    beside,
    certifying,
    facts,
    groups,
    left_out,
    measuring,
    otherwise,
    own,
    protecting,
    sources,
)
from cairn.releases.kept import Certificate, Own
from cairn.releases.labels import LEFT_OUT, RACES
from cairn.releases.measuring import MeasuredYear
from cairn.releases.models import Release
from cairn.releases.protecting import Past, Year
from cairn.rules.actor import Actor
from cairn.rules.beside import MetFact, OutFact, another_figure
from cairn.rules.decision import PEOPLE, Decision
from cairn.rules.mart import may_build_mart, may_count, may_protect
from cairn.rules.nation import Nations, approving
from cairn.rules.vocabulary import Outcome, Purpose
from cairn.warehouse import count, mart, released
from cairn.warehouse.engine import open_engine
from cairn.warehouse.outcomes import OutcomeDefinition
from cairn.warehouse.pseudonym import Pseudonyms
from cairn.warehouse.zones import FileRef


class Progress(Protocol):
    """Whoever shows how far the work is: a page's row, or a bar in a terminal."""

    def step(self, name: str, total: int = 0) -> None: ...

    def advance(self, units: int = 1) -> None: ...


class NothingToCount(Exception):
    """No child was counted; the message says what to look at."""


class CannotBeTold(StoppedError):
    """No figure of a measure may leave as it was asked for; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check made of a release."""

    agreements: tuple[str, ...]
    counted: Mapping[str, str]
    own: Mapping[str, Own]
    protected: FileRef
    certificate: list[Certificate]
    minimum_cell: int
    caveats: tuple[Caveat, ...]
    missing_groups: tuple[str, ...]
    nations: frozenset[str]
    attacked: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """What is out already lets no safe figures be made: where, and which release it is."""

    met: tuple[MetFact, ...]


def run(
    release: Release, *, who: Actor, by: User, at: datetime, progress: Progress
) -> Checked | Stopped:
    """Counts every outcome of a release, protects it and lets the attacker try.

    Raises ``Refused`` where the rules do not allow a step, ``ProtectionFailed`` where the attacker
    wins, and ``CannotBeTold`` of a measure. Every step writes a new file, so a run that was cut
    short harms nothing.
    """
    store, engine, purpose = (
        open_storehouse(),
        open_engine(settings.CAIRN_ENGINE),
        Purpose(release.purpose),
    )
    on = timezone.localdate(at)
    found = sources.of(release.outcomes, purpose, pilot=release.pilot)
    told = sources.told(found, store, on)
    wanted = sources.elements(release.outcomes)
    behind = found.agreements

    progress.step("Gathering what the agreements allow")
    declined = left_out.opt_outs(store, pilot=release.pilot)
    said = Nations(facts.words(release), left_out.members(store, pilot=release.pilot))
    gather = may_build_mart(behind, wanted, purpose, declined, who, on, rows=told, nations=said)
    permit = gather.require()
    disclosures.record(
        gather,
        by=by,
        at=at,
        parties=[release.organization.slug],
        interest=f"to count for the release “{release.title}”",
    )
    marts = mart.build(store, found.refs, permit=permit, pseudonyms=Pseudonyms(), rows=found.rows)
    names = count.school_names(store, marts)

    progress.step("Counting", total=len(release.outcomes))
    permit = may_count(behind, wanted, purpose, who, on, rows=told, nations=said).require()
    counted: dict[str, FileRef] = {}
    out = beside.earlier(release)
    past = beside.past(out, store)
    asked = [*release.tables, *(table for one in past for table in one.tables)]
    dims = protecting.counted_by(asked)
    definitions = sources.definitions(release.outcomes)
    for definition in definitions:
        counted[definition.id] = count.count(
            store, marts, definition, dims, permit=permit, engine=engine
        )
        progress.advance()

    dims = protecting.dimensions(release.tables)
    mine = own.counted(found, store, marts, definitions, dims, permit=permit, engine=engine)

    progress.step("Protecting, and attacking what is protected", total=len(counted))
    protect = may_protect(behind, purpose, who, on).require()
    minimum = protect.minimum_cell or protecting.LEAST
    together = groups.asked_for(one["values"] for one in release.merged)
    found_years: list[Year | MeasuredYear | MetFact] = []
    known = beside.out(out)
    for definition in definitions:
        rows = store.read(counted[definition.id]).to_pylist()
        if definition.measure:
            found_years += _measured(release, definition, rows, minimum, past, known)
        else:
            asked_now = release.tables or ((),)
            found_years += protecting.years(
                definition.id, rows, asked_now, minimum, release.years, past, together
            )
        progress.advance()
    if met := tuple(one for one in found_years if isinstance(one, MetFact)):
        return Stopped(met)
    years = [one for one in found_years if not isinstance(one, MetFact)]
    if not years:
        raise NothingToCount(
            "No child was counted for these outcomes and years. Look at the deliveries: has the "
            "record that the outcome counts arrived, and were people linked since?"
        )
    progress.step("Looking at what else could be done", total=len(counted))
    certificate = [certifying.certificate(year) for year in years]
    newest = {
        year.outcome: (place, year) for place, year in enumerate(years) if isinstance(year, Year)
    }
    for place, year in newest.values():
        certificate[place]["ways"] = otherwise.ways(year)
        progress.advance()
    protected = released.write(
        store,
        [cell for year in years for cell in year.cells()],
        names=names,
        permit=protect,
        inputs=list(counted.values()),
        note={"release": str(release.pk), **world(release)},
    )
    return Checked(
        agreements=protect.agreements,
        counted={outcome: str(ref) for outcome, ref in counted.items()},
        own=mine,
        protected=protected,
        certificate=certificate,
        minimum_cell=max(minimum, protecting.LEAST),
        caveats=(
            *_somebody_left_out(gather),
            *linkage.caveats(
                linkage.latest(pilot=release.pilot), {part.organization for part in found.parts}
            ),
        ),
        missing_groups=protecting.missing_groups(years, RACES),
        nations=approving(said.words, on),
        attacked=tuple(one.pk for one in out),
    )


def _measured(
    release: Release,
    definition: OutcomeDefinition,
    rows: list[dict[str, Any]],
    minimum: int,
    past: list[Past],
    out: tuple[OutFact, ...],
) -> Iterator[MeasuredYear | MetFact]:
    """The years of one measure, or what stops them. A year of which another figure is out is not
    begun."""
    told = {str(row["school_year"]) for row in rows}
    asked = protecting.among(told, release.years)
    met = [one for year in sorted(asked) if (one := another_figure(definition.id, year, out))]
    if met or definition.measure is None:
        yield from met
        return
    wanted = measuring.Wanted(
        definition.id,
        definition.measure,
        Statistic(release.statistic),
        release.tables or ((),),
        release.years,
        minimum,
        groups.asked_for(one["values"] for one in release.merged),
    )
    try:
        yield from measuring.years(wanted, rows, past)
    except (UnfitMeasureError, TooCloseError) as why:
        raise CannotBeTold(str(why)) from why


def _somebody_left_out(gather: Decision) -> Iterator[Caveat]:
    """That children are left out, and neither which, nor how many, nor why: a family's no, a
    school's silence and a nation's own decision are told in the same words."""
    if any(r.about == PEOPLE and r.effect is not Outcome.ALLOW for r in gather.reasons):
        yield {"code": LEFT_OUT}


def world(release: Release) -> dict[str, str]:
    """What a file of a pilot says of itself, wherever it goes."""
    return {"watermark": "synthetic, a pilot"} if release.pilot else {}
