"""What people do with a release. Each asks the rules, changes rows and leaves an audit line."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.intake.storehouse import open_storehouse
from cairn.partners import facts as partners
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.releases import checking, facts, sources
from cairn.releases.checking import Checked, Progress
from cairn.releases.models import NationWord, Release, Review, SendBack
from cairn.rules.framing import answered
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.release import RELEASE
from cairn.rules.release import (
    may_answer,
    may_answer_as_nation,
    may_check,
    may_correct,
    may_draft,
    may_publish,
    may_redraft,
    may_report,
    may_review,
    may_reword,
    may_send_back,
    may_submit,
    may_withdraw,
)
from cairn.rules.review import ReviewFact, after_verdict, answer_by, verdicts_open
from cairn.rules.vocabulary import Answer, NationAnswer, Purpose, ReleaseState, Verdict
from cairn.warehouse import released
from cairn.warehouse.zones import FileRef

_FOR_THE_PUBLIC = "anyone may read figures that name no child"
_FOR_THE_PILOT = "to finish a pilot on synthetic data; nobody but its people reads the figures"
_FOR_THE_OWNERS = "owners read what would be published of their own data before anyone else"


@transaction.atomic
def draft(  # noqa: PLR0913 - a release is said in so many words
    *,
    title: str,
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    years: Sequence[str],
    organization: Organization,
    story: str,
    framing: Mapping[str, str] | None = None,
    by: User,
    at: datetime,
    pilot: bool = False,
) -> Release:
    """Begins a release of outcomes, broken down by tables, for school years (none: every one). A
    `pilot` release counts what is invented, and the public never sees it."""
    purpose = Purpose.PUBLIC_REPORTING
    behind = sources.of(outcomes, purpose, pilot=pilot).agreements
    decision = may_draft(organization.slug, behind, purpose, actor(by), _day(at), pilot=pilot)
    decision.require()
    release = Release.objects.create(
        title=title,
        outcomes=list(outcomes),
        tables=[list(table) for table in tables],
        years=list(years),
        purpose=purpose.value,
        organization=organization,
        story=story,
        framing=answered(framing or {}),
        pilot=pilot,
        author=by,
        agreements=[agreement.reference for agreement in behind],
        created_at=at,
    )
    audit.record("release.drafted", release, by=by, at=at, decision=decision)
    return release


@transaction.atomic
def reword(
    *,
    release: Release,
    title: str,
    story: str,
    framing: Mapping[str, str],
    by: User,
    at: datetime,
) -> None:
    """Changes what readers read beside the figures; ``framing`` are the author's answers to what
    policy asks of the words, by the code of the rule that asks."""
    _hold(release)
    decision = may_reword(facts.release(release), actor(by), _day(at))
    decision.require()
    release.title, release.story, release.framing = title, story, answered(framing)
    release.save(update_fields=["title", "story", "framing"])
    audit.record("release.reworded", release, by=by, at=at, decision=decision)


@transaction.atomic
def redraft(
    *,
    release: Release,
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    years: Sequence[str],
    by: User,
    at: datetime,
) -> None:
    """Changes what is counted; what was found of the old tables says nothing of the new ones."""
    _hold(release)
    decision = may_redraft(facts.release(release), actor(by), _day(at))
    decision.require()
    pilot, purpose = release.pilot, Purpose(release.purpose)
    behind = sources.of(outcomes, purpose, pilot=pilot).agreements
    may_draft(
        release.organization.slug, behind, purpose, actor(by), _day(at), pilot=pilot
    ).require()
    release.state = _after(release, "redraft")
    release.outcomes, release.years = list(outcomes), list(years)
    release.tables = [list(table) for table in tables]
    release.agreements = [agreement.reference for agreement in behind]
    release.counted, release.protected, release.certificate = {}, "", []
    release.missing_groups, release.caveats, release.as_of = [], [], None
    release.save()
    audit.record("release.redrafted", release, by=by, at=at, decision=decision)


@transaction.atomic
def correct(*, release: Release, what_changed: str, by: User, at: datetime) -> Release:
    """Begins the correction of a published release: a new draft of the same tables and words."""
    _hold(release)
    decision = may_correct(facts.release(release), actor(by), _day(at))
    decision.require()
    correction = draft(
        title=release.title,
        outcomes=release.outcomes,
        tables=release.tables,
        years=release.years,
        organization=release.organization,
        story=release.story,
        framing=release.framing,
        pilot=release.pilot,
        by=by,
        at=at,
    )
    correction.corrects, correction.what_changed = release, what_changed
    correction.save(update_fields=["corrects", "what_changed"])
    audit.record("release.correction_begun", release, by=by, at=at, decision=decision)
    return correction


def check(*, release: Release, by: User, at: datetime, progress: Progress) -> None:
    """Counts, protects and attacks; long, and safe to begin again."""
    decision = may_check(facts.release(release), actor(by), _day(at))
    decision.require()
    found = checking.run(release, who=actor(by), by=by, at=at, progress=progress)
    _keep_check(release, found, by=by, at=at)


@transaction.atomic
def _keep_check(release: Release, found: Checked, *, by: User, at: datetime) -> None:
    _hold(release)
    decision = may_check(facts.release(release), actor(by), _day(at))
    decision.require()
    release.state = _after(release, "check")
    release.agreements = list(found.agreements)
    release.counted = dict(found.counted)
    release.protected = str(found.protected)
    release.certificate = found.certificate
    release.minimum_cell = found.minimum_cell
    release.as_of = _day(at)
    release.caveats = list(found.caveats)
    release.missing_groups = list(found.missing_groups)
    release.nations = sorted(found.nations)
    release.checked_at = at
    release.save()
    audit.record(
        "release.checked",
        release,
        by=by,
        at=at,
        decision=decision,
        detail={
            "withheld": release.withheld,
            "small": sum(part["small"] for part in found.certificate),
            "programs": sum(part["programs"] for part in found.certificate),
            "minimum_cell": found.minimum_cell,
        },
    )


@transaction.atomic
def submit(*, release: Release, by: User, at: datetime) -> None:
    """Hands a checked release to the reviewers; a new round begins."""
    _hold(release)
    decision = may_submit(facts.release(release), actor(by), _day(at))
    decision.require()
    release.state = _after(release, "submit")
    release.round += 1
    release.submitted_at = at
    release.returned_why = ""
    release.save(update_fields=["state", "round", "submitted_at", "returned_why"])
    audit.record("release.submitted", release, by=by, at=at, decision=decision)


@transaction.atomic
def review(*, release: Release, verdict: Verdict, comment: str, by: User, at: datetime) -> Review:
    """One reviewer's verdict, which nobody reads before both are in. Where one of them asks for
    changes, the release then returns to its author."""
    _hold(release)
    decision = may_review(facts.release(release), actor(by), _day(at))
    decision.require()
    made = Review.objects.create(
        release=release,
        round=release.round,
        reviewer=by,
        verdict=verdict.value,
        comment=comment,
        at=at,
    )
    audit.record("release.reviewed", release, by=by, at=at, decision=decision)
    given = facts.release(release).reviews
    if verdicts_open(given):
        _open_verdicts(release, given, by=by, at=at)
    return made


def _open_verdicts(
    release: Release, given: Sequence[ReviewFact], *, by: User, at: datetime
) -> None:
    event, rows = after_verdict(given), release.reviews.filter(round=release.round)
    asked = rows.filter(verdict=Verdict.RETURN.value).order_by("at")
    _move(release, event, returned_why="\n\n".join(row.comment for row in asked))
    detail = {v.value: sum(r.verdict is v for r in given) for v in Verdict}
    audit.record("release.verdicts_opened", release, by=by, at=at, detail=detail)


@transaction.atomic
def send_back(*, release: Release, by: User, at: datetime) -> list[SendBack]:
    """Sends the table to every owner of data in it; each clock is its longest agreement's."""
    _hold(release)
    fact, on = facts.release(release), _day(at)
    decision = may_send_back(fact, actor(by), on)
    decision.require()
    owners = Organization.objects.filter(slug__in=fact.owners).order_by("slug")
    sent = [
        SendBack.objects.create(
            release=release,
            round=release.round,
            organization=owner,
            sent_on=on,
            due_on=answer_by(fact.agreements, owner.slug, on),
        )
        for owner in owners
    ]
    disclosures.record(decision, by=by, at=at, parties=fact.owners, interest=_FOR_THE_OWNERS)
    _move(release, "send back")
    detail = {"owners": len(sent)}
    audit.record("release.sent_back", release, by=by, at=at, decision=decision, detail=detail)
    return sent


@transaction.atomic
def report(*, release: Release, on: date, by: User, at: datetime) -> None:
    """Puts on record on which day the release was reported to a state that asks for it."""
    _hold(release)
    decision = may_report(facts.release(release), on, actor(by), _day(at))
    decision.require()
    release.reported_on = on
    release.save(update_fields=["reported_on"])
    detail = {"reported_on": on.isoformat()}
    audit.record("release.reported", release, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def say_as_nation(
    *,
    release: Release,
    nation: Organization,
    answer: NationAnswer,
    condition: str,
    by: User,
    at: datetime,
) -> NationWord:
    """A tribal nation's word on a release. It counts from now on, and an earlier one no longer."""
    _hold(release)
    whose = partners.organization(nation)
    decision = may_answer_as_nation(facts.release(release), whose, actor(by), _day(at))
    decision.require()
    word = NationWord.objects.create(
        release=release,
        nation=nation,
        answer=answer.value,
        condition=condition if answer is NationAnswer.APPROVE else "",
        said_by=by,
        said_at=at,
    )
    detail = {"nation": nation.slug, "answer": answer.value}
    audit.record("release.nation_said", release, by=by, at=at, decision=decision, detail=detail)
    return word


@transaction.atomic
def answer(*, send_back: SendBack, answer: Answer, comment: str, by: User, at: datetime) -> None:
    """One owner's answer. A correction or a decline returns the release to its author."""
    release, owner = send_back.release, send_back.organization.slug
    _hold(release)
    decision = may_answer(facts.release(release), owner, actor(by), _day(at))
    decision.require()
    send_back.answer = answer.value
    send_back.comment = comment
    send_back.answered_by = by
    send_back.answered_at = at
    send_back.save(update_fields=["answer", "comment", "answered_by", "answered_at"])
    open_still = release.send_backs.filter(round=release.round).exclude(answer=Answer.CONFIRM.value)
    event = {Answer.CORRECT: "correct", Answer.DECLINE: "decline"}.get(
        answer, "confirm" if open_still.exists() else "confirm last"
    )
    _move(release, event, returned_why="" if answer is Answer.CONFIRM else comment)
    detail = {"owner": owner, "answer": answer.value}
    audit.record("release.answered", release, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def publish(*, release: Release, by: User, at: datetime) -> None:
    """Writes the figures where the public reads; refused with every reason until all holds. Those
    of a pilot are written the same way, and the public's pages do not open them."""
    _hold(release)
    decision = may_publish(facts.release(release), actor(by), _day(at))
    permit = decision.require()
    store, protected = open_storehouse(), FileRef.parse(release.protected)
    held = released.read(store, protected)
    note = {
        "release": str(release.pk),
        "as_of": str(release.as_of),
        **checking.world(release),
    }
    interest = _FOR_THE_PILOT if release.pilot else _FOR_THE_PUBLIC
    disclosures.record(decision, by=by, at=at, parties=(), interest=interest)
    written = released.write(
        store, held.cells, names=held.names, permit=permit, inputs=[protected], note=note
    )
    release.state = _after(release, "publish")
    release.released = str(written)
    release.published_at = at
    release.published_by = by
    release.save(update_fields=["state", "released", "published_at", "published_by"])
    detail: dict[str, str | int] = {"file": str(written), "withheld": release.withheld}
    audit.record("release.published", release, by=by, at=at, decision=decision, detail=detail)
    if release.corrects is not None:
        _replace(release.corrects, by=by, at=at)


def _replace(earlier: Release, *, by: User, at: datetime) -> None:
    """Takes down what a correction corrects, unless it was taken down before."""
    _hold(earlier)
    if next_state(RELEASE, ReleaseState(earlier.state), "replace"):
        _move(earlier, "replace")
        audit.record("release.corrected", earlier, by=by, at=at)


@transaction.atomic
def withdraw(*, release: Release, reason: str, by: User, at: datetime) -> None:
    """Takes a release back, at any time; the public page then says when and why."""
    _hold(release)
    decision = may_withdraw(facts.release(release), actor(by), _day(at))
    decision.require()
    release.state = _after(release, "withdraw")
    release.withdrawn_at = at
    release.withdrawn_by = by
    release.withdrawn_why = reason
    release.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_why"])
    audit.record("release.withdrawn", release, by=by, at=at, decision=decision)


def _hold(release: Release) -> None:
    """Reads the row as it is now and keeps others from changing it until this is done."""
    release.refresh_from_db(from_queryset=Release.objects.select_for_update())


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _move(release: Release, event: str, *, returned_why: str = "") -> None:
    release.state = _after(release, event)
    release.returned_why = returned_why
    release.save(update_fields=["state", "returned_why"])


def _after(release: Release, event: str) -> str:
    """Where an event leads; the rule that allowed it has looked at the same table."""
    then = next_state(RELEASE, ReleaseState(release.state), event)
    return then.value if then else release.state
