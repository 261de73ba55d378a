"""Writes of a body: seats, meetings, agenda, votes, minutes, invitations."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.projects import facts, models
from cairn.projects.moving import advance, hold, send_back
from cairn.projects.written import BodyRules, Seated
from cairn.rules.actor import Actor
from cairn.rules.committee import CARRIED, BodyKind, Result, tally
from cairn.rules.vocabulary import Ballot, ProjectState
from cairn.rules.voting import may_change_body, may_close, may_hear, may_step_aside, may_vote


@transaction.atomic
def found(
    *,
    slug: str,
    name: str,
    kind: BodyKind,
    mission: str,
    rules: BodyRules,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Body:
    """Founds a body with its mission and its own rules, or changes those of one that exists."""
    decision = may_change_body(who or actor(by), _day(at))
    decision.require()
    body, _made = models.Body.objects.update_or_create(
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
    audit.record("body.written", body, by=by, at=at, decision=decision)
    return body


@transaction.atomic
def seat(
    *,
    body: models.Body,
    user: User,
    seated: Seated,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Seat:
    """Gives somebody a seat for a term."""
    decision = may_change_body(who or actor(by), _day(at))
    decision.require()
    row = models.Seat.objects.create(
        body=body,
        user=user,
        organization=seated.organization,
        sector=seated.sector,
        starts=seated.starts,
        ends=seated.ends,
        for_families=seated.for_families,
        listed=seated.listed,
    )
    audit.record("body.seated", row, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def end_seat(
    *, seat: models.Seat, ends: date, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Ends a term on a day (inclusive); the seat stays on record."""
    decision = may_change_body(who or actor(by), _day(at))
    decision.require()
    seat.ends = ends
    seat.save(update_fields=["ends"])
    audit.record("body.seat_ended", seat, by=by, at=at, decision=decision)


@transaction.atomic
def call(
    *,
    body: models.Body,
    on: date,
    place: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Meeting:
    """Calls a meeting."""
    decision = may_change_body(who or actor(by), _day(at))
    decision.require()
    meeting = models.Meeting.objects.create(body=body, on=on, place=place)
    audit.record("meeting.called", meeting, by=by, at=at, decision=decision)
    return meeting


@transaction.atomic
def put_on_agenda(
    *,
    meeting: models.Meeting,
    version: models.Version,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.AgendaItem:
    """Puts a project that waits for this body on the agenda of a meeting; the vote is open."""
    hold(version)
    fact, body = facts.version(version), facts.body(meeting.body)
    decision = may_hear(fact, body, who or actor(by), _day(at))
    decision.require()
    item, _made = models.AgendaItem.objects.get_or_create(
        meeting=meeting, version=version, round=version.round
    )
    audit.record("meeting.agenda", item, by=by, at=at, decision=decision)
    return item


@transaction.atomic
def vote(
    *,
    item: models.AgendaItem,
    ballot: Ballot,
    why: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Vote:
    """Casts a ballot; while the matter is open a later one replaces it."""
    hold(item.version)
    item.refresh_from_db(fields=["closed_on"])
    decision = may_vote(
        facts.version(item.version), facts.hearing(item), who or actor(by), _day(at)
    )
    decision.require()
    row = models.Vote.objects.create(item=item, user=by, ballot=ballot.value, why=why, at=at)
    audit.record("meeting.voted", item, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def step_aside(
    *, item: models.AgendaItem, why: str, by: User, at: datetime, who: Actor | None = None
) -> models.Recusal:
    """A member steps aside on a matter; any ballot of theirs counts no more."""
    hold(item.version)
    decision = may_step_aside(
        facts.version(item.version), facts.hearing(item), who or actor(by), _day(at)
    )
    decision.require()
    row = models.Recusal.objects.create(item=item, user=by, why=why, at=at)
    audit.record("meeting.stepped_aside", item, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def close_vote(
    *,
    item: models.AgendaItem,
    conditions: Sequence[str],
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Result:
    """Closes the vote: the votes decide where the project goes. Returns what they came to."""
    version = item.version
    hold(version)
    item.refresh_from_db(fields=["closed_on"])
    fact, hearing, on = facts.version(version), facts.hearing(item), _day(at)
    decision = may_close(fact, hearing, len(conditions), who or actor(by), on)
    decision.require()
    item.closed_on, item.closed_by = on, by
    item.save(update_fields=["closed_on", "closed_by"])
    result = tally(facts.hearing(item), on).result
    if result in CARRIED:
        for text in conditions:
            models.Condition.objects.create(version=version, round=version.round, text=text)
        advance(version, on)
    elif result is Result.REJECTED:
        version.state, version.since = ProjectState.REJECTED.value, on
        version.save(update_fields=["state", "since"])
    else:
        send_back(version, "", on)
    detail = {"result": result.value}
    audit.record("meeting.vote_closed", item, by=by, at=at, decision=decision, detail=detail)
    return result


@transaction.atomic
def write_minutes(
    *, meeting: models.Meeting, text: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """Writes the minutes of a meeting."""
    decision = may_change_body(who or actor(by), _day(at))
    decision.require()
    meeting.minutes, meeting.minutes_by, meeting.minutes_at = text, by, at
    meeting.save(update_fields=["minutes", "minutes_by", "minutes_at"])
    audit.record("meeting.minutes", meeting, by=by, at=at, decision=decision)


@transaction.atomic
def invite(
    *,
    body: models.Body,
    organization: Organization,
    agreement: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> models.Invitation:
    """Records that a data partner was invited to take part, with the agreement it signed."""
    decision = may_change_body(who or actor(by), _day(at))
    decision.require()
    row, _made = models.Invitation.objects.get_or_create(
        body=body,
        organization=organization,
        agreement=agreement,
        defaults={"on": _day(at), "by": by},
    )
    audit.record("body.invited", row, by=by, at=at, decision=decision)
    return row


def _day(at: datetime) -> date:
    return timezone.localdate(at)
