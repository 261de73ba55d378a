"""Change extracts. Each action asks policy, changes rows and writes an audit line."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.governance.disclosure_log.api import record_disclosure
from cairn.governance.partners.api import Organization
from cairn.governance.projects.api import Project
from cairn.outputs.extracts import facts, free_text, preparation, recipient_copy
from cairn.outputs.extracts.facts import ExtractPopulationFacts
from cairn.outputs.extracts.preparation import PreparedExtract
from cairn.outputs.releases.api import Extract, ExtractReview
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import (
    ActionResult,
    AuditDetail,
    action,
    load_current_actor,
    system_action,
)
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import Progress
from cairn.policy import checks, questions
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import Actor, ExtractFact, ReviewFact
from cairn.policy.lifecycles import EXTRACT_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import ExtractState, ReviewVerdict
from cairn.warehouse.exporters import read_extract_roster
from cairn.warehouse.store import FileRef

__all__ = ["issue_extract", "prepare_and_store_extract", "request_extract", "review_extract"]

DOWNLOAD_LINK_DAYS: Final = 14
"""How many days a download link works."""


@transaction.atomic
def request_extract(  # noqa: PLR0913 - a request has this many attributes
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
    """Request an extract of these elements of an approved project, for one recipient.

    Args:
        project: the approved project.
        title: what the extract is for.
        elements: data elements, as `record.field`.
        recipient: the person who will fetch it.
        organization: the recipient's employer.
        k: the smallest number of children who must share each combination (k-anonymity).
        by: the requester.
        at: the time.
        diverse: the smallest number of different values of a protected element (l-diversity).
    Returns:
        The extract, limited to the elements that policy allows.
    Raises:
        Refused: policy does not allow it.
    """
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
    decision = questions.may_request_extract(
        facts.load_extract_fact(row), load_current_actor(by), _get_local_date(at)
    )
    decision.require()
    row.elements = sorted(decision.usable)
    row.agreements = list(decision.agreements)
    row.save(update_fields=["elements", "agreements"])
    record_audit_event("extract.requested", row, by=by, at=at, decision=decision)
    return row


def prepare_and_store_extract(
    *, extract: Extract, by: User, at: datetime, progress: Progress
) -> None:
    """Prepare an extract and hand it to the reviewers. Long, and safe to run again.

    This function is not atomic: policy is asked again before the result is stored.

    Args:
        extract: the extract.
        by: the user who prepares it.
        at: the time.
        progress: receives the progress.
    Raises:
        Refused: policy does not allow it.
        NothingToExtract: no child is in it.
        CannotBeMadeSafe: no coarser form satisfies the anonymity rule.
    """
    prepared = preparation.build_extract_tables(
        extract, actor=load_current_actor(by), by=by, at=at, progress=progress
    )
    _store_prepared(extract=extract, prepared=prepared, by=by, at=at)


def _lock_extract_facts(extract: Extract) -> tuple[ExtractFact]:
    _lock_extract(extract)
    return (facts.load_extract_fact(extract),)


def _lock_population_facts(
    extract: Extract, at: datetime
) -> tuple[ExtractFact, ExtractPopulationFacts]:
    (fact,) = _lock_extract_facts(extract)
    linked_sources = facts.find_extract_sources(extract, fact.project)
    population = facts.load_population_facts(
        linked_sources, fact, open_file_store(), _get_local_date(at)
    )
    return fact, population


def _may_prepare_extract(
    fact: ExtractFact, population: ExtractPopulationFacts, actor: Actor, on: date
) -> Decision:
    return questions.may_prepare_extract(
        fact,
        actor,
        on,
        opt_outs=population.opt_outs,
        rows=population.rows,
        nations=population.nations,
    )


@action("extract.prepared", asks=_may_prepare_extract, facts=_lock_population_facts)
def _store_prepared(
    permit: Permit, /, *, extract: Extract, prepared: PreparedExtract, by: User, at: datetime
) -> ActionResult[None]:
    free_text.destroy_sealed_texts(extract, permit=permit)
    _destroy_earlier_tables(extract, permit)
    extract.state = _get_next_extract_state(extract, "prepare")
    extract.round += 1
    extract.agreements, extract.report = list(prepared.agreements), prepared.report
    extract.files, extract.roster = dict(prepared.files), str(prepared.roster)
    extract.texts = dict(prepared.texts)
    _delete_stale_readings(extract, prepared.keys)
    extract.people, extract.beside, extract.alike = (
        prepared.people,
        list(prepared.beside),
        prepared.alike,
    )
    extract.prepared_at, extract.returned_why, extract.key = at, "", ""
    extract.link_until = None
    extract.save()
    detail: AuditDetail = {
        "children": prepared.report["children"],
        "left_out": prepared.report["left_out"],
        "alike": prepared.alike,
    }
    return ActionResult(subject=extract, detail=detail)


@action("extract.reviewed", asks=questions.may_review_extract, facts=_lock_extract_facts)
def review_extract(
    permit: Permit,
    /,
    *,
    extract: Extract,
    verdict: ReviewVerdict,
    comment: str,
    by: User,
    at: datetime,
) -> ActionResult[ExtractReview]:
    """Record one reviewer's verdict, hidden from the other reviewer until both are in.

    Args:
        extract: the extract.
        verdict: approve or return.
        comment: what should change.
        by: the reviewer.
        at: the time.
    Returns:
        The review.
    Raises:
        Refused: policy does not allow it.
    """
    new_review = ExtractReview.objects.create(
        extract=extract,
        round=extract.round,
        reviewer=by,
        verdict=verdict.value,
        comment=comment,
        at=at,
    )
    review_facts = facts.load_extract_fact(extract).reviews
    open_verdicts = partial(
        _open_verdicts, extract=extract, review_facts=review_facts, by=by, at=at
    )
    return ActionResult(
        new_review,
        subject=extract,
        followed_by=open_verdicts if checks.are_verdicts_open(review_facts) else None,
    )


@system_action("extract.verdicts_opened", reason="it follows from the last reviewer's verdict")
def _open_verdicts(
    *, extract: Extract, review_facts: Sequence[ReviewFact], by: User, at: datetime
) -> ActionResult[None]:
    """Show the verdicts, and move the extract to the state that they lead to."""
    extract.state = _get_next_extract_state(extract, checks.find_event_after_verdict(review_facts))
    returned_reviews = extract.reviews.filter(
        round=extract.round, verdict=ReviewVerdict.RETURN.value
    )
    extract.returned_why = "\n\n".join(row.comment for row in returned_reviews.order_by("at"))
    extract.save(update_fields=["state", "returned_why"])
    detail = {
        verdict.value: sum(review_fact.verdict is verdict for review_fact in review_facts)
        for verdict in ReviewVerdict
    }
    return ActionResult(subject=extract, detail=detail)


def _lock_recipient_facts(extract: Extract, at: datetime) -> tuple[ExtractFact]:
    _lock_extract(extract)
    return (facts.load_extract_fact_with_people(extract, _get_local_date(at)),)


def _lock_fetch_facts(*, extract: Extract, accepted: bool, at: datetime) -> tuple[ExtractFact]:
    (fact,) = _lock_recipient_facts(extract, at)
    return (replace(fact, accepted=accepted),)


@action("extract.issued", asks=questions.may_issue_extract, facts=_lock_recipient_facts)
def issue_extract(
    permit: Permit, /, *, extract: Extract, by: User, at: datetime
) -> ActionResult[None]:
    """Give the recipient a download link for `DOWNLOAD_LINK_DAYS`; an earlier one stops working.

    Args:
        extract: the extract.
        by: the user.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    extract.state = _get_next_extract_state(extract, "issue")
    extract.key = secrets.token_urlsafe(24)
    extract.link_until = permit.on + timedelta(days=DOWNLOAD_LINK_DAYS)
    extract.issued_by = by
    extract.save(update_fields=["state", "key", "link_until", "issued_by"])
    return ActionResult(subject=extract, detail={"until": extract.link_until.isoformat()})


@action("extract.fetched", asks=questions.may_fetch_extract, facts=_lock_fetch_facts)
def fetch_extract(
    permit: Permit,
    decision: Decision,
    /,
    *,
    extract: Extract,
    form: str,
    accepted: bool,
    by: User,
    at: datetime,
) -> ActionResult[bytes]:
    """Return the recipient's only copy as the bytes of a zip file, recorded before it leaves."""
    on, fact = permit.on, facts.load_extract_fact(extract)
    authorization = fact.project.authorization
    destroy_by = checks.find_extract_destruction_date(
        fact.agreements, authorization.ends if authorization else None, on, fact.elements
    )
    assert destroy_by is not None  # noqa: S101 - policy check E05 requires it
    extract.mark = secrets.token_hex(16)
    store = open_file_store()
    content = recipient_copy.build_recipient_copy(
        store,
        extract,
        fact.agreements,
        recipient_copy.get_copy_holder(extract, on, destroy_by),
        form,
    )
    roster = read_extract_roster(store, FileRef.parse(extract.roster))
    children = {key for person_code in roster.classes for key in roster.keys.get(person_code, ())}
    record_disclosure(
        decision,
        by=by,
        at=at,
        parties=[extract.organization.slug],
        interest=f"{extract.project.reference}: {extract.title}",
        elements=_list_released_elements(extract),
        people=len(roster.classes),
        children=children,
    )
    extract.state = _get_next_extract_state(extract, "fetch")
    extract.fetched_at, extract.fetched_as, extract.destroy_by = at, form, destroy_by
    extract.fetched_digest = hashlib.sha256(content).hexdigest()
    extract.key = ""
    free_text.destroy_sealed_texts(extract, permit=permit)
    extract.save()
    detail = {
        "format": form,
        "sha256": extract.fetched_digest,
        "destroy_by": destroy_by.isoformat(),
    }
    return ActionResult(content, subject=extract, detail=detail)


@action("extract.withdrawn", asks=questions.may_withdraw_extract, facts=_lock_extract_facts)
def withdraw_extract(
    permit: Permit, /, *, extract: Extract, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw an extract, and destroy its sealed free text.

    The recipient of a fetched copy must still destroy it by its date.
    """
    extract.state = _get_next_extract_state(extract, "withdraw")
    extract.withdrawn_at, extract.withdrawn_why, extract.key = at, reason, ""
    free_text.destroy_sealed_texts(extract, permit=permit)
    extract.readings.all().delete()
    extract.save(update_fields=["state", "withdrawn_at", "withdrawn_why", "key", "texts"])
    return ActionResult(subject=extract)


def _destroy_earlier_tables(extract: Extract, permit: Permit) -> None:
    """Destroy the tables of the preparation before, which no recipient may fetch any more."""
    store = open_file_store()
    for ref in filter(None, (*extract.files.values(), extract.roster)):
        store.destroy(FileRef.parse(ref), permit=permit)


def _delete_stale_readings(extract: Extract, keys: Collection[str]) -> None:
    """Delete decisions about texts that are no longer in the extract."""
    stored_readings = extract.readings.values_list("pk", "key")
    for pk in [pk for pk, key in stored_readings if key not in keys]:
        extract.readings.filter(pk=pk).delete()


def _list_released_elements(extract: Extract) -> list[str]:
    """Return the elements that are in the extract, without those withheld or left out."""
    return [entry["element"] for entry in extract.report["elements"] if entry["form"]]


def _lock_extract(extract: Extract) -> None:
    extract.refresh_from_db(from_queryset=Extract.objects.select_for_update())


def _get_local_date(at: datetime) -> date:
    return timezone.localdate(at)


def _get_next_extract_state(extract: Extract, event: str) -> str:
    """Return the next state. The policy question made sure that there is one."""
    next_extract_state = find_next_state(EXTRACT_TRANSITIONS, ExtractState(extract.state), event)
    assert next_extract_state is not None  # noqa: S101
    return next_extract_state.value
