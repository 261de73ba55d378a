"""Write bodies: seats, meetings, agenda, votes, minutes, invitations."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from cairn.governance.agreements.api import is_agreement_on_record
from cairn.governance.partners.api import Organization
from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import BodyRules, SeatTerm
from cairn.governance.projects.actions import versions
from cairn.governance.projects.models import body as models_body
from cairn.governance.projects.models import project
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.checks import APPROVING_RESULTS, VoteResult, count_votes
from cairn.policy.engine import Permit
from cairn.policy.facts import BodyFact, BodyKind, Hearing, ProjectFact
from cairn.policy.vocabulary import Action, Ballot, ProjectState

__all__ = [
    "add_agenda_item",
    "assign_seat",
    "call_meeting",
    "cast_vote",
    "close_vote",
    "save_body",
    "write_minutes",
]


def _lock_agenda_facts(
    *, meeting: models_body.Meeting, version: project.Version
) -> tuple[ProjectFact, BodyFact]:
    return (*versions.lock_version_facts(version=version), facts.load_body_fact(meeting.body))


def _lock_hearing_facts(*, item: models_body.AgendaItem) -> tuple[ProjectFact, Hearing]:
    (project_fact,) = versions.lock_version_facts(version=item.version)
    item.refresh_from_db(fields=["closed_on"])
    return project_fact, facts.load_hearing_fact(item)


def _lock_closing_facts(
    *, item: models_body.AgendaItem, conditions: Sequence[str]
) -> tuple[ProjectFact, Hearing, int]:
    return (*_lock_hearing_facts(item=item), len(conditions))


@action("body.written", asks=questions.may_change_committee)
def save_body(
    permit: Permit,
    /,
    *,
    slug: str,
    name: str,
    kind: BodyKind,
    mission: str,
    rules: BodyRules,
    by: User,
    at: datetime,
) -> ActionResult[models_body.Body]:
    """Create a body with its mission and rules, or change those of an existing one.

    Args:
        slug: short name; an existing one is changed.
        name: full name.
        kind: committee or executive body.
        mission: its mission.
        rules: its voting rules.
        by: the acting user.
        at: when it is saved.
    Returns:
        The body.
    Raises:
        Refused: the policy does not allow it.
    """
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
            "unanimous": rules.unanimous,
            "abstentions_count": rules.abstentions_count,
            "quorum_of_present": rules.quorum_of_present,
            "proxies": rules.proxies,
        },
    )
    return ActionResult(body, subject=body)


@action("body.seated", asks=questions.may_change_committee)
def assign_seat(
    permit: Permit,
    /,
    *,
    body: models_body.Body,
    user: User,
    seat_term: SeatTerm,
    by: User,
    at: datetime,
) -> ActionResult[models_body.Seat]:
    """Give a person a seat for a term.

    Args:
        body: the body.
        user: the person.
        seat_term: term and kind of the seat.
        by: the acting user.
        at: when the seat is assigned.
    Returns:
        The seat.
    Raises:
        Refused: the policy does not allow it.
    """
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
    return ActionResult(row, subject=row)


@action("body.seat_ended", asks=questions.may_change_committee)
def end_seat_term(
    permit: Permit, /, *, seat: models_body.Seat, ends: date, by: User, at: datetime
) -> ActionResult[None]:
    """End the term of a seat on a day (inclusive); the seat stays on record."""
    seat.ends = ends
    seat.save(update_fields=["ends"])
    return ActionResult(subject=seat)


@action("meeting.called", asks=questions.may_change_committee)
def call_meeting(
    permit: Permit, /, *, body: models_body.Body, on: date, place: str, by: User, at: datetime
) -> ActionResult[models_body.Meeting]:
    """Call a meeting of a body.

    Args:
        body: the body.
        on: the day of the meeting.
        place: where it takes place.
        by: the acting user.
        at: when it is called.
    Returns:
        The meeting.
    Raises:
        Refused: the policy does not allow it.
    """
    meeting = models_body.Meeting.objects.create(body=body, on=on, place=place)
    return ActionResult(meeting, subject=meeting)


@action("meeting.agenda", asks=questions.may_put_project_on_agenda, facts=_lock_agenda_facts)
def add_agenda_item(
    permit: Permit,
    /,
    *,
    meeting: models_body.Meeting,
    version: project.Version,
    by: User,
    at: datetime,
) -> ActionResult[models_body.AgendaItem]:
    """Add a project that waits for this body to the agenda of a meeting, and open its vote.

    Args:
        meeting: the meeting.
        version: the version of the project.
        by: the acting user.
        at: when it is added.
    Returns:
        The agenda item; the existing one if it is on the agenda already.
    Raises:
        Refused: the policy does not allow it.
    """
    item, _created = models_body.AgendaItem.objects.get_or_create(
        meeting=meeting, version=version, round=version.round, step=version.step
    )
    return ActionResult(item, subject=item)


@action("meeting.voted", asks=questions.may_vote_on_project, facts=_lock_hearing_facts)
def cast_vote(
    permit: Permit,
    /,
    *,
    item: models_body.AgendaItem,
    ballot: Ballot,
    why: str,
    by: User,
    at: datetime,
) -> ActionResult[models_body.Vote]:
    """Cast a ballot; while the vote is open, a later ballot replaces it.

    Args:
        item: the agenda item.
        ballot: the ballot.
        why: its reason.
        by: the voting member.
        at: when the ballot is cast.
    Returns:
        The stored vote.
    Raises:
        Refused: the policy does not allow it.
    """
    row = models_body.Vote.objects.create(item=item, user=by, ballot=ballot.value, why=why, at=at)
    return ActionResult(row, subject=item)


def _lock_proxy_facts(
    *, item: models_body.AgendaItem, holder: User
) -> tuple[ProjectFact, Hearing, str]:
    return (*_lock_hearing_facts(item=item), str(holder.pk))


def _lock_absent_facts(
    *, item: models_body.AgendaItem, absent: User
) -> tuple[ProjectFact, Hearing, str]:
    return (*_lock_hearing_facts(item=item), str(absent.pk))


@action("meeting.proxy_named", asks=questions.may_appoint_proxy, facts=_lock_proxy_facts)
def appoint_proxy(
    permit: Permit, /, *, item: models_body.AgendaItem, holder: User, by: User, at: datetime
) -> ActionResult[models_body.Proxy]:
    """Record that a member has another member vote for them on one agenda item.

    Args:
        item: the agenda item.
        holder: the member who is to vote.
        by: the member who will be absent.
        at: when the proxy is named; a later choice replaces it while the vote is open.
    Returns:
        The stored choice.
    Raises:
        Refused: the policy does not allow it.
    """
    row = models_body.Proxy.objects.create(item=item, user=by, holder=holder, at=at)
    return ActionResult(row, subject=item)


@action("meeting.proxy_voted", asks=questions.may_vote_as_proxy, facts=_lock_absent_facts)
def cast_proxy_vote(
    permit: Permit,
    /,
    *,
    item: models_body.AgendaItem,
    absent: User,
    ballot: Ballot,
    why: str,
    by: User,
    at: datetime,
) -> ActionResult[models_body.Vote]:
    """Cast a ballot for an absent member; the member's own ballot would replace it.

    Args:
        item: the agenda item.
        absent: the member who chose the voter as proxy.
        ballot: the ballot.
        why: its reason.
        by: the voting member.
        at: when the ballot is cast.
    Returns:
        The stored vote.
    Raises:
        Refused: the policy does not allow it.
    """
    row = models_body.Vote.objects.create(
        item=item, user=absent, cast_by=by, ballot=ballot.value, why=why, at=at
    )
    return ActionResult(row, subject=item)


@action("meeting.stepped_aside", asks=questions.may_recuse_from_vote, facts=_lock_hearing_facts)
def record_recusal(
    permit: Permit, /, *, item: models_body.AgendaItem, why: str, by: User, at: datetime
) -> ActionResult[models_body.Recusal]:
    """Record that a member recuses from an agenda item; their ballots no longer count."""
    row = models_body.Recusal.objects.create(item=item, user=by, why=why, at=at)
    return ActionResult(row, subject=item)


@action("meeting.vote_closed", asks=questions.may_close_vote, facts=_lock_closing_facts)
def close_vote(
    permit: Permit,
    /,
    *,
    item: models_body.AgendaItem,
    conditions: Sequence[str],
    by: User,
    at: datetime,
) -> ActionResult[VoteResult]:
    """Close the vote; its result decides the next step of the project.

    Args:
        item: the agenda item.
        conditions: conditions of an approval.
        by: the acting user.
        at: when the vote is closed.
    Returns:
        The result of the vote.
    Raises:
        Refused: the policy does not allow it.
    """
    version, on = item.version, permit.on
    item.closed_on, item.closed_by = on, by
    item.save(update_fields=["closed_on", "closed_by"])
    result = count_votes(facts.load_hearing_fact(item), on).result
    if result in APPROVING_RESULTS:
        for text in conditions:
            project.Condition.objects.create(version=version, round=version.round, text=text)
        versions.advance_version(version, on)
    elif result is VoteResult.REJECTED:
        version.state, version.since = ProjectState.REJECTED.value, on
        version.save(update_fields=["state", "since"])
    else:
        versions.return_version(version, "", on)
    detail = {"result": result.value}
    return ActionResult(result, subject=item, detail=detail)


@action("meeting.attendance", asks=questions.may_change_committee)
def record_attendance(
    permit: Permit,
    /,
    *,
    meeting: models_body.Meeting,
    present: Sequence[User],
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record which members are present at a meeting; a later record replaces it.

    Args:
        meeting: the meeting.
        present: the members present.
        by: the acting user.
        at: when it is recorded.
    Raises:
        Refused: the policy does not allow it.
    """
    meeting.present.set(present)
    detail: dict[str, str | int] = {"present": len(present)}
    return ActionResult(subject=meeting, detail=detail)


@action("meeting.minutes", asks=questions.may_change_committee)
def write_minutes(
    permit: Permit, /, *, meeting: models_body.Meeting, text: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record the minutes of a meeting.

    Args:
        meeting: the meeting.
        text: the minutes.
        by: the acting user.
        at: when they are recorded.
    Raises:
        Refused: the policy does not allow it.
    """
    meeting.minutes, meeting.minutes_by, meeting.minutes_at = text, by, at
    meeting.save(update_fields=["minutes", "minutes_by", "minutes_at"])
    return ActionResult(subject=meeting)


def _load_invitation_facts(*, agreement: str) -> tuple[Action, str, str, bool]:
    return Action.CHANGE_COMMITTEE, "", agreement, is_agreement_on_record(agreement)


@action("body.invited", asks=questions.may_name_agreement, facts=_load_invitation_facts)
def record_invitation(
    permit: Permit,
    /,
    *,
    body: models_body.Body,
    organization: Organization,
    agreement: str,
    by: User,
    at: datetime,
) -> ActionResult[models_body.Invitation]:
    """Record that a data partner was invited to take part, with the agreement it signed."""
    row, _created = models_body.Invitation.objects.get_or_create(
        body=body,
        organization=organization,
        agreement=agreement,
        defaults={"on": _local_date(at), "by": by},
    )
    return ActionResult(row, subject=row)


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)
