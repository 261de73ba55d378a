"""Read the definitions of indicators, and what each of them counted in its preview."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.outputs.indicators import facts
from cairn.outputs.indicators.facts import read_definition
from cairn.outputs.indicators.models import IndicatorVersion
from cairn.platform.inbox.api import InboxTask
from cairn.platform.storage.api import open_file_store
from cairn.policy import questions
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action
from cairn.warehouse.measures import (
    DefinitionChange,
    IndicatorApproval,
    IndicatorDefinition,
    are_comparable,
    list_definition_changes,
    load_outcome_catalogue,
)
from cairn.warehouse.schema import normalize_spelling
from cairn.warehouse.store import FileRef, NoSuchFile

__all__ = ["list_indicator_tasks", "list_indicator_versions", "load_approved_definitions"]

ROUNDING = 10
"""A preview is not protected, so its counts are rounded to tens, and none below ten is shown."""


def list_indicator_versions(who: Actor, on: date) -> QuerySet[IndicatorVersion]:
    """List every version of every indicator of the community.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The rows, by indicator and from the newest version.

    Raises:
        Refused: the person may not read definitions.
    """
    questions.may_view_indicators(who, on).require()
    return IndicatorVersion.objects.select_related("organization", "author", "approved_by")


def list_indicator_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List the drafts that a member of the data committee may approve, for the home page.

    Args:
        actor: the person.
        on: the date.

    Returns:
        One entry with the drafts that were previewed; none for other people.
    """
    if not questions.may_open_page(Action.APPROVE_INDICATOR, actor, on=on).allowed:
        return []
    drafts = [
        row
        for row in IndicatorVersion.objects.select_related("organization")
        .filter(approved_at__isnull=True)
        .exclude(counted="")
        if questions.may_approve_indicator(facts.build_version_fact(row), actor, on).allowed
    ]
    if not drafts:
        return []
    page = reverse("indicators:list")
    if len(drafts) == 1:
        page = reverse("indicators:detail", args=[drafts[0].pk])
    title = ngettext("indicator to approve", "indicators to approve", len(drafts))
    keys = tuple(f"indicator.approve:{row.pk}:{row.written_at.timestamp():.0f}" for row in drafts)
    return [InboxTask(len(drafts), title, page, minutes=10, keys=keys)]


def load_approved_definitions() -> dict[str, IndicatorDefinition]:
    """Load every approved definition by the ID under which its figures are published.

    Returns:
        Definitions by release ID, the newest version of each indicator last.
    """
    rows = IndicatorVersion.objects.filter(approved_at__isnull=False).select_related("approved_by")
    definitions = {}
    for row in rows.order_by("indicator", "version"):
        definition = get_definition(row)
        definitions[definition.release_id] = replace(definition, id=definition.release_id)
    return definitions


def get_definition(row: IndicatorVersion) -> IndicatorDefinition:
    """Return the definition of a version, with who approved it."""
    definition = read_definition(row.definition)
    if row.approved_by is None or row.approved_at is None:
        return definition
    approved_by = f"data committee ({row.approved_by.name})"
    approval = IndicatorApproval(approved_by, timezone.localdate(row.approved_at))
    return replace(definition, approval=approval)


def describe_writing(version: IndicatorVersion) -> str:
    """Describe the moment at which a version was written, to notice a change of it."""
    return version.written_at.isoformat()


def find_earlier_version(row: IndicatorVersion) -> IndicatorVersion | None:
    """Find the approved version that a version would follow; None for the first."""
    earlier = IndicatorVersion.objects.filter(
        indicator=row.indicator, version__lt=row.version, approved_at__isnull=False
    )
    return earlier.order_by("-version").first()


def is_newest_version(row: IndicatorVersion) -> bool:
    """Return whether no later version, and no draft of one, is on record."""
    later = IndicatorVersion.objects.filter(indicator=row.indicator, version__gt=row.version)
    return not later.exists()


@dataclass(frozen=True, slots=True)
class OtherDefinition:
    """Another indicator of the same name, which is counted in another way.

    Attributes:
        title: its title.
        source: the organization that wrote it; empty if Cairn ships it.
        changes: the entries that differ.
    """

    title: str
    source: str
    changes: tuple[DefinitionChange, ...]


def list_differing_definitions(row: IndicatorVersion) -> list[OtherDefinition]:
    """List indicators of the same name that count differently, so that figures do not compare.

    Names are the same in either language without case, spaces and signs. Of the other indicators
    of the community, the newest version is compared, a draft too.
    """
    definition = read_definition(row.definition)
    names = _normalize_titles(definition)
    return [
        OtherDefinition(other.title["en"], source, list_definition_changes(other, definition))
        for other, source in _list_others(row)
        if names & _normalize_titles(other) and not are_comparable(other, definition)
    ]


def _list_others(row: IndicatorVersion) -> Iterator[tuple[IndicatorDefinition, str]]:
    yield from ((definition, "") for definition in load_outcome_catalogue().values())
    newest: dict[str, IndicatorVersion] = {}
    others = IndicatorVersion.objects.exclude(indicator=row.indicator)
    for other in others.select_related("organization").order_by("version"):
        newest[other.indicator] = other
    for other in newest.values():
        yield read_definition(other.definition), other.organization.name


def _normalize_titles(definition: IndicatorDefinition) -> set[str]:
    return {normalize_spelling(title) for title in definition.title.values()}


@dataclass(frozen=True, slots=True)
class PreviewYear:
    """What a preview counted in one period, rounded to tens; None below ten.

    Attributes:
        period: the period.
        people: people who are counted.
        reached: those of them who reached the indicator.
        before: people in the preview of the approved version.
    """

    period: str
    people: int | None
    reached: int | None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a preview counted.

    Attributes:
        years: one row for each period.
        missing: people without a group on record, by breakdown; None below ten.
        changed: children in another group by a named rule, by breakdown; None below ten.
    """

    years: tuple[PreviewYear, ...]
    missing: Mapping[str, int | None]
    changed: Mapping[str, int | None]


def load_preview(row: IndicatorVersion, earlier: IndicatorVersion | None) -> Preview | None:
    """Load what the preview of a version counted, beside the approved version.

    Returns:
        The preview; None if there is none, or if its file was destroyed.
    """
    counts = _read_counts(row)
    if counts is None:
        return None
    before = (_read_counts(earlier) or ({}, {}))[0] if earlier else {}
    people, noted = counts
    return Preview(
        tuple(
            PreviewYear(
                period,
                round_count(total),
                round_count(reached),
                round_count(before[period][0]) if period in before else None,
            )
            for period, (total, reached) in sorted(people.items(), reverse=True)
        ),
        _round_counts(noted, "without_"),
        _round_counts(noted, "changed_"),
    )


def _round_counts(counts: Mapping[str, int], kind: str) -> dict[str, int | None]:
    """Round the counts of one kind, by breakdown."""
    return {
        name.removeprefix(kind): round_count(total)
        for name, total in counts.items()
        if name.startswith(kind)
    }


def _read_counts(
    row: IndicatorVersion,
) -> tuple[dict[str, tuple[int, int]], dict[str, int]] | None:
    """Read people and those who reached it by period, and the counts that the manifest has."""
    if not row.counted:
        return None
    store, ref = open_file_store(), FileRef.parse(row.counted)
    try:
        rows, manifest = store.read(ref).to_pylist(), store.manifest(ref)
    except NoSuchFile:
        return None
    people: dict[str, tuple[int, int]] = {}
    for counted in rows:
        total, reached = people.get(counted["school_year"], (0, 0))
        count = counted["n"]
        people[counted["school_year"]] = (
            total + count,
            reached + (count if counted["result"] == "yes" else 0),
        )
    return people, dict(manifest.counts)


def round_count(count: int) -> int | None:
    """Round a count to tens; None if it is below ten."""
    return None if count < ROUNDING else round(count / ROUNDING) * ROUNDING


def list_preview_files() -> Iterator[str]:
    """List every file of the store that a preview counted, as ``zone/digest``.

    Yields:
        References.
    """
    yield from IndicatorVersion.objects.exclude(counted="").values_list("counted", flat=True)
