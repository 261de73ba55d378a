"""One organization's own numbers of a published outcome, and what the rules ask about them.

The numbers come from the counts that the release was made of. They are read for the length of one
answer and kept nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.disclosure.contributor import Margin
from cairn.intake.storehouse import open_storehouse
from cairn.partners.models import Organization
from cairn.releases import contributing, protecting, sources
from cairn.releases.contributing import Part
from cairn.releases.figures import NOT_ON_RECORD, Figures, of_outcome
from cairn.releases.models import Release
from cairn.releases.protecting import DISTRICT
from cairn.rules.own_figures import OwnFiguresFact
from cairn.warehouse import released
from cairn.warehouse.outcomes import OutcomeDefinition
from cairn.warehouse.released import ALL
from cairn.warehouse.zones import FileRef, NoSuchFile

PLACES: Final = frozenset({"district", "school"})
RACE_AND_GENDER: Final = frozenset({"race_ethnicity", "gender"})
_TABLES: Final = {
    frozenset({DISTRICT}): "The whole district",
    PLACES: "By school",
    frozenset({"race_ethnicity"}): "By race and ethnicity",
    frozenset({"gender"}): "By gender",
    RACE_AND_GENDER: "By race and gender",
}


@dataclass(frozen=True, slots=True)
class Own:
    """What one organization has in the latest published year of an outcome.

    `name` is what stands in the tables for it, empty where nothing does; `others` how many further
    organizations stand there; `part` is None where it has no row or the counts are gone.
    """

    organization: Organization
    definition: OutcomeDefinition
    year: str
    name: str
    others: int
    fact: OwnFiguresFact
    part: Part | None
    schools: Mapping[str, str]

    def figures(self) -> Figures | None:
        """Its own numbers as they are, of the tables that hold."""
        if self.part is None:
            return None
        outcome = self.definition.id
        found = of_outcome(self.part.cells(outcome, self.year), outcome, self.schools)
        return found if found.years else None


def of(release: Release, organization: Organization, definition: OutcomeDefinition) -> Own:
    """An organization's part of the latest year that a release shows of an outcome."""
    store = open_storehouse()
    held = released.read(store, FileRef.parse(release.released))
    cells = [cell for cell in held.cells if cell.outcome == definition.id]
    year = max(cell.school_year for cell in cells)
    rows = _rows(release, definition.id, year)
    there = frozenset(cell.district for cell in cells) - {ALL, NOT_ON_RECORD}
    name = _name_of(organization, there)
    found: Part | None = None
    if name in contributing.contributors(rows):
        shown = [cell for cell in cells if cell.school_year == year]
        minimum = release.minimum_cell or protecting.LEAST
        found = contributing.part(name, rows, shown, release.tables, minimum)
    return Own(
        organization=organization,
        definition=definition,
        year=year,
        name=name,
        others=len(there - {name}),
        fact=_fact(release, organization, definition, there, found),
        part=found,
        schools=held.names,
    )


def table(margin: Margin) -> str:
    """A breakdown in words, by which the decision names it."""
    return _TABLES.get(margin, ", ".join(sorted(margin)))


def _rows(release: Release, outcome: str, year: str) -> list[dict[str, Any]]:
    """The counts behind one year; none where they were destroyed since."""
    try:
        found = open_storehouse().read(FileRef.parse(release.counted[outcome])).to_pylist()
    except NoSuchFile:
        return []
    return [row for row in found if str(row["school_year"]) == year]


def _name_of(organization: Organization, there: Iterable[str]) -> str:
    """What stands in the tables for an organization: its name in its own records, else its short
    one; nothing where no row is its own."""
    mine = {organization.name.casefold(), organization.slug}
    found = [name for name in there if name.casefold() in mine]
    return found[0] if len(found) == 1 else ""


def _fact(
    release: Release,
    organization: Organization,
    definition: OutcomeDefinition,
    there: frozenset[str],
    part: Part | None,
) -> OwnFiguresFact:
    behind = sources.of_records(definition.records, release.agreements, pilot=release.pilot)
    delivered = frozenset(one.organization for one in behind.parts)
    known = Organization.objects.filter(slug__in=delivered)
    return OwnFiguresFact(
        organization=organization.slug,
        name=organization.name,
        outcome=definition.title["en"],
        has_rows=part is not None,
        delivered_by=delivered,
        rows_of=frozenset(one.slug for one in known if _name_of(one, there)),
        tables=frozenset(table(margin) for margin in part.tables) if part else frozenset(),
        hold=frozenset(table(margin) for margin in part.hold) if part else frozenset(),
    )
