"""An organization's own numbers beside the published ones, table by table, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cairn.dashboards import apart
from cairn.disclosure.contributor import FEWEST_OTHERS
from cairn.releases import labels
from cairn.releases.figures import COUNTY, NOT_ON_RECORD, Count, Figures, Key
from cairn.releases.own_figures import PLACES, RACE_AND_GENDER, Own, table
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Audience, Outcome
from cairn.warehouse.released import ALL

_NOTHING = Count(None, None)


@dataclass(frozen=True, slots=True)
class Line:
    """One group: the organization's own number, if it may be shown, and what is published."""

    label: str
    own: str
    own_count: str
    published: str


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One breakdown. ``other`` heads the published column; ``has_own`` is whether its own numbers
    are in it, and ``why`` says why not where others of its own are shown."""

    id: str
    title: str
    other: str
    lines: tuple[Line, ...]
    has_own: bool
    why: str


def tables(own: Own, public: Figures, decision: Decision) -> Iterator[OwnTable]:
    """The breakdowns of the latest year: places first, then groups in the order of the list."""
    mine = own.figures() if decision.allowed else None
    numbers = mine.tables[own.year] if mine else {}
    published = public.tables[own.year]
    for at, (margins, title, other, keys) in enumerate(_breakdowns(own, published)):
        allowed = bool(numbers) and any(
            decision.elements.get(table(m)) is Outcome.ALLOW for m in margins
        )
        lines = tuple(
            _line(label, numbers.get(key) if allowed else None, published.get(shown, _NOTHING))
            for label, key, shown in keys
        )
        if lines:
            why = "" if allowed or not numbers else _why(margins, decision)
            yield OwnTable(f"own-{at}", title, other, lines, allowed, why)


def beside_everyone(own: Own, public: Figures, minimum: int) -> apart.Line | None:
    """The organization's published share against everyone else's: numbers that anybody may read.

    None where there is only one other, who would stand there by name.
    """
    if not own.name or own.others < FEWEST_OTHERS:
        return None
    table_now = public.tables[own.year]
    count = table_now.get((own.name, ALL, ALL, ALL), _NOTHING)
    return apart.line(own.organization.name, count, table_now[COUNTY], minimum)


_Keys = list[tuple[str, Key, Key]]
"""A label, the key of its own number, and that of the published one beside it."""


def _breakdowns(
    own: Own, published: Iterable[Key]
) -> Iterator[tuple[tuple[frozenset[str], ...], str, str, _Keys]]:
    everyone = _("Everyone, as published")
    mine = (key for key in published if key[0] == own.name and key[2:] == COUNTY[2:])
    schools = sorted(mine, key=lambda key: (key[1] != ALL, key[1] == NOT_ON_RECORD, key[1]))
    places: _Keys = [
        (labels.school(key[1]) if key[1] != ALL else _("Whole district"), key, key)
        for key in schools
    ]
    yield (frozenset({"district"}), PLACES), _("Our schools"), _("As published"), places
    there = set(published)
    races = [race for race in labels.races(key[2] for key in there) if race != ALL]
    genders = [gender for gender in labels.GENDERS if gender != ALL]
    for margin, title, pairs in (
        (frozenset({"race_ethnicity"}), _("By race and ethnicity"), [(r, ALL) for r in races]),
        (frozenset({"gender"}), _("By gender"), [(ALL, g) for g in genders]),
        (RACE_AND_GENDER, _("By race and gender"), [(r, g) for r in races for g in genders]),
    ):
        keys: _Keys = [
            (_named(race, gender), (ALL, ALL, race, gender), (ALL, ALL, race, gender))
            for race, gender in pairs
            if (ALL, ALL, race, gender) in there
        ]
        yield (margin,), title, everyone, keys


def _named(race: str, gender: str) -> str:
    if gender == ALL:
        return labels.race(race)
    return labels.gender(gender) if race == ALL else f"{labels.race(race)}, {labels.gender(gender)}"


def _line(label: str, mine: Count | None, published: Count) -> Line:
    if mine is None:
        return Line(label, "", "", labels.percent(published))
    yes, n = labels.people(mine.yes or 0), labels.people(mine.n or 0)
    said = _("%(yes)s of %(n)s") % {"yes": yes, "n": n}
    share = labels.percent(Count(mine.yes or 0, mine.n or 0))
    return Line(label, share, said, labels.percent(published))


def _why(margins: Iterable[frozenset[str]], decision: Decision) -> str:
    names = {table(margin) for margin in margins}
    return " ".join(r.told(Audience.STEWARD) for r in decision.refusals if r.about in names)
