"""Describe children with encoded records, for the linkage page and for figures."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cairn.data.identity.models.linkage_runs import LinkageRun
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.matching.pprl import CLEAR_TEXT_ACCURACY, ENCODED_ACCURACY

__all__ = ["summarize_encodings"]


@dataclass(frozen=True, slots=True)
class EncodedProject:
    """The encodings of one secret: their sources, and how many people they make."""

    name: str
    records: int
    people: int
    sources: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class EncodedSummary:
    """People without names beside the `named`, and how many different people there are in all.

    `torn`: the organizations that sent encodings of more than one project.
    """

    projects: tuple[EncodedProject, ...]
    people: int
    named: int
    least: int
    most: int
    torn: tuple[str, ...]

    @property
    def uncertain(self) -> bool:
        """Return whether a person could be counted twice."""
        return self.least < self.most


@dataclass(frozen=True, slots=True)
class EncodingCost:
    """One measure of linking, by names and by encodings, as text."""

    what: str
    clear: str
    encoded: str


def summarize_encodings(run: LinkageRun) -> EncodedSummary | None:
    """Summarize the encodings of a run.

    People of one project are compared neither with people with names nor with those of another
    project. Each could be one of them: there are at least as many people as in the largest of these
    groups.

    Args:
        run: a linkage run.
    Returns:
        The summary, or None if the run had no encodings.
    """
    project_counts = run.found.get("encoded", [])
    if not project_counts:
        return None
    name_of = load_organization_names()
    projects = tuple(
        _build_project(project_count_data, name_of) for project_count_data in project_counts
    )
    source_counts = Counter(
        name for project in projects for name, _records, _people in project.sources
    )
    people_counts = [run.found["named"], *(project.people for project in projects)]
    return EncodedSummary(
        projects=projects,
        people=sum(people_counts[1:]),
        named=people_counts[0],
        least=max(people_counts),
        most=sum(people_counts),
        torn=tuple(name for name, project_count in source_counts.items() if project_count > 1),
    )


def has_encoded_children(run: LinkageRun, organizations: Collection[str]) -> bool:
    """Decide whether figures from rows of these organizations can include encoded children.

    Args:
        run: a linkage run.
        organizations: slugs of organizations.
    Returns:
        True if one of them sent encodings.
    """
    encoding_sources = {
        source for project in run.found.get("encoded", []) for source in project["by_source"]
    }
    return not encoding_sources.isdisjoint(organizations)


def list_encoding_costs() -> list[EncodingCost]:
    """List what linking without names costs, beside linking by names, as measured.

    Returns:
        The measures.
    """
    measures = (
        (_("true matches found (pairs of records of the same student)"), "found"),
        (_("found matches that are correct"), "right"),
        (_("students with all of their own records and no others"), "exact"),
        (_("students confused with another student"), "mixed_up"),
        (_("twins matched to their twin"), "twins"),
    )
    return [
        EncodingCost(
            label, f"{getattr(CLEAR_TEXT_ACCURACY, name):g}", f"{getattr(ENCODED_ACCURACY, name):g}"
        )
        for label, name in measures
    ]


def describe_encoding_caveat() -> str:
    """Describe the caveat for every figure that includes encoded children.

    It holds no count of them, since a reader could infer how few they are.

    Returns:
        The text.
    """
    return _(
        "Some of these students have encoded records without names. Cairn compares encoded records "
        "only within one project, so a student who also has a record with a name, or is in two "
        "projects, is counted twice. In tests with synthetic records, matching without names "
        "missed %(missed)s of 100 true matches (with names: %(missed_clear)s), confused "
        "%(mixed)s of 100 students with another student (%(mixed_clear)s), and matched %(twins)s "
        "of 100 twins to their twin (%(twins_clear)s)."
    ) % {
        "missed": f"{ENCODED_ACCURACY.missed:.0f}",
        "missed_clear": f"{CLEAR_TEXT_ACCURACY.missed:g}",
        "mixed": f"{ENCODED_ACCURACY.mixed_up:g}",
        "mixed_clear": f"{CLEAR_TEXT_ACCURACY.mixed_up:g}",
        "twins": f"{ENCODED_ACCURACY.twins:g}",
        "twins_clear": f"{CLEAR_TEXT_ACCURACY.twins:g}",
    }


def _build_project(project_counts: Mapping[str, Any], name_of: Mapping[str, str]) -> EncodedProject:
    sources = tuple(
        (name_of.get(source, source), records, people)
        for source, (records, people) in project_counts["by_source"].items()
    )
    return EncodedProject(
        project_counts["project"], project_counts["records"], project_counts["people"], sources
    )
