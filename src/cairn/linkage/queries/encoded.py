"""Children who came without names, as the page and every figure that counts them say it."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cairn.disclosures.queries import names
from cairn.linkage.models import LinkageRun
from cairn.warehouse.encoded.loss import CLEAR, ENCODED


@dataclass(frozen=True, slots=True)
class Project:
    """The encodings of one secret: whose they are, and how many people they make."""

    name: str
    records: int
    people: int
    sources: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """People without names beside the ``named``; how many different people there are in all.
    ``torn``: the organizations that sent encodings of more than one project."""

    projects: tuple[Project, ...]
    people: int
    named: int
    least: int
    most: int
    torn: tuple[str, ...]

    @property
    def uncertain(self) -> bool:
        """Whether somebody could be counted twice."""
        return self.least < self.most


@dataclass(frozen=True, slots=True)
class Cost:
    """One measure of linking, by names and by encodings, as text."""

    what: str
    clear: str
    encoded: str


def encoded(run: LinkageRun) -> Encoded | None:
    """What a run found of encodings; none where nothing came encoded.

    One project's people are not compared with the named, nor with another project's. Each could be
    one of theirs: there are at least as many people as in the largest of these worlds.
    """
    worlds = run.found.get("encoded", [])
    if not worlds:
        return None
    called = names()
    projects = tuple(_project(world, called) for world in worlds)
    sent = Counter(name for project in projects for name, _records, _people in project.sources)
    each = [run.found["named"], *(project.people for project in projects)]
    return Encoded(
        projects=projects,
        people=sum(each[1:]),
        named=each[0],
        least=max(each),
        most=sum(each),
        torn=tuple(name for name, n in sent.items() if n > 1),
    )


def counted(run: LinkageRun, organizations: Collection[str]) -> bool:
    """Whether figures from rows of these organizations can count children who came encoded."""
    brought = {source for world in run.found.get("encoded", []) for source in world["by_source"]}
    return not brought.isdisjoint(organizations)


def costs() -> list[Cost]:
    """What linking without names costs, beside linking by names: measured, not promised."""
    told = (
        (_("pairs of one child's records that are found"), "found"),
        (_("found pairs that are right"), "right"),
        (_("children with all of their records and no other"), "exact"),
        (_("children mixed up with another"), "mixed_up"),
        (_("twins taken for their twin"), "twins"),
    )
    return [
        Cost(what, f"{getattr(CLEAR, name):g}", f"{getattr(ENCODED, name):g}")
        for what, name in told
    ]


def said() -> str:
    """What goes with every figure in which such children are counted. It holds no count of them:
    a reader of the figure could tell from one how few they are."""
    return _(
        "Some of these children came without names, as encodings, and are compared with those of "
        "their own project alone: a child who is known by name too, or in two projects, counts "
        "twice. Measured on invented records, of 100 pairs of one child's records %(missed)s are "
        "missed among encodings (by names %(missed_clear)s), of 100 children %(mixed)s is mixed up "
        "with another (%(mixed_clear)s), and of 100 twins %(twins)s are taken for their twin "
        "(%(twins_clear)s)."
    ) % {
        "missed": f"{ENCODED.missed:.0f}",
        "missed_clear": f"{CLEAR.missed:g}",
        "mixed": f"{ENCODED.mixed_up:g}",
        "mixed_clear": f"{CLEAR.mixed_up:g}",
        "twins": f"{ENCODED.twins:g}",
        "twins_clear": f"{CLEAR.twins:g}",
    }


def _project(world: Mapping[str, Any], called: Mapping[str, str]) -> Project:
    sources = tuple(
        (called.get(source, source), records, people)
        for source, (records, people) in world["by_source"].items()
    )
    return Project(world["project"], world["records"], world["people"], sources)
