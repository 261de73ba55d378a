"""Write, file, correct by addendum, and close incident reports."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone

from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import IncidentFact
from cairn.policy.vocabulary import Action
from cairn.services.programs import models
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.incidents import incident_records

__all__ = ["add_to_incident", "close_incident", "file_incident", "write_incident"]

_SAVED_BEFORE: Final = "This page was saved before. Open the report to see what was saved."


def _lock_written_facts(
    *,
    program: models.Program,
    incident: models.Incident | None,
    occurred_at: datetime,
    children: Collection[int],
) -> tuple[IncidentFact]:
    """Lock the draft if there is one, and count the children without a record here."""
    locked = _lock_incident(incident) if incident else None
    program = locked.program if locked else program
    organization = program.organization
    numbers = set(children)
    kept = set(locked.children.values_list("pk", flat=True)) if locked else set()
    rows = models.Participant.objects.filter(pk__in=numbers, organization=organization)
    own = (rows.filter(destruction=None) | rows.filter(pk__in=kept)).count()
    state = locked.state if locked else models.IncidentState.DRAFT.value
    day = timezone.localdate(occurred_at)
    sites = incident_records.list_incident_sites(program, kept or numbers)
    others = len(numbers) - own
    return (IncidentFact(organization.slug, state, day, others=others, sites=sites),)


def _lock_incident(incident: models.Incident) -> models.Incident:
    rows = models.Incident.objects.select_for_update(of=("self",))
    return rows.select_related("program__organization").get(pk=incident.pk)


def _lock_incident_fact(*, incident: models.Incident) -> tuple[IncidentFact]:
    return (incident_records.build_incident_fact(_lock_incident(incident)),)


def _require_saved_as(
    row: models.Incident,
    entered: Mapping[str, object],
    children: Collection[int],
    details: incident_records.IncidentDetails,
) -> None:
    """Require that a page that is sent again agrees with the record of its key."""
    is_same = (
        all(getattr(row, name) == value for name, value in entered.items())
        and set(row.children.values_list("pk", flat=True)) == set(children)
        and incident_records.load_incident_details(row) == details
    )
    if not is_same:
        raise ProgramConflict(_SAVED_BEFORE)


@action(
    "program.incident_written",
    asks=questions.may_write_incident,
    facts=_lock_written_facts,
    also_in="identities",
)
def write_incident(  # noqa: PLR0913 - each is one property of the report
    permit: Permit,
    /,
    *,
    program: models.Program,
    incident: models.Incident | None,
    occurred_at: datetime,
    kind: str,
    children: Collection[int],
    licensing_informed_at: datetime | None,
    details: incident_records.IncidentDetails,
    seen: str,
    key: str,
    by: User,
    at: datetime,
) -> ActionResult[models.Incident]:
    """Save a new draft of an incident report, or change a draft. Sent twice, it is saved once.

    Args:
        program: the program.
        incident: the draft; None for a new one.
        occurred_at: when it was.
        kind: what kind of incident.
        children: numbers of the participants.
        licensing_informed_at: when the licensing agency was informed; None if it was not.
        details: what the report says.
        seen: digest of the draft that the user saw; empty for a new one.
        key: random key of the page that was sent, 32 hexadecimal digits; a new report keeps it.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The draft.

    Raises:
        ProgramConflict: someone else changed the draft in the meantime, or the page was saved
            before with other content.
        Refused: it was filed, a child is not on record here, or the user may not write it.
    """
    if incident and incident_records.compute_draft_digest(incident) != seen:
        raise ProgramConflict("Someone changed this draft in the meantime. Open it again.")
    entered = {
        "occurred_at": occurred_at,
        "kind": kind,
        "licensing_informed_at": licensing_informed_at,
    }
    written = {**entered, "written_by": by, "written_at": at}
    detail = {"children": len(set(children))}
    if incident is None:
        row, is_new = models.Incident.objects.get_or_create(
            key=key, defaults={"program": program, **written}
        )
        if not is_new:
            _require_saved_as(row, {"program": program, **entered}, children, details)
            return ActionResult(row, subject=row, detail=detail)
    else:
        row, is_new = incident, False
        models.Incident.objects.filter(pk=row.pk).update(**written)
    row.children.set(children)
    incident_records.build_incident_text(row.key, details).save(
        force_insert=is_new, force_update=not is_new
    )
    return ActionResult(row, subject=row, detail=detail)


@action("program.incident_filed", asks=questions.may_file_incident, facts=_lock_incident_fact)
def file_incident(
    permit: Permit, /, *, incident: models.Incident, seen: str, by: User, at: datetime
) -> ActionResult[None]:
    """File a report: its text does not change from now on, and the steward has a task.

    Args:
        incident: the report.
        seen: digest of the draft that the user saw.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: someone else changed the draft in the meantime.
        Refused: it is not complete, was filed before, or the user may not file it.
    """
    if incident_records.compute_draft_digest(incident) != seen:
        raise ProgramConflict("Someone changed this draft in the meantime. Open it again.")
    models.Incident.objects.filter(pk=incident.pk).update(
        state=models.IncidentState.FILED, filed_at=at
    )
    return ActionResult(subject=incident)


@action(
    "program.incident_added_to",
    asks=questions.may_add_to_incident,
    facts=_lock_incident_fact,
    also_in="identities",
)
def add_to_incident(
    permit: Permit,
    /,
    *,
    incident: models.Incident,
    text: str,
    licensing_informed_at: datetime | None,
    key: str,
    by: User,
    at: datetime,
) -> ActionResult[models.IncidentAddendum]:
    """Add to a report that was filed; what was filed stays. Sent twice, it is saved once.

    Args:
        incident: the report.
        text: the addendum.
        licensing_informed_at: when the licensing agency was informed; None if it says nothing.
        key: random key of the page that was sent, 32 hexadecimal digits.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The addendum.

    Raises:
        ProgramConflict: the page was saved before with another text.
        Refused: the report is a draft, or the user may not add to it.
    """
    row, is_new = models.IncidentAddendum.objects.get_or_create(
        key=key, defaults={"incident": incident, "added_by": by, "added_at": at}
    )
    if not is_new:
        if row.incident_id != incident.pk or incident_records.load_addendum(row) != text:
            raise ProgramConflict(_SAVED_BEFORE)
        return ActionResult(row, subject=incident)
    incident_records.build_incident_text(row.key, text).save(force_insert=True)
    if licensing_informed_at is not None:
        models.Incident.objects.filter(pk=incident.pk).update(
            licensing_informed_at=licensing_informed_at
        )
    return ActionResult(row, subject=incident)


@action("program.incident_closed", asks=questions.may_close_incident, facts=_lock_incident_fact)
def close_incident(
    permit: Permit, /, *, incident: models.Incident, by: User, at: datetime
) -> ActionResult[None]:
    """Close a report that was filed; addenda are still possible.

    Args:
        incident: the report.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: it is not filed, or the user is not the organization's data steward.
    """
    models.Incident.objects.filter(pk=incident.pk).update(
        state=models.IncidentState.CLOSED, closed_by=by, closed_at=at
    )
    return ActionResult(subject=incident)


@action(
    "program.incident_deadline_set",
    asks=has_role_at(Action.CLOSE_INCIDENT),
    facts=get_organization_slug,
)
def set_incident_deadline(
    permit: Permit, /, *, organization: Organization, hours: int, by: User, at: datetime
) -> ActionResult[None]:
    """Set within how many hours the licensing agency is informed of an incident.

    Args:
        organization: the organization.
        hours: the hours that its license asks for.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the user is not the organization's data steward.
    """
    models.IncidentDeadline.objects.update_or_create(
        organization=organization, defaults={"hours": hours}
    )
    return ActionResult(subject=organization, detail={"hours": hours})
