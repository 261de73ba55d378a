"""Read linkage runs: the newest one, its files and its findings."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart, Shadow
from cairn.data.identity.runs.delivery_records import FINDINGS_KEY
from cairn.data.intake.api import (
    MatchCounts,
    find_inactive_deliveries,
    list_current_deliveries,
    load_agreement_by_reference,
    load_delivery_years,
)
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.matching.rosters import RECORD_ID
from cairn.platform.actions.api import open_request_cache
from cairn.platform.audit.api import Work
from cairn.policy import questions
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action
from cairn.warehouse.schema import get_record_type
from cairn.warehouse.store import FileRef

__all__ = ["LinkedFile", "find_latest_run", "list_linked_files"]


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """One file of linked rows of a delivery in force.

    Attributes:
        ref: the file in the `linked` zone of the file store.
        organization: slug of the organization that delivered the rows.
        agreement: reference of the agreement under which they came.
        record: name of the record type, such as "attendance".
        file_year: the school year of the delivery's period; empty if the period says none.
        delivery: id of the delivery.
    """

    ref: FileRef
    organization: str
    agreement: str
    record: str
    file_year: str = ""
    delivery: int = 0


@dataclass(frozen=True, slots=True)
class UnlinkedDeliveries:
    """Deliveries that the newest run did not include.

    Attributes:
        waiting: how many the next run includes.
        left_out: references of the agreements of the others: not in force, or without the user as
            a recipient.
    """

    waiting: int
    left_out: tuple[str, ...]


def find_latest_run(*, pilot: bool = False) -> LinkageRun | None:
    """Find the newest finished run.

    Args:
        pilot: of pilots' deliveries instead of real ones.
    Returns:
        The run, or None before the first.
    """
    return LinkageRun.objects.filter(pilot=pilot).select_related("by").first()


def count_matched_rows_of(deliveries: Collection[int]) -> dict[int, MatchCounts]:
    """Count the rows of deliveries that the newest runs matched to a person.

    Args:
        deliveries: primary keys of deliveries.
    Returns:
        The counts by delivery; none for a delivery that was not matched.
    """
    runs = [run for pilot in (False, True) if (run := find_latest_run(pilot=pilot))]
    parts = LinkedPart.objects.filter(run__in=runs, delivery__in=list(deliveries))
    return {part.delivery: MatchCounts(part.rows, part.rows - part.rows_unlinked) for part in parts}


def list_linked_files(*, pilot: bool = False) -> list[LinkedFile]:
    """List the linked files of the newest run, without those of deliveries that no longer count.

    Args:
        pilot: of pilots' deliveries instead of real ones.
    Returns:
        The files; empty before the first run. A page that only reads loads them once.
    """
    loaded = open_request_cache("linked files")
    if pilot not in loaded:
        loaded[pilot] = _load_linked_files(pilot=pilot)
    files: list[LinkedFile] = loaded[pilot]
    return files


def _load_linked_files(*, pilot: bool) -> list[LinkedFile]:
    run = find_latest_run(pilot=pilot)
    rows = list(run.parts.all()) if run else []
    withdrawn = find_inactive_deliveries(linked_part.delivery for linked_part in rows)
    years = load_delivery_years(linked_part.delivery for linked_part in rows)
    return [
        LinkedFile(
            FileRef.parse(linked_part.file),
            linked_part.organization,
            linked_part.agreement,
            linked_part.record,
            years.get(linked_part.delivery, ""),
            linked_part.delivery,
        )
        for linked_part in rows
        if linked_part.delivery not in withdrawn
    ]


@dataclass(frozen=True, slots=True)
class DisplayedFinding:
    """What looks wrong in a delivery, or in two of them together. No value, no name of a child."""

    about: str
    field: str
    looks: str


def list_run_findings(run: LinkageRun) -> list[DisplayedFinding]:
    """List what looked wrong in the deliveries of a run, as its page shows it.

    Args:
        run: the run.
    Returns:
        The findings.
    """
    name_of = load_organization_names()
    return [
        DisplayedFinding(
            _describe_deliveries(finding["about"], name_of),
            _describe_fields(finding["field"]),
            finding["looks"],
        )
        for finding in run.found.get(FINDINGS_KEY, [])
    ]


def _describe_deliveries(about: str, name_of: Mapping[str, str]) -> str:
    """Name the organizations, with record type and delivery number if one delivery is concerned."""
    descriptions = []
    for part in about.replace(" and ", ", ").split(", "):
        slug, *record_and_number = part.split("/")
        name = name_of.get(slug, slug)
        descriptions.append(
            f"{name}, {get_record_type(record_and_number[0]).title} ({record_and_number[1]})"
            if record_and_number
            else name
        )
    return "; ".join(descriptions)


def _describe_fields(name: str) -> str:
    shown_fields = (field_name for field_name in name.split(", ") if field_name != RECORD_ID)
    return ", ".join(shown_fields).replace("_", " ")


def find_unlinked_deliveries(
    user_actor: Actor, on: date, *, pilot: bool = False
) -> UnlinkedDeliveries:
    """Find the ready deliveries that the newest run did not include.

    Args:
        user_actor: the user.
        on: the day.
        pilot: of pilots' deliveries instead of real ones.
    Returns:
        How many wait for a run, and the agreements of those that a run of this user leaves out. To
        a user who may not match at all, each waits.
    """
    run = find_latest_run(pilot=pilot)
    linked_deliveries = set(run.parts.values_list("delivery", flat=True)) if run else set()
    by_agreement = Counter(
        delivery.agreement
        for delivery in list_current_deliveries()
        if delivery.synthetic is pilot and delivery.delivery not in linked_deliveries
    )
    if not by_agreement or not questions.may_open_page(Action.LINK, user_actor, on=on).allowed:
        return UnlinkedDeliveries(by_agreement.total(), ())
    left_out = tuple(
        reference
        for reference in sorted(by_agreement)
        if not questions.may_match_under_agreement(
            load_agreement_by_reference(reference), user_actor, on, pilot=pilot
        ).allowed
    )
    waiting = by_agreement.total() - sum(by_agreement[reference] for reference in left_out)
    return UnlinkedDeliveries(waiting, left_out)


def find_linkage_progress() -> Work | None:
    """Find the progress of the linkage, or shadow linkage, that was requested last.

    Returns:
        The progress, or None.
    """
    return (
        Work.objects.filter(kind__in=("link", "link-pilots", "shadow")).order_by("-started").first()
    )


def find_latest_shadow() -> Shadow | None:
    """Find the newest shadow linkage that no full run has replaced.

    Returns:
        The shadow linkage, or None.
    """
    return Shadow.objects.filter(taken_at__isnull=True).first()


def list_referenced_files() -> Iterable[str]:
    """List every file in the store that this app references, as `zone/digest`.

    Returns:
        The references.
    """
    return LinkedPart.objects.values_list("file", flat=True).distinct()
