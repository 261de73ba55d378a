"""What people do with an extract. Each asks the rules, changes rows and leaves an audit line."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.intake.storehouse import open_storehouse
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.projects.models import Project
from cairn.releases.checking import Progress
from cairn.releases.extracts import copying, facts, preparing, texts
from cairn.releases.extracts.preparing import Prepared
from cairn.releases.models import Extract, ExtractReview
from cairn.rules.decision import Permit
from cairn.rules.extract import (
    may_fetch_extract,
    may_issue_extract,
    may_prepare_extract,
    may_request_extract,
    may_review_extract,
    may_withdraw_extract,
)
from cairn.rules.extract_fact import last_day
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.extract import EXTRACT
from cairn.rules.review import after_verdict, verdicts_open
from cairn.rules.vocabulary import ExtractState, Verdict
from cairn.warehouse import extracted
from cairn.warehouse.zones import FileRef

LINK_DAYS: Final = 14
"""How long a link works."""


@transaction.atomic
def request(  # noqa: PLR0913 - what is asked for
    *,
    project: Project,
    title: str,
    elements: Sequence[str],
    recipient: User,
    organization: Organization,
    k: int,
    by: User,
    at: datetime,
    diverse: int = 1,
) -> Extract:
    """Asks for an extract of these elements of an approved project, for one person."""
    row = Extract(
        project=project,
        title=title,
        elements=sorted(set(elements)),
        k=k,
        diverse=diverse,
        recipient=recipient,
        organization=organization,
        requester=by,
        asked_at=at,
    )
    row.save()
    decision = may_request_extract(facts.extract(row), actor(by), _day(at))
    decision.require()
    row.elements = sorted(decision.usable)
    row.agreements = list(decision.agreements)
    row.save(update_fields=["elements", "agreements"])
    audit.record("extract.requested", row, by=by, at=at, decision=decision)
    return row


def prepare(*, extract: Extract, by: User, at: datetime, progress: Progress) -> None:
    """Assembles it and hands it to the reviewers; long, and safe to begin again."""
    made = preparing.run(extract, who=actor(by), by=by, at=at, progress=progress)
    _keep(extract, made, by=by, at=at)


@transaction.atomic
def _keep(extract: Extract, made: Prepared, *, by: User, at: datetime) -> None:
    _hold(extract)
    fact, on = facts.extract(extract), _day(at)
    behind = facts.found(extract, fact.project)
    said = facts.of_people(behind, fact, open_storehouse(), on)
    decision = may_prepare_extract(
        fact, actor(by), on, opt_outs=said.opt_outs, rows=said.rows, nations=said.nations
    )
    permit = decision.require()
    texts.forget(extract, permit=permit)
    _destroy_superseded(extract, permit)
    extract.state = _after(extract, "prepare")
    extract.round += 1
    extract.agreements, extract.report = list(made.agreements), made.report
    extract.files, extract.roster = dict(made.files), str(made.roster)
    extract.texts = dict(made.texts)
    _keep_readings(extract, made.keys)
    extract.people, extract.beside, extract.alike = made.people, list(made.beside), made.alike
    extract.prepared_at, extract.returned_why, extract.key = at, "", ""
    extract.link_until = None
    extract.save()
    detail: dict[str, str | int] = {
        "children": made.report["children"],
        "left_out": made.report["left_out"],
        "alike": made.alike,
    }
    audit.record("extract.prepared", extract, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def review(
    *, extract: Extract, verdict: Verdict, comment: str, by: User, at: datetime
) -> ExtractReview:
    """One reviewer's verdict, which nobody reads before both are in."""
    _hold(extract)
    decision = may_review_extract(facts.extract(extract), actor(by), _day(at))
    decision.require()
    made = ExtractReview.objects.create(
        extract=extract,
        round=extract.round,
        reviewer=by,
        verdict=verdict.value,
        comment=comment,
        at=at,
    )
    audit.record("extract.reviewed", extract, by=by, at=at, decision=decision)
    given = facts.extract(extract).reviews
    if verdicts_open(given):
        extract.state = _after(extract, after_verdict(given))
        asked = extract.reviews.filter(round=extract.round, verdict=Verdict.RETURN.value)
        extract.returned_why = "\n\n".join(row.comment for row in asked.order_by("at"))
        extract.save(update_fields=["state", "returned_why"])
        detail = {v.value: sum(r.verdict is v for r in given) for v in Verdict}
        audit.record("extract.verdicts_opened", extract, by=by, at=at, detail=detail)
    return made


@transaction.atomic
def issue(*, extract: Extract, by: User, at: datetime) -> None:
    """Gives its recipient a link that works for some days; an earlier link works no more."""
    _hold(extract)
    on = _day(at)
    decision = may_issue_extract(facts.with_people(extract, on), actor(by), on)
    decision.require()
    extract.state = _after(extract, "issue")
    extract.key = secrets.token_urlsafe(24)
    extract.link_until = on + timedelta(days=LINK_DAYS)
    extract.issued_by = by
    extract.save(update_fields=["state", "key", "link_until", "issued_by"])
    detail = {"until": extract.link_until.isoformat()}
    audit.record("extract.issued", extract, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def fetch(*, extract: Extract, form: str, accepted: bool, by: User, at: datetime) -> bytes:
    """Hands the one copy over, as the bytes of a zip file; it is on record before it leaves."""
    _hold(extract)
    on = _day(at)
    fact = replace(facts.with_people(extract, on), accepted=accepted)
    decision = may_fetch_extract(fact, actor(by), on)
    permit = decision.require()
    leave = fact.project.authorization
    due = last_day(fact.agreements, leave.ends if leave else None, on)
    assert due is not None  # noqa: S101 - E05 asked for it
    extract.mark = secrets.token_hex(16)
    store = open_storehouse()
    content = copying.copy(store, extract, fact.agreements, copying.holder(extract, on, due), form)
    roster = extracted.read_roster(store, FileRef.parse(extract.roster))
    children = {key for child in roster.classes for key in roster.keys.get(child, ())}
    disclosures.record(
        decision,
        by=by,
        at=at,
        parties=[extract.organization.slug],
        interest=f"{extract.project.reference}: {extract.title}",
        elements=_elements(extract),
        people=len(roster.classes),
        children=children,
    )
    extract.state = _after(extract, "fetch")
    extract.fetched_at, extract.fetched_as, extract.destroy_by = at, form, due
    extract.fetched_digest = hashlib.sha256(content).hexdigest()
    extract.key = ""
    texts.forget(extract, permit=permit)
    extract.save()
    detail = {"format": form, "sha256": extract.fetched_digest, "destroy_by": due.isoformat()}
    audit.record("extract.fetched", extract, by=by, at=at, decision=decision, detail=detail)
    return content


@transaction.atomic
def withdraw(*, extract: Extract, reason: str, by: User, at: datetime) -> None:
    """Takes it back, and destroys what people wrote. A copy that was fetched has to be destroyed by
    its day all the same."""
    _hold(extract)
    decision = may_withdraw_extract(facts.extract(extract), actor(by), _day(at))
    permit = decision.require()
    extract.state = _after(extract, "withdraw")
    extract.withdrawn_at, extract.withdrawn_why, extract.key = at, reason, ""
    texts.forget(extract, permit=permit)
    extract.readings.all().delete()
    extract.save(update_fields=["state", "withdrawn_at", "withdrawn_why", "key", "texts"])
    audit.record("extract.withdrawn", extract, by=by, at=at, decision=decision)


def _destroy_superseded(extract: Extract, permit: Permit) -> None:
    """Destroys the tables of the last time: nobody may fetch them any more."""
    store = open_storehouse()
    for ref in filter(None, (*extract.files.values(), extract.roster)):
        store.destroy(FileRef.parse(ref), permit=permit)


def _keep_readings(extract: Extract, keys: Collection[str]) -> None:
    """What was decided of texts that are not in it any more is decided no longer."""
    found = extract.readings.values_list("pk", "key")
    for pk in [pk for pk, key in found if key not in keys]:
        extract.readings.filter(pk=pk).delete()


def _elements(extract: Extract) -> list[str]:
    """What really goes: not what was withheld or left out in every form."""
    return [one["element"] for one in extract.report["elements"] if one["form"]]


def _hold(extract: Extract) -> None:
    extract.refresh_from_db(from_queryset=Extract.objects.select_for_update())


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _after(extract: Extract, event: str) -> str:
    """The next state; the rule that was asked has made sure that there is one."""
    found = next_state(EXTRACT, ExtractState(extract.state), event)
    assert found is not None  # noqa: S101
    return found.value
