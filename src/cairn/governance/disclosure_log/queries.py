"""Read the disclosure log, limited to what the requester may see."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.agreements.api import filter_visible_agreements
from cairn.governance.disclosure_log.disclosed_children.child_blocks import find_lines_of_child
from cairn.governance.disclosure_log.models import FROM, DisclosureRecord, RecordRequest
from cairn.governance.partners.api import Organization
from cairn.platform.actions.api import keep_while_rows_unchanged
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.checks import check_onward_record_deadline, is_response_late
from cairn.policy.engine import Reason
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action

__all__ = [
    "LinkedPages",
    "count_changed_lines",
    "find_linked_pages",
    "list_disclosures_of_child",
    "list_record_request_deadlines",
    "list_record_request_tasks",
    "load_organization_names",
    "name_organizations",
    "name_organizations_in_text",
]


_SEPARATOR: Final = re.compile(r"( or |, )")
"""What a rule writes between several names."""

_HYPHENATED: Final = re.compile(r"(?<![\w@/.-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w@/-]|\.\w)")
"""A word with a hyphen that belongs to no address and no file name."""


@dataclass(frozen=True, slots=True)
class DisclosureFilter:
    """The filter for lines of the log; an empty value does not filter."""

    organization: str = ""
    agreement: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LinkedPages:
    """The pages of other apps that a user may open from an entry.

    Attributes:
        partners: whether the user may open pages of partners.
        agreements: references of the agreements that the user may read.
    """

    partners: bool
    agreements: frozenset[str]


def find_linked_pages(who: Actor, on: date) -> LinkedPages:
    """Find the pages of other apps that a person may open from an entry.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The pages.
    """
    may_view = {
        action: questions.may_open_page(action, who, on=on).allowed
        for action in (Action.VIEW_PARTNERS, Action.VIEW_AGREEMENT)
    }
    agreements = (
        filter_visible_agreements(who, on).values_list("reference", flat=True)
        if may_view[Action.VIEW_AGREEMENT]
        else ()
    )
    return LinkedPages(may_view[Action.VIEW_PARTNERS], frozenset(agreements))


def list_disclosures_of_child(child_key: str) -> list[DisclosureRecord]:
    """List every line that held this child's data, newest first.

    For the family itself: the caller has asked the policy question of the family's page.

    Args:
        child_key: the child's key in the consents app.

    Returns:
        The lines; `count_changed_lines` counts those that can no longer be read.
    """
    lines = find_lines_of_child(child_key).named
    return list(_prefetch_lines(DisclosureRecord.objects.filter(pk__in=lines)))


def count_changed_lines(child_key: str) -> int:
    """Count the lines that may name a child, but whose children were changed: `cairn verify` says.

    Args:
        child_key: the child's key in the consents app.

    Returns:
        The number of lines.
    """
    return len(find_lines_of_child(child_key).changed)


def list_visible_owner_slugs(who: Actor, on: date) -> list[str]:
    """List the organizations for which a person may read the lines.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        Slugs of the organizations.

    Raises:
        Refused: the person may not read the log.
    """
    questions.may_open_disclosure_log(who, on).require()
    return [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if questions.may_view_disclosure_line((slug,), who, on).allowed
    ]


def filter_visible_disclosures(
    who: Actor, on: date, line_filter: DisclosureFilter = DisclosureFilter()
) -> QuerySet[DisclosureRecord]:
    """Find the lines that a person may read, newest first.

    A line without a party concerns no organization's data (a refused request of a stranger);
    only the backbone organization's own people see it.

    Args:
        who: the policy facts about the person.
        on: the date.
        line_filter: the filter.

    Returns:
        The query.

    Raises:
        Refused: the person may not read the log.
    """
    visible_slugs = list_visible_owner_slugs(who, on)
    rows = DisclosureRecord.objects.all()
    if not questions.may_view_disclosure_line((), who, on).allowed:
        rows = rows.filter(parties__organization__in=visible_slugs)
    if line_filter.organization:
        rows = rows.filter(parties__organization=line_filter.organization)
    if line_filter.agreement:
        rows = rows.filter(pk__in=_filter_by_agreement(rows, line_filter.agreement))
    if line_filter.kind:
        rows = rows.filter(kind=line_filter.kind)
    if line_filter.since:
        rows = rows.filter(on__gte=line_filter.since)
    if line_filter.until:
        rows = rows.filter(on__lte=line_filter.until)
    return _prefetch_lines(rows.distinct())


def _filter_by_agreement(rows: QuerySet[DisclosureRecord], agreement: str) -> list[int]:
    """Return the lines under an agreement; SQLite cannot test whether a JSON list contains a
    value.
    """
    agreements_by_line = rows.values_list("pk", "agreements")
    return [pk for pk, references in agreements_by_line if agreement in references]


def _prefetch_lines(rows: QuerySet[DisclosureRecord]) -> QuerySet[DisclosureRecord]:
    return rows.select_related("by").prefetch_related("parties")


def find_line_owners(row: DisclosureRecord) -> frozenset[str]:
    """Find the organizations that own the data of a line.

    Args:
        row: the line's row.

    Returns:
        Slugs of the owners.
    """
    return frozenset(party.organization for party in row.parties.all() if party.side == FROM)


@keep_while_rows_unchanged()
def load_organization_names() -> Mapping[str, str]:
    """Load the name of every organization by its slug; lines store slugs, which do not change.

    Returns:
        Names by slug.
    """
    return MappingProxyType(dict(Organization.objects.values_list("slug", "name")))


def name_organizations(reason: Reason, names: Mapping[str, str]) -> Reason:
    """Replace the short names of organizations in the facts of a reason by their names.

    Args:
        reason: the reason.
        names: name by short name.

    Returns:
        The reason with the names.
    """
    facts = tuple(
        (key, _name_in_fact(value, names) if isinstance(value, str) else value)
        for key, value in reason.facts
    )
    return replace(reason, facts=facts)


def name_organizations_in_text(text: str, names: Mapping[str, str]) -> str:
    """Replace short names with a hyphen in a finished sentence, such as ``elm-county``.

    A short name of one word could be any word of the sentence, so it stays.

    Args:
        text: the sentence.
        names: name by short name.

    Returns:
        The sentence with the names.
    """
    return _HYPHENATED.sub(lambda slug: names.get(slug[0], slug[0]), text)


def _name_in_fact(value: str, names: Mapping[str, str]) -> str:
    named = (names.get(part, part) for part in _SEPARATOR.split(value))
    return name_organizations_in_text("".join(named), names)


def list_record_requests(who: Actor, on: date) -> QuerySet[RecordRequest]:
    """List the owners' requests for their record that a person may see, earliest deadline first.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The query of requests.

    Raises:
        Refused: the person may not read the log.
    """
    return RecordRequest.objects.filter(
        organization__slug__in=list_visible_owner_slugs(who, on)
    ).select_related("organization", "asked_by", "answered_by")


def list_unanswered_requests(who: Actor, on: date) -> list[tuple[RecordRequest, str]]:
    """List the unanswered requests, each with a message if it is late.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        Each request with its message; the message is empty if the request is on time.
    """
    return [
        (row, reason.message if is_response_late(reason) else "")
        for row in list_record_requests(who, on).filter(answered_at__isnull=True)
        for reason in check_onward_record_deadline(row.asked_on, None).run(on)
    ]


def list_requesting_organizations(who: Actor, on: date) -> list[Organization]:
    """List the organizations for which a person may request the record: those they act for.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The organizations.
    """
    return [
        organization
        for organization in Organization.objects.filter(slug__in=who.list_organizations(on))
        if questions.may_request_disclosure_record(organization.slug, who, on).allowed
    ]


def list_record_request_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the task to answer owners' requests, for the people who keep the record.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        One task, or none.
    """
    if not questions.may_open_page(Action.VERIFY, who, on=on).allowed:
        return []
    open_requests = RecordRequest.objects.filter(answered_at__isnull=True)
    keys = tuple(f"record_request:{pk}" for pk in open_requests.values_list("pk", flat=True))
    count = len(keys)
    if not count:
        return []
    first = open_requests.order_by("due_on").first()
    return [
        InboxTask(
            count=count,
            title=ngettext(
                "request for a disclosure record to answer",
                "requests for a disclosure record to answer",
                count,
            ),
            url=reverse("disclosures:list"),
            due=first.due_on if first else None,
            minutes=15,
            keys=keys,
        )
    ]


def list_record_request_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the deadlines of owners' requests for their record in a period.

    Args:
        who: the policy facts about the person.
        on: the first day.
        until: the last day.

    Returns:
        The deadlines.
    """
    if not questions.may_open_disclosure_log(who, on).allowed:
        return []
    rows = list_record_requests(who, on).filter(answered_at__isnull=True, due_on__lte=until)
    return [
        Deadline(
            on=row.due_on,
            what=_("Provide %(organization)s its disclosure record")
            % {"organization": row.organization.name},
            kind=DeadlineKind.ANSWER,
            organization=row.organization.slug,
            address=reverse("disclosures:list"),
        )
        for row in rows
    ]
