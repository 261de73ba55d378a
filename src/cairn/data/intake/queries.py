"""Read deliveries, narrowed to the requester before anything is fetched."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final, Self

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.data.intake import submission_reports
from cairn.data.intake.facts import Submission, needs_student_keys
from cairn.data.intake.models import (
    CURRENT_STATES,
    Delivery,
    FileRequest,
    FolderFile,
    FolderFileOutcome,
    ProposedFile,
    SavedMapping,
    WatchedFolder,
)
from cairn.governance.agreements.api import list_visible_agreements
from cairn.governance.disclosure_log.api import UseRecords
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import (
    find_askable_organizations,
    find_organization_scope,
    find_viewable_deliveries,
    may_open_page,
)
from cairn.policy.vocabulary import Action, Channel, DeliveryState
from cairn.warehouse.pipeline import has_population_fields
from cairn.warehouse.schema import ColumnMapping, Failure, find_period_year, get_record_type
from cairn.warehouse.store import FileStore, Manifest, Zone

__all__ = [
    "DeliverySlot",
    "filter_visible_deliveries",
    "find_inactive_deliveries",
    "find_superseded_deliveries",
    "list_current_deliveries",
    "list_delivery_tasks",
    "list_derived_files",
    "list_organizations_for_action",
    "list_saved_mappings",
    "load_delivery_years",
    "load_received_elements",
    "load_unread_columns",
]


MAILED_REPORTS: Final = 5
"""How many reports an email describes in counts."""


@dataclass(frozen=True, slots=True)
class DeliverySlot:
    """The slot that one delivery at a time fills.

    Attributes:
        organization: the sender.
        agreement: reference of the agreement.
        feed: short name of the feed.
        period: what the rows cover.
        part: which part of the period's data; empty for all of it.
    """

    organization: Organization
    agreement: str
    feed: str
    period: str
    part: str = ""

    @classmethod
    def from_delivery(cls, delivery: Delivery) -> Self:
        """Return the slot of a delivery."""
        return cls(
            delivery.organization,
            delivery.agreement_reference,
            delivery.feed,
            delivery.period,
            delivery.part,
        )

    @classmethod
    def from_submission(cls, submission: Submission) -> Self:
        """Return the slot that a file would fill."""
        return cls(
            submission.organization,
            submission.agreement.reference,
            submission.feed,
            submission.period,
            submission.part,
        )

    def list_current_parts(self) -> QuerySet[Delivery]:
        """Return the deliveries that count now for this feed and period, whichever the part."""
        return Delivery.objects.filter(
            organization=self.organization,
            agreement_reference=self.agreement,
            feed=self.feed,
            period=self.period,
            state__in=CURRENT_STATES,
        ).order_by("part", "pk")

    def has_whole_and_parts(self) -> bool:
        """Return whether a file for all of the period counts beside files for parts of it."""
        parts = {row.part for row in self.list_current_parts()}
        return "" in parts and len(parts) > 1

    def find_same_delivery(self, fingerprint: str) -> Delivery | None:
        """Return the delivery of the same file that counts now, if any, whichever its part.

        The same rows under two parts would count twice. Where its rows were corrected since, the
        corrected ones count: the uncorrected file does not replace them.
        """
        same = Q(fingerprint=fingerprint) | Q(original__fingerprint=fingerprint)
        return self.list_current_parts().filter(same).first()

    def find_older_version(self, fingerprint: str, extract_date: date | None) -> Delivery | None:
        """Return the same file of the same day, if a newer version replaced it already."""
        current = self.find_current_delivery()
        if current is None or extract_date is None or current.data_as_of is None:
            return None
        replaced = self.list_deliveries().filter(
            state=DeliveryState.SUPERSEDED, fingerprint=fingerprint, extract_date=extract_date
        )
        return replaced.first() if extract_date < current.data_as_of else None

    def list_deliveries(self) -> QuerySet[Delivery]:
        """Return every delivery ever sent for this slot."""
        return Delivery.objects.filter(
            organization=self.organization,
            agreement_reference=self.agreement,
            feed=self.feed,
            period=self.period,
            part=self.part,
        )

    def find_held_delivery(self, fingerprint: str) -> Delivery | None:
        """Return the held delivery of the same file for this feed and period, if any."""
        return Delivery.objects.filter(
            organization=self.organization,
            agreement_reference=self.agreement,
            feed=self.feed,
            period=self.period,
            state=DeliveryState.HELD,
            fingerprint=fingerprint,
        ).first()

    def find_other_period(self, content_digest: str) -> Delivery | None:
        """Return the delivery of the same file that counts for another period, if any."""
        same = Delivery.objects.filter(
            organization=self.organization,
            agreement_reference=self.agreement,
            feed=self.feed,
            content_digest=content_digest,
            state__in=CURRENT_STATES,
        )
        return same.exclude(period=self.period).order_by("pk").last()

    def count_earlier_rows(self) -> int:
        """Return the rows of the newest file of another period, to notice that many are gone.

        Only rows about each child once are compared, such as a roster: a month has more or fewer
        days than the one before. The records of a row, such as two parents, are one row of a file.
        """
        rows = Delivery.objects.filter(
            organization=self.organization,
            agreement_reference=self.agreement,
            feed=self.feed,
            part=self.part,
            state__in=CURRENT_STATES,
        ).exclude(period=self.period)
        newest = rows.order_by("-received_at", "-pk").first()
        is_roster = newest is not None and "date" not in get_record_type(newest.record).fields
        if newest is None or not is_roster:
            return 0
        added = sum(int(sheet["added"]) for sheet in newest.report.get("sheets", ()))
        return newest.rows_in - added

    def find_current_delivery(self, *, locked: bool = False) -> Delivery | None:
        """Return the delivery that counts now, if any; `locked` until the transaction ends."""
        rows = self.list_deliveries().filter(state__in=CURRENT_STATES)
        return (rows.select_for_update() if locked else rows).first()


@dataclass(frozen=True, slots=True)
class CurrentDelivery:
    """One delivery with rows that count now, for the later steps. References are text."""

    delivery: int
    organization: str
    agreement: str
    feed: str
    period: str
    record: str
    conformed_ref: str
    synthetic: bool = False


def list_current_deliveries(
    agreements: Collection[str] | None = None,
) -> tuple[CurrentDelivery, ...]:
    """List the deliveries that count now, over all organizations, in a stable order.

    Args:
        agreements: references of the agreements to consider; all if None.

    Returns:
        The deliveries, by organization, agreement, feed, period and part.
    """
    return _list_current_deliveries(None if agreements is None else frozenset(agreements))


@keep_while_rows_unchanged()
def _list_current_deliveries(agreements: frozenset[str] | None) -> tuple[CurrentDelivery, ...]:
    rows = Delivery.objects.filter(state=DeliveryState.CONFORMED).order_by(
        "organization__slug", "agreement_reference", "feed", "period", "part"
    )
    if agreements is not None:
        rows = rows.filter(agreement_reference__in=agreements)
    columns = ("pk", "agreement_reference", "feed", "period", "record", "conformed", "synthetic")
    return tuple(
        CurrentDelivery(delivery, slug, agreement, feed, period, record, conformed, bool(invented))
        for slug, delivery, agreement, feed, period, record, conformed, invented in (
            rows.values_list("organization__slug", *columns)
        )
    )


def find_inactive_deliveries(delivery_ids: Iterable[int]) -> frozenset[int]:
    """Find the deliveries that were withdrawn, replaced or destroyed, or are being read again.

    Args:
        delivery_ids: primary keys.

    Returns:
        The primary keys of those.
    """
    rows = Delivery.objects.filter(pk__in=list(delivery_ids)).exclude(state=DeliveryState.CONFORMED)
    return frozenset(rows.values_list("pk", flat=True))


def load_delivery_years(delivery_ids: Iterable[int]) -> dict[int, str]:
    """Load the school year of the period of deliveries.

    Args:
        delivery_ids: primary keys.

    Returns:
        School year by primary key; empty where the period says none.
    """
    rows = Delivery.objects.filter(pk__in=list(delivery_ids))
    return {pk: find_period_year(period) for pk, period in rows.values_list("pk", "period")}


def find_superseded_deliveries(delivery_ids: Iterable[int]) -> frozenset[int]:
    """Find the deliveries that a newer one replaced.

    Args:
        delivery_ids: primary keys.

    Returns:
        The primary keys of those.
    """
    rows = Delivery.objects.filter(pk__in=list(delivery_ids), state=DeliveryState.SUPERSEDED)
    return frozenset(rows.values_list("pk", flat=True))


@keep_while_rows_unchanged()
def find_agreements_with_exact_counts(requester: Actor, on: date) -> frozenset[str]:
    """Find the agreements, of those that a person may read, that do not rest on signed forms.

    Args:
        requester: the policy facts about the person.
        on: the date.

    Returns:
        Their references. Lists show exact numbers of rows under them.
    """
    if not may_open_page(Action.VIEW_AGREEMENT, requester, on=on).allowed:
        return frozenset()
    return frozenset(
        listing.terms.reference
        for listing in list_visible_agreements(requester, on)
        if not needs_student_keys(listing.terms)
    )


def list_organizations_for_action(action: Action, requester: Actor, on: date) -> list[Organization]:
    """List the organizations for which a person may take an action on a date.

    Args:
        action: the action.
        requester: facts about the person.
        on: the date.

    Returns:
        The organizations.
    """
    scope = find_organization_scope(action, requester, on)
    rows = Organization.objects.all()
    return list(rows if scope.every else rows.filter(slug__in=scope.organizations))


def filter_visible_deliveries(requester: Actor, on: date) -> QuerySet[Delivery]:
    """Return the deliveries that a person may see on a date, newest first.

    Args:
        requester: facts about the person.
        on: the date.

    Returns:
        The deliveries, with organization, sender and mapping.
    """
    rows = Delivery.objects.select_related("organization", "received_by", "mapping")
    scope = find_viewable_deliveries(requester, on)
    return rows if scope.every else rows.filter(organization__slug__in=scope.organizations)


def filter_overdue_deliveries(rows: QuerySet[Delivery], on: date) -> QuerySet[Delivery]:
    """Return those with rows still held on or after the day by which they must be destroyed."""
    held = rows.filter(landed__gt="", destroy_by__lte=on)
    return held.exclude(state=DeliveryState.DESTROYED).order_by("destroy_by", "pk")


def filter_quarantined_deliveries(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return those that count now and have rows that were set aside."""
    return rows.filter(state=DeliveryState.CONFORMED, rows_kept__lt=F("rows_in"))


@keep_while_rows_unchanged()
def load_received_elements(elements: frozenset[str], _project: str) -> UseRecords:
    """Load which of these elements current files brought, for the question about a use of data.

    Args:
        elements: data elements (``record.field``).
    Returns:
        The elements with accepted rows, by the reference of their agreement.
    """
    received: defaultdict[str, set[str]] = defaultdict(set)
    rows = Delivery.objects.filter(state=DeliveryState.CONFORMED.value, rows_kept__gt=0)
    for reference, decided in rows.values_list("agreement_reference", "decision__elements"):
        received[reference] |= elements & (decided or {}).keys()
    return UseRecords(received={key: frozenset(names) for key, names in received.items()})


def get_newest_mapping(organization: Organization, feed: str) -> SavedMapping | None:
    """Return the mapping version of a feed that counts.

    Args:
        organization: the sender.
        feed: short name of the feed.

    Returns:
        The version, or None before the first.
    """
    return SavedMapping.objects.filter(organization=organization, feed=feed).first()


def filter_visible_proposals(requester: Actor, on: date) -> QuerySet[ProposedFile]:
    """Return the files that wait for a person to confirm their columns, as far as one may see them.

    Args:
        requester: facts about the person.
        on: the date.

    Returns:
        The files, newest first.
    """
    rows = ProposedFile.objects.select_related(
        "organization", "proposed_by", "delivery", "corrects"
    )
    scope = find_organization_scope(Action.RECEIVE, requester, on)
    return rows if scope.every else rows.filter(organization__slug__in=scope.organizations)


def filter_visible_file_requests(requester: Actor, on: date) -> QuerySet[FileRequest]:
    """Return the requests for files that a person may see: those of organizations they may ask.

    Args:
        requester: facts about the person.
        on: the date.

    Returns:
        The requests, newest first.
    """
    rows = FileRequest.objects.select_related("organization", "asked_by", "proposed", "delivery")
    scope = find_askable_organizations(requester, on)
    return rows if scope.every else rows.filter(organization__slug__in=scope.organizations)


def find_file_request(key_digest: str) -> FileRequest | None:
    """Find the request of a link by the hash of its key; None if there is no such link."""
    rows = FileRequest.objects.select_related("organization", "asked_by")
    return rows.filter(links__key_digest=key_digest).first()


def list_requests_to_remind(on: date) -> list[FileRequest]:
    """List the open requests that are due within two days and were not reminded of.

    Args:
        on: the day; a request of that day is not reminded of yet.
    """
    rows = FileRequest.objects.select_related("organization", "asked_by").filter(
        withdrawn_at=None,
        answered_at=None,
        reminded_at=None,
        is_emailed=True,
        due_on__lte=on + REMINDER_TIME,
        ends_on__gte=on,
    )
    return [row for row in rows if timezone.localdate(row.asked_at) < on]


def list_watched_folders(
    requester: Actor, on: date
) -> list[tuple[WatchedFolder, FolderFile | None]]:
    """List the folders that are watched, as far as a person may see them, with the newest file.

    Args:
        requester: facts about the person.
        on: the date.
    """
    rows = WatchedFolder.objects.filter(ended_at=None).select_related("organization")
    scope = find_organization_scope(Action.RECEIVE, requester, on)
    visible = rows if scope.every else rows.filter(organization__slug__in=scope.organizations)
    return [(row, row.files.first()) for row in visible]


def filter_refused_folder_files(
    requester: Actor, on: date, *, is_handled: bool | None = False
) -> QuerySet[FolderFile]:
    """Return the files of watched folders that were not accepted, as far as a person may see them.

    Args:
        requester: facts about the person.
        on: the date.
        is_handled: whether a person looked at them; None for both.
    """
    rows = FolderFile.objects.select_related("folder__organization").filter(
        outcome=FolderFileOutcome.REFUSED
    )
    if is_handled is not None:
        rows = rows.filter(handled_at__isnull=not is_handled)
    scope = find_organization_scope(Action.RECEIVE, requester, on)
    if scope.every:
        return rows
    return rows.filter(folder__organization__slug__in=scope.organizations)


REMINDER_TIME: Final = timedelta(days=2)


def find_last_upload_agreement(by: User) -> str:
    """Find the agreement under which a person last uploaded a file that was not refused.

    Args:
        by: the person.

    Returns:
        Its reference; empty if they have uploaded none.
    """
    rows = Delivery.objects.filter(received_by=by, channel=Channel.UPLOAD.value)
    rows = rows.exclude(state=DeliveryState.REFUSED)
    references = rows.order_by("-received_at", "-pk").values_list("agreement_reference", flat=True)
    return references.first() or ""


def load_unread_columns(organization: Organization) -> Mapping[str, frozenset[str]]:
    """Load the columns that no mapping reads in the newest accepted file of each feed.

    Args:
        organization: the sender.

    Returns:
        Names of columns by feed.
    """
    rows = Delivery.objects.filter(organization=organization, mapping__isnull=False)
    reports = rows.order_by("received_at", "pk").values_list("feed", "report")
    return {
        feed: frozenset(column["name"] for column in report.get("dropped", ()))
        for feed, report in reports
    }


def list_saved_mappings(organization: Organization) -> list[SavedMapping]:
    """List the newest mapping version of each feed of an organization.

    Args:
        organization: the sender.

    Returns:
        The versions, by feed.
    """
    newest: dict[str, SavedMapping] = {}
    for row in SavedMapping.objects.filter(organization=organization).order_by("feed", "-version"):
        newest.setdefault(row.feed, row)
    return list(newest.values())


def find_data_sets_of_tables(
    file: Delivery | ProposedFile, tables: Collection[str]
) -> dict[str, str]:
    """Find the tables of a file that are data sets of their own, received, held or waiting.

    Args:
        file: one data set of the file.
        tables: names of tables that its column mapping does not name.

    Returns:
        The name of the data set by the name of the table.
    """
    if not tables:
        return {}
    same = {"organization": file.organization, "content_digest": file.content_digest}
    received = Delivery.objects.filter(**same, state__in=CURRENT_STATES, mapping__isnull=False)
    held = Delivery.objects.filter(**same, state=DeliveryState.HELD)
    waiting = ProposedFile.objects.filter(**same, outcome="")
    mappings = [
        *held.exclude(feed=file.feed).values_list("feed", "report__held__mapping"),
        *received.exclude(feed=file.feed).values_list("feed", "mapping__text"),
        *waiting.exclude(feed=file.feed).values_list("feed", "mapping"),
    ]
    found: dict[str, str] = {}
    for feed, text in mappings:
        pattern = (ColumnMapping.parse(text).sheet or "").casefold()
        found |= {name: feed for name in tables if fnmatchcase(name.casefold(), pattern)}
    return found


def find_refused_file(submission: Submission, content_digest: str) -> Delivery | None:
    """Find the newest refusal on record of a file.

    Args:
        submission: what the sender states.
        content_digest: SHA-256 of its bytes.

    Returns:
        The delivery; None if there is none.
    """
    return (
        Delivery.objects.filter(
            organization=submission.organization,
            agreement_reference=submission.agreement.reference,
            feed=submission.feed,
            period=submission.period,
            file_name=submission.name,
            channel=submission.channel.value,
            content_digest=content_digest,
            state=DeliveryState.REFUSED.value,
        )
        .order_by("pk")
        .last()
    )


def list_delivery_tasks(requester: Actor, on: date) -> list[InboxTask]:
    """List the deliveries on which a person must act: rows set aside, and duties to destroy.

    Args:
        requester: facts about the person.
        on: the date.

    Returns:
        Entries for the person's task list.
    """
    visible = filter_visible_deliveries(requester, on)
    address = reverse("intake:deliveries")
    entries = []
    if reports := submission_reports.list_unread_reports(visible, requester, on):
        count = len(reports)
        title = ngettext(
            "report on a data submission to read", "reports on data submissions to read", count
        )
        texts = [report.describe_counts() for report in reports[:MAILED_REPORTS]]
        entries.append(
            InboxTask(
                count,
                title,
                reverse("intake:delivery", args=[reports[0].delivery.pk]),
                detail=texts[0] if count == 1 else "",
                mail_detail="\n".join(texts),
                minutes=2,
                keys=tuple(report.key for report in reports),
            )
        )
    if keys := _list_keys("set_aside", filter_quarantined_deliveries(visible)):
        count = len(keys)
        title = ngettext(
            "data submission with rows set aside", "data submissions with rows set aside", count
        )
        entries.append(InboxTask(count, title, f"{address}?show=aside", minutes=15, keys=keys))
    if to_decide := list_deliveries_to_decide(visible, requester, on):
        count = len(to_decide)
        title = ngettext(
            "file to replace an earlier one or not",
            "files to replace earlier ones or not",
            count,
        )
        decide_address = (
            reverse("intake:delivery", args=[to_decide[0]])
            if count == 1
            else f"{address}?show=held"
        )
        keys = tuple(f"submission.held:{pk}" for pk in to_decide)
        entries.append(InboxTask(count, title, decide_address, minutes=5, keys=keys))
    waiting_files = list(filter_visible_proposals(requester, on).filter(outcome=""))
    if waiting := [row for row in waiting_files if row.corrects_id is None]:
        count = len(waiting)
        title = ngettext("file with columns to confirm", "files with columns to confirm", count)
        entries.append(
            InboxTask(
                count,
                title,
                reverse("intake:proposal", args=[waiting[0].pk]) if count == 1 else address,
                due=min(row.destroy_on for row in waiting),
                minutes=5,
                keys=tuple(f"submission.confirm:{row.pk}" for row in waiting),
            )
        )
    if waiting := [row for row in waiting_files if row.corrects_id is not None]:
        count = len(waiting)
        title = ngettext("correction to confirm", "corrections to confirm", count)
        entries.append(
            InboxTask(
                count,
                title,
                reverse("intake:correction", args=[waiting[0].pk]) if count == 1 else address,
                due=min(row.destroy_on for row in waiting),
                minutes=5,
                keys=tuple(f"submission.correction:{row.pk}" for row in waiting),
            )
        )
    late = filter_visible_file_requests(requester, on).filter(
        due_on__lt=on, withdrawn_at=None, answered_at=None
    )
    if late_requests := list(late):
        count = len(late_requests)
        entries.append(
            InboxTask(
                count,
                ngettext("requested file that is late", "requested files that are late", count),
                reverse("intake:file_requests"),
                due=min(row.due_on for row in late_requests),
                minutes=5,
                keys=tuple(f"file_request.late:{row.pk}" for row in late_requests),
            )
        )
    if refused := list(filter_refused_folder_files(requester, on)):
        count = len(refused)
        entries.append(
            InboxTask(
                count,
                ngettext(
                    "file of a watched folder that was not accepted",
                    "files of watched folders that were not accepted",
                    count,
                ),
                reverse("intake:watched_folders"),
                minutes=5,
                keys=tuple(f"watched_folder.refused:{row.pk}" for row in refused),
            )
        )
    if to_recheck := list_deliveries_to_recheck(visible):
        count = len(to_recheck)
        title = ngettext(
            "data submission to check again with a newer roster",
            "data submissions to check again with newer rosters",
            count,
        )
        first_address = reverse("intake:delivery", args=[to_recheck[0].pk])
        recheck_address = first_address if count == 1 else f"{address}?show=aside"
        keys = tuple(f"submission.recheck:{row.pk}" for row in to_recheck)
        entries.append(InboxTask(count, title, recheck_address, minutes=5, keys=keys))
    overdue = filter_overdue_deliveries(visible, on).values_list("pk", "destroy_by")
    if overdue_days := dict(overdue):
        keys = tuple(f"submission.overdue:{pk}" for pk in overdue_days)
        count = len(keys)
        title = ngettext(
            "data submission past its destruction date",
            "data submissions past their destruction date",
            count,
        )
        due_address, due = (
            f"{address}?show=due",
            min(filter(None, overdue_days.values()), default=None),
        )
        entries.append(InboxTask(count, title, due_address, due=due, minutes=10, keys=keys))
    return entries


def list_deliveries_to_decide(rows: QuerySet[Delivery], requester: Actor, on: date) -> list[int]:
    """List the held deliveries on which a person may decide.

    Args:
        rows: the deliveries that the person sees.
        requester: facts about the person.
        on: the date.

    Returns:
        Primary keys, newest first.
    """
    scope = find_organization_scope(Action.RECEIVE, requester, on)
    held = rows.filter(state=DeliveryState.HELD)
    if not scope.every:
        held = held.filter(organization__slug__in=scope.organizations)
    return list(held.values_list("pk", flat=True))


def _list_keys(kind: str, rows: QuerySet[Delivery]) -> tuple[str, ...]:
    return tuple(f"submission.{kind}:{pk}" for pk in rows.values_list("pk", flat=True))


def has_rows_to_correct(delivery: Delivery) -> bool:
    """Return whether a delivery was checked, has problems, and its rows are still kept.

    Args:
        delivery: the delivery.

    Returns:
        True if a correction file can be made of it.
    """
    has_errors = delivery.report.get("rows_quarantined") or delivery.report.get("cells_blanked")
    return delivery.state == DeliveryState.CONFORMED and bool(has_errors)


def list_delivery_files() -> Iterable[str]:
    """List every file of the file store to which a delivery points, as ``zone/digest``.

    Yields:
        References.
    """
    for row in Delivery.objects.values_list("landed", "conformed", "quarantined"):
        yield from filter(None, row)


_ZONES_ABOUT_STUDENTS = frozenset(Zone) - {Zone.RELEASED}


def list_derived_files(
    store: FileStore, delivery: Delivery, manifests: Sequence[Manifest] | None = None
) -> tuple[Manifest, ...]:
    """List the landed file and every file about students that was made from it.

    The manifests know the inputs of each file.

    Args:
        store: the file store.
        delivery: the delivery.
        manifests: every manifest of the store, if the caller has read them for several
            deliveries; None to read them now, as before a destruction: a file that a run made a
            moment ago must be among them.

    Returns:
        The manifests, without those of destroyed files.
    """
    derived = {delivery.landed} if delivery.landed else set()
    manifests = list(store.manifests()) if manifests is None else manifests
    while (
        added := {entry.name for entry in manifests if derived.intersection(entry.inputs)} - derived
    ):
        derived |= added
    return tuple(
        manifest
        for manifest in manifests
        if manifest.name in derived
        and manifest.zone in _ZONES_ABOUT_STUDENTS
        and not manifest.destroyed
    )


_ROSTER_FAILURES: Final = {Failure.POPULATION_UNKNOWN.value, Failure.OUTSIDE_POPULATION.value}
"""Reasons to set rows aside that a later roster may remove."""

SenderKey = tuple[int, bool]
"""A sender, and whether its data are a pilot's."""


def find_newer_roster(delivery: Delivery) -> Delivery | None:
    """Find the sender's newest roster that was checked after this file, where rows wait for one.

    An unchanged file that is sent again is not read again, so rows that were set aside stay
    there until a person has the file checked once more.
    """
    if not _waits_for_roster(delivery):
        return None
    latest = _find_latest_rosters(
        _list_rosters(Delivery.objects.filter(organization=delivery.organization_id))
    )
    return _find_later_roster(delivery, latest.get(_get_sender_key(delivery), ()))


def list_deliveries_to_recheck(rows: QuerySet[Delivery]) -> list[Delivery]:
    """List the deliveries for which a newer roster arrived."""
    with_quarantine = rows.filter(state=DeliveryState.CONFORMED, rows_kept__lt=F("rows_in"))
    waiting_deliveries = [row for row in with_quarantine if _waits_for_roster(row)]
    if not waiting_deliveries:
        return []
    senders = Delivery.objects.filter(
        organization__in={row.organization_id for row in waiting_deliveries}
    )
    latest = _find_latest_rosters(_list_rosters(senders))
    return [
        row
        for row in waiting_deliveries
        if _find_later_roster(row, latest.get(_get_sender_key(row), ()))
    ]


def _waits_for_roster(delivery: Delivery) -> bool:
    codes = {problem["code"] for problem in delivery.report.get("problems", ())}
    return delivery.state == DeliveryState.CONFORMED and not codes.isdisjoint(_ROSTER_FAILURES)


def _list_rosters(rows: QuerySet[Delivery]) -> list[Delivery]:
    """List the current deliveries that can place students in a population."""
    current_rows = rows.filter(state=DeliveryState.CONFORMED)
    return [
        row
        for row in current_rows
        if has_population_fields(
            row.record, {column["field"] for column in row.report.get("columns", ())}
        )
    ]


def _find_latest_rosters(rosters: Iterable[Delivery]) -> Mapping[SenderKey, tuple[Delivery, ...]]:
    """Find the two newest rosters of each sender; one is another file than the waiting one."""
    rosters_by_sender: dict[SenderKey, tuple[Delivery, ...]] = {}
    for roster in sorted(rosters, key=_get_check_time, reverse=True):
        earlier = rosters_by_sender.get(_get_sender_key(roster), ())
        rosters_by_sender[_get_sender_key(roster)] = (*earlier, roster)[:2]
    return rosters_by_sender


def _find_later_roster(delivery: Delivery, rosters: Iterable[Delivery]) -> Delivery | None:
    others = (roster for roster in rosters if roster.pk != delivery.pk)
    return next(
        (roster for roster in others if _get_check_time(roster) > _get_check_time(delivery)), None
    )


def _get_check_time(delivery: Delivery) -> datetime:
    return delivery.conformed_at or delivery.received_at


def _get_sender_key(delivery: Delivery) -> SenderKey:
    return delivery.organization_id, delivery.pilot
