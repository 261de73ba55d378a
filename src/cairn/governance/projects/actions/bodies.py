"""Write bodies: seats, meetings, agenda, votes, minutes, invitations."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.partners.api import Organization, load_actor
from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import BodyRules, SeatTerm
from cairn.governance.projects.actions.versions import advance_version, lock_version, return_version
from cairn.governance.projects.models import authorization, project
from cairn.governance.projects.models import body as models_body
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.checks import APPROVING_RESULTS, VoteResult, count_votes
from cairn.policy.facts import Actor, BodyKind
from cairn.policy.questions import (
    may_change_committee,
    may_close_vote,
    may_put_project_on_agenda,
    may_recuse_from_vote,
    may_vote_on_project,
)
from cairn.policy.vocabulary import Ballot, ProjectState


@transaction.atomic
def save_body(
    *,
    slug: str,
    name: str,
    kind: BodyKind,
    mission: str,
    rules: BodyRules,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_body.Body:
    """Create a body with its mission and rules, or change those of an existing one.

    Args:
        slug: short name; an existing one is changed.
        name: full name.
        kind: committee or executive body.
        mission: its mission.
        rules: its voting rules.
        by: the acting user.
        at: when it is saved.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The body.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = may_change_committee(who or load_actor(by), _local_date(at))
    decision.require()
    body, _created = models_body.Body.objects.update_or_create(
        slug=slug,
        defaults={
            "name": name,
            "kind": kind.value,
            "mission": mission,
            "quorum": rules.quorum,
            "majority": rules.majority,
            "conflicts": list(rules.conflicts),
            "family_seat": rules.family_seat,
        },
    )
    record_audit_event("body.written", body, by=by, at=at, decision=decision)
    return body


@transaction.atomic
def assign_seat(
    *,
    body: models_body.Body,
    user: User,
    seat_term: SeatTerm,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_body.Seat:
    """Give a person a seat for a term.

    Args:
        body: the body.
        user: the person.
        seat_term: term and kind of the seat.
        by: the acting user.
        at: when the seat is assigned.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The seat.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = may_change_committee(who or load_actor(by), _local_date(at))
    decision.require()
    row = models_body.Seat.objects.create(
        body=body,
        user=user,
        organization=seat_term.organization,
        sector=seat_term.sector,
        starts=seat_term.starts,
        ends=seat_term.ends,
        for_families=seat_term.for_families,
        listed=seat_term.listed,
    )
    record_audit_event("body.seated", row, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def end_seat_term(
    *, seat: models_body.Seat, ends: date, by: User, at: datetime, who: Actor | None = None
) -> None:
    """End the term of a seat on a day (inclusive); the seat stays on record."""
    decision = may_change_committee(who or load_actor(by), _local_date(at))
    decision.require()
    seat.ends = ends
    seat.save(update_fields=["ends"])
    record_audit_event("body.seat_ended", seat, by=by, at=at, decision=decision)


@transaction.atomic
def call_meeting(
    *,
    body: models_body.Body,
    on: date,
    place: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_body.Meeting:
    """Call a meeting of a body.

    Args:
        body: the body.
        on: the day of the meeting.
        place: where it takes place.
        by: the acting user.
        at: when it is called.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The meeting.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = may_change_committee(who or load_actor(by), _local_date(at))
    decision.require()
    meeting = models_body.Meeting.objects.create(body=body, on=on, place=place)
    record_audit_event("meeting.called", meeting, by=by, at=at, decision=decision)
    return meeting


@transaction.atomic
def add_agenda_item(
    *,
    meeting: models_body.Meeting,
    version: project.Version,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_body.AgendaItem:
    """Add a project that waits for this body to the agenda of a meeting, and open its vote.

    Args:
        meeting: the meeting.
        version: the version of the project.
        by: the acting user.
        at: when it is added.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The agenda item; the existing one if it is on the agenda already.
    Raises:
        Refused: the policy does not allow it.
    """
    lock_version(version)
    fact, body = facts.load_project_fact(version), facts.load_body_fact(meeting.body)
    decision = may_put_project_on_agenda(fact, body, who or load_actor(by), _local_date(at))
    decision.require()
    item, _created = models_body.AgendaItem.objects.get_or_create(
        meeting=meeting, version=version, round=version.round
    )
    record_audit_event("meeting.agenda", item, by=by, at=at, decision=decision)
    return item


@transaction.atomic
def cast_vote(
    *,
    item: models_body.AgendaItem,
    ballot: Ballot,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_body.Vote:
    """Cast a ballot; while the vote is open, a later ballot replaces it.

    Args:
        item: the agenda item.
        ballot: the ballot.
        why: its reason.
        by: the voting member.
        at: when the ballot is cast.
        who: facts about the member; loaded from `by` if absent.
    Returns:
        The stored vote.
    Raises:
        Refused: the policy does not allow it.
    """
    lock_version(item.version)
    item.refresh_from_db(fields=["closed_on"])
    decision = may_vote_on_project(
        facts.load_project_fact(item.version),
        facts.load_hearing_fact(item),
        who or load_actor(by),
        _local_date(at),
    )
    decision.require()
    row = models_body.Vote.objects.create(item=item, user=by, ballot=ballot.value, why=why, at=at)
    record_audit_event("meeting.voted", item, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def record_recusal(
    *, item: models_body.AgendaItem, why: str, by: User, at: datetime, who: Actor | None = None
) -> models_body.Recusal:
    """Record that a member recuses from an agenda item; their ballots no longer count."""
    lock_version(item.version)
    decision = may_recuse_from_vote(
        facts.load_project_fact(item.version),
        facts.load_hearing_fact(item),
        who or load_actor(by),
        _local_date(at),
    )
    decision.require()
    row = models_body.Recusal.objects.create(item=item, user=by, why=why, at=at)
    record_audit_event("meeting.stepped_aside", item, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def close_vote(
    *,
    item: models_body.AgendaItem,
    conditions: Sequence[str],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> VoteResult:
    """Close the vote; its result decides the next step of the project.

    Args:
        item: the agenda item.
        conditions: conditions of an approval.
        by: the acting user.
        at: when the vote is closed.
        who: facts about the acting user; loaded from `by` if absent.
    Returns:
        The result of the vote.
    Raises:
        Refused: the policy does not allow it.
    """
    version = item.version
    lock_version(version)
    item.refresh_from_db(fields=["closed_on"])
    fact, hearing, on = (
        facts.load_project_fact(version),
        facts.load_hearing_fact(item),
        _local_date(at),
    )
    decision = may_close_vote(fact, hearing, len(conditions), who or load_actor(by), on)
    decision.require()
    item.closed_on, item.closed_by = on, by
    item.save(update_fields=["closed_on", "closed_by"])
    result = count_votes(facts.load_hearing_fact(item), on).result
    if result in APPROVING_RESULTS:
        for text in conditions:
            authorization.Condition.objects.create(version=version, round=version.round, text=text)
        advance_version(version, on)
    elif result is VoteResult.REJECTED:
        version.state, version.since = ProjectState.REJECTED.value, on
        version.save(update_fields=["state", "since"])
    else:
        return_version(version, "", on)
    detail = {"result": result.value}
    record_audit_event("meeting.vote_closed", item, by=by, at=at, decision=decision, detail=detail)
    return result


@transaction.atomic
def write_minutes(
    *, meeting: models_body.Meeting, text: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Record the minutes of a meeting.

    Args:
        meeting: the meeting.
        text: the minutes.
        by: the acting user.
        at: when they are recorded.
        who: facts about the acting user; loaded from `by` if absent.
    Raises:
        Refused: the policy does not allow it.
    """
    decision = may_change_committee(who or load_actor(by), _local_date(at))
    decision.require()
    meeting.minutes, meeting.minutes_by, meeting.minutes_at = text, by, at
    meeting.save(update_fields=["minutes", "minutes_by", "minutes_at"])
    record_audit_event("meeting.minutes", meeting, by=by, at=at, decision=decision)


@transaction.atomic
def record_invitation(
    *,
    body: models_body.Body,
    organization: Organization,
    agreement: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models_body.Invitation:
    """Record that a data partner was invited to take part, with the agreement it signed."""
    decision = may_change_committee(who or load_actor(by), _local_date(at))
    decision.require()
    row, _created = models_body.Invitation.objects.get_or_create(
        body=body,
        organization=organization,
        agreement=agreement,
        defaults={"on": _local_date(at), "by": by},
    )
    record_audit_event("body.invited", row, by=by, at=at, decision=decision)
    return row


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)
