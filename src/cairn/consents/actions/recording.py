"""Writes: signed papers are put on record, a list at a time, and taken back a list at a time."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents import facts, keys
from cairn.consents.answering import Signature, answer, reinstate_earlier
from cairn.consents.children import known_child
from cairn.consents.models import Consent, ConsentForm, Sitting
from cairn.consents.paper import Paper
from cairn.consents.queries import scans
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.consent_record import may_change_consents, may_record_consents
from cairn.rules.lifecycle import states_with
from cairn.rules.lives.consent import CONSENT
from cairn.rules.retention import may_destroy
from cairn.rules.vocabulary import ConsentState
from cairn.warehouse import attachment


@transaction.atomic
def record_papers(
    *,
    form: ConsentForm,
    collected_by: Organization,
    papers: Sequence[Paper],
    by: User,
    at: datetime,
    scan: bytes = b"",
    who: Actor | None = None,
) -> Sitting:
    """Put a checked list of signed papers on record. Raises `NoAttachment` for no scan at all."""
    asking, on = who or actor(by), timezone.localdate(at)
    decision = may_record_consents(facts.form(form), collected_by.slug, asking, on)
    decision.require()
    sitting = Sitting(form=form, collected_by=collected_by, recorded_by=by, recorded_at=at)
    if scan:
        attached = attachment.attach(settings.CAIRN_DATA, keys.ring(), scan)
        sitting.scan, sitting.scan_key = attached.name, attached.wrapped_key
        sitting.scan_type = attached.kind
    sitting.save()
    for paper in papers:
        answer(
            known_child(form.organization, paper.child, by=collected_by),
            form,
            Signature(paper.signer, paper.relation, paper.signed_on, paper.language),
            event="record" if paper.agrees else "record refusal",
            records=paper.records,
            at=at,
            sitting=sitting,
            collected_by=collected_by,
        )
    detail: dict[str, str | int] = {"form": form.name, "papers": len(papers)}
    audit.record("consent.recorded", sitting, by=by, at=at, decision=decision, detail=detail)
    return sitting


@transaction.atomic
def undo_sitting(*, sitting: Sitting, by: User, at: datetime, who: Actor | None = None) -> int:
    """Take a sitting back, as if it had not been: what the district verified since stays.

    How many answers that changes. The scan goes with its last answer.
    """
    asking, on = who or actor(by), timezone.localdate(at)
    undoable = [state.value for state in states_with(CONSENT, "undo")]
    rows = list(sitting.consents.filter(state__in=undoable))
    states = {ConsentState(row.state) for row in rows}
    decision = may_change_consents("undo", states, [sitting.collected_by.slug], asking, on)
    decision.require()
    Consent.objects.filter(pk__in=[row.pk for row in rows]).update(state=ConsentState.UNDONE.value)
    reinstate_earlier(rows)
    sitting.undone_at = at
    if sitting.scan and not sitting.consents.exclude(state=ConsentState.UNDONE.value).exists():
        _forget_scan(sitting)
    sitting.save(update_fields=["undone_at", "scan", "scan_key"])
    detail = {"answers": len(rows)}
    audit.record("consent.undone", sitting, by=by, at=at, decision=decision, detail=detail)
    return len(rows)


@transaction.atomic
def destroy_scan(
    *, sitting: Sitting, terms: Agreement, by: User, at: datetime, who: Actor | None = None
) -> str:
    """Destroy the scan of signed papers when the agreement it was signed for says so; the sha256
    of the file that went, empty where it was gone. The answers themselves stay on record.
    """
    decision = may_destroy(terms, who or actor(by), timezone.localdate(at))
    decision.require()
    sitting = Sitting.objects.select_for_update().get(pk=sitting.pk)
    gone = scans.digest(sitting)
    if sitting.scan:
        _forget_scan(sitting)
        sitting.save(update_fields=["scan", "scan_key"])
        audit.record("consent.scan_destroyed", sitting, by=by, at=at, decision=decision)
    return gone


def _forget_scan(sitting: Sitting) -> None:
    """The key goes with the row, and then the file."""
    name = sitting.scan
    sitting.scan = sitting.scan_key = ""
    transaction.on_commit(lambda: attachment.destroy(settings.CAIRN_DATA, name))
