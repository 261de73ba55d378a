"""Read and encrypt incident reports; a report for one child names no other child."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.platform.inbox.api import InboxTask
from cairn.platform.sealing.api import FieldSealer, compute_keyed_hash, derive_subkey
from cairn.policy import questions
from cairn.policy.facts import Actor, IncidentFact, ProgramSite
from cairn.policy.vocabulary import Action
from cairn.services.programs import facts, models, queries
from cairn.services.programs.participant_identity import load_participant_details

__all__ = ["IncidentDetails", "compute_draft_digest", "list_incident_tasks"]

_SEALING_LABEL: Final = "programs-incident"


@dataclass(frozen=True, slots=True)
class IncidentDetails:
    """What an incident report says.

    Attributes:
        place: where it was.
        happened: what happened.
        done: what was done.
        parents_informed: which parents or guardians were informed, when, and who informed them.
        witnesses: who saw it.
    """

    place: str = ""
    happened: str = ""
    done: str = ""
    parents_informed: str = ""
    witnesses: str = ""

    def redact(self, names: Iterable[str]) -> "IncidentDetails":
        """Return the report with names of children replaced by "another child"."""
        found = list(names)
        return IncidentDetails(
            **{field: _redact(text, found) for field, text in asdict(self).items()}
        )


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """One incident report as a user sees it.

    Attributes:
        row: the incident.
        details: what it says.
        children: number and name of each child that the user may see in it.
        other_children: how many children are in it beside these.
        addenda: what was added after it was filed: author, time and text.
        licensing_due: when the licensing agency must be informed; None without a deadline.
    """

    row: models.Incident
    details: IncidentDetails
    children: tuple[tuple[int, str], ...]
    other_children: int
    addenda: tuple[tuple[models.IncidentAddendum, str], ...]
    licensing_due: datetime | None


def build_incident_text(key: str, content: object) -> models.IncidentText:
    """Build the encrypted row of a report or an addendum, not saved.

    Args:
        key: random key of the report or the addendum.
        content: text, or the details of a report.

    Returns:
        The row.
    """
    plain = asdict(content) if isinstance(content, IncidentDetails) else content
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    sealed = sealer.seal(key, json.dumps(plain, ensure_ascii=False).encode())
    return models.IncidentText(key=key, sealed=sealed)


def load_incident_details(row: models.Incident) -> IncidentDetails:
    """Decrypt what a report says; the caller has checked that the user may see it."""
    return _parse_details(_load_texts([row.key])[row.key])


def load_addendum(row: models.IncidentAddendum) -> str:
    """Decrypt what an addendum says; the caller has checked that the user may see it."""
    return str(_load_texts([row.key])[row.key])


def build_incident_fact(row: models.Incident) -> IncidentFact:
    """Build the facts of a report on record."""
    details = load_incident_details(row)
    return IncidentFact(
        row.program.organization.slug,
        row.state,
        timezone.localdate(row.occurred_at),
        is_complete=bool(details.happened.strip() and details.done.strip()),
        names_child=row.children.filter(destruction=None).exists(),
        sites=list_incident_sites(row.program, row.children.values_list("pk", flat=True)),
    )


def list_incident_sites(
    program: models.Program, children: Collection[int]
) -> frozenset[ProgramSite]:
    """List the sites that an incident report is about.

    Args:
        program: the program.
        children: numbers of the children of the report.

    Returns:
        The sites of the program at which the children are or were enrolled, and none of another
        program; all sites of the program if the report names no child of it.
    """
    number = str(program.pk)
    sites = (item for item in facts.list_participant_sites(children) if item.program == number)
    return frozenset(sites) or facts.list_sites_of_program(program)


def select_visible_incidents(
    program: models.Program, who: Actor, on: date
) -> QuerySet[models.Incident]:
    """Select the incident reports of a program that a user may see.

    Args:
        program: the program, with sites that the user works with.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The reports about children of the user's sites of the program, and those that name no
        child of the program.
    """
    if questions.may_view_program_records(program.organization.slug, who, on).allowed:
        return program.incidents.all()
    enrolled = facts.select_actual_enrollments().filter(series__program=program).order_by()
    own = enrolled.filter(series__in=queries.select_reachable_series(who, on))
    reach = Q(children__in=own.values("participant"))
    return program.incidents.filter(
        reach | ~Q(children__in=enrolled.values("participant"))
    ).distinct()


def compute_draft_digest(row: models.Incident) -> str:
    """Compute a keyed hash by which a form knows whether the draft is still the one it showed.

    Args:
        row: the incident.

    Returns:
        64 hexadecimal digits (HMAC-SHA-256).
    """
    children = sorted(row.children.values_list("pk", flat=True))
    current = models.Incident.objects.get(pk=row.pk)
    shown = (current.occurred_at, current.kind, current.licensing_informed_at, children)
    return compute_keyed_hash(_SEALING_LABEL, repr((shown, load_incident_details(row))).encode())


def get_incident(pk: int, who: Actor, on: date, action: Action) -> models.Incident:
    """Find one incident of the user's own organizations.

    Raises:
        Refused: the user may take the action for no organization.
        models.Incident.DoesNotExist: there is none, or it belongs to another organization.
    """
    organizations = queries.list_program_organizations(who, on, action)
    row = models.Incident.objects.select_related("program__organization", "written_by").get(
        pk=pk, program__organization__in=organizations
    )
    sites = list_incident_sites(row.program, row.children.values_list("pk", flat=True))
    questions.may_reach_program_sites(
        action, row.program.organization.slug, sites, who, on
    ).require()
    return row


def load_incident_report(row: models.Incident) -> IncidentReport:
    """Load a report with the names of all its children.

    Args:
        row: the incident; the caller has checked that the user may see it.

    Returns:
        The report.
    """
    children = list(row.children.all())
    names = load_participant_details(children)
    addenda = list(row.addenda.select_related("added_by"))
    texts = _load_texts([row.key, *(one.key for one in addenda)])
    listed = sorted((names[child.key].full_name, child.pk) for child in children)
    return IncidentReport(
        row=row,
        details=_parse_details(texts[row.key]),
        children=tuple((number, name) for name, number in listed),
        other_children=0,
        addenda=tuple((one, str(texts[one.key])) for one in addenda),
        licensing_due=_find_licensing_due(row),
    )


def narrow_to_child(report: IncidentReport, child: int) -> IncidentReport:
    """Narrow a report to one child: no other child is named in it, also not in its text.

    Args:
        report: the whole report.
        child: number of the participant.

    Returns:
        The report for a reader who may see this child alone.
    """
    kept = tuple(pair for pair in report.children if pair[0] == child)
    others = [name for number, name in report.children if number != child]
    hidden = _list_hidden_words(others, [name for _, name in kept])
    addenda = tuple((row, _redact(text, hidden)) for row, text in report.addenda)
    details = report.details.redact(hidden)
    return replace(
        report, details=details, children=kept, other_children=len(others), addenda=addenda
    )


def erase_children_from_reports(participants: Collection[models.Participant]) -> None:
    """Erase children from incident reports when their records are destroyed.

    A report that names a child with a record stays, without the names of the others. The text of
    any other report is erased.

    Args:
        participants: the children, while their names can still be read.
    """
    erased = {child.pk for child in participants}
    rows = models.Incident.objects.filter(children__in=erased).distinct()
    for row in rows.select_related("program__organization"):
        report = load_incident_report(row)
        gone = [name for number, name in report.children if number in erased]
        on_record = row.children.filter(destruction=None).exclude(pk__in=erased)
        remaining = set(on_record.values_list("pk", flat=True))
        kept = [name for number, name in report.children if number in remaining]
        hidden = _list_hidden_words(gone, kept)
        erased_text = _("(record destroyed)")
        details = report.details.redact(hidden) if kept else IncidentDetails(happened=erased_text)
        build_incident_text(row.key, details).save(force_update=True)
        for addendum, text in report.addenda:
            left = _redact(text, hidden) if kept else erased_text
            build_incident_text(addendum.key, left).save(force_update=True)


def _list_hidden_words(hidden: Collection[str], shown: Iterable[str]) -> list[str]:
    """List names to hide, and their parts that no shown name has."""
    own = {word.casefold() for name in shown for word in name.split()}
    parts = (word for name in hidden for word in name.split() if word.casefold() not in own)
    return [*hidden, *parts]


def list_incident_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the task of a steward: incident reports that were filed and not closed.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        One task for each program with such a report.
    """
    if not questions.may_open_page(Action.CLOSE_INCIDENT, who, on=on).allowed:
        return []
    organizations = queries.list_program_organizations(who, on, Action.CLOSE_INCIDENT)
    rows = models.Incident.objects.filter(
        program__organization__in=organizations, state=models.IncidentState.FILED
    ).select_related("program__organization__incident_deadline")
    by_program: dict[models.Program, list[models.Incident]] = {}
    for row in rows.order_by("program__name", "program", "pk"):
        by_program.setdefault(row.program, []).append(row)
    return [_build_task(program, filed) for program, filed in by_program.items()]


def _build_task(program: models.Program, rows: list[models.Incident]) -> InboxTask:
    title = ngettext(
        "incident report to read and close", "incident reports to read and close", len(rows)
    )
    due = [found for row in rows if (found := _find_licensing_due(row))]
    return InboxTask(
        len(rows),
        title,
        reverse("programs:incidents", args=[program.pk]),
        detail=program.name,
        due=timezone.localdate(min(due)) if due else None,
        minutes=10,
        keys=tuple(f"incident:{row.pk}" for row in rows),
    )


def _find_licensing_due(row: models.Incident) -> datetime | None:
    """Find when the licensing agency must be informed; None if it was, or without a deadline."""
    deadline = getattr(row.program.organization, "incident_deadline", None)
    if deadline is None or row.licensing_informed_at is not None:
        return None
    return row.occurred_at + timedelta(hours=deadline.hours)


def _load_texts(keys: Iterable[str]) -> Mapping[str, object]:
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    rows = models.IncidentText.objects.filter(key__in=list(keys))
    return {row.key: json.loads(sealer.unseal(row.key, row.sealed)) for row in rows}


def _parse_details(content: Any) -> IncidentDetails:
    return IncidentDetails(**content)


def _redact(text: str, names: Iterable[str]) -> str:
    for name in sorted(set(names), key=len, reverse=True):
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
        text = re.sub(pattern, _("another child"), text, flags=re.IGNORECASE)
    return text
