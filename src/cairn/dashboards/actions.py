"""What people do here: a data manager with targets, a steward with its own figures."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.dashboards import facts, queries
from cairn.dashboards.models import Target
from cairn.dashboards.wording import Wording
from cairn.disclosures import log as disclosures
from cairn.partners.facts import actor
from cairn.releases import facts as releases
from cairn.releases.models import Release
from cairn.releases.own_figures import Own
from cairn.rules.decision import Decision
from cairn.rules.own_figures import may_compare_own_figures
from cairn.rules.target import may_end_target, may_set_target

_OWN_INTEREST: Final = "to compare its own children's figures with the published ones"


@transaction.atomic
def set_target(*, outcome: str, wording: Wording, by: User, at: datetime) -> Target:
    """Sets a target that begins at what is published now. Raises ``Refused``."""
    decision, release, baseline = _begun(outcome, wording, by, at)
    row = Target.objects.create(
        outcome=outcome,
        baseline=baseline,
        release=release,
        set_by=by,
        set_at=at,
        **asdict(wording),
    )
    audit.record("target.set", row, by=by, at=at, decision=decision, detail=_said(row))
    return row


@transaction.atomic
def change_target(*, target: Target, wording: Wording, by: User, at: datetime) -> None:
    """Says a target anew, from what is published now; the audit chain keeps what it was."""
    row = Target.objects.select_for_update().get(pk=target.pk)
    decision, row.release, baseline = _begun(row.outcome, wording, by, at)
    before = {f"before_{name}": said for name, said in _said(row).items()}
    row.baseline = baseline
    row.edition += 1
    for name, said in asdict(wording).items():
        setattr(row, name, said)
    row.save()
    detail = {**_said(row), **before}
    audit.record("target.changed", row, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def end_target(*, target: Target, why: str, by: User, at: datetime) -> None:
    """Ends a target; its page shows it no longer, and it can be taken up again."""
    decision = may_end_target(actor(by), timezone.localdate(at))
    decision.require()
    row = Target.objects.select_for_update().get(pk=target.pk)
    row.ended_at, row.ended_by, row.ended_why = at, by, why
    row.save(update_fields=["ended_at", "ended_by", "ended_why"])
    audit.record("target.ended", row, by=by, at=at, decision=decision, detail={"why": why})


@transaction.atomic
def resume_target(*, target: Target, by: User, at: datetime) -> None:
    """Undoes the end of a target."""
    decision = may_end_target(actor(by), timezone.localdate(at))
    decision.require()
    row = Target.objects.select_for_update().get(pk=target.pk)
    row.ended_at, row.ended_by, row.ended_why = None, None, ""
    row.save(update_fields=["ended_at", "ended_by", "ended_why"])
    audit.record("target.resumed", row, by=by, at=at, decision=decision)


@transaction.atomic
def view_own_figures(*, shown: queries.Shown, own: Own, by: User, at: datetime) -> Decision:
    """Opens an organization's own numbers of an outcome to its steward. Whether they may be shown,
    and in which tables, is the answer; either way the request is on the record first."""
    on, release = timezone.localdate(at), releases.release(shown.release)
    decision = may_compare_own_figures(release, own.fact, actor(by), on)
    slug = own.organization.slug
    disclosures.record(decision, by=by, at=at, parties=[slug], interest=_OWN_INTEREST)
    detail = {"organization": slug, "outcome": shown.definition.id}
    audit.record(
        "figures.own_viewed", shown.release, by=by, at=at, decision=decision, detail=detail
    )
    return decision


def _begun(
    outcome: str, wording: Wording, by: User, at: datetime
) -> tuple[Decision, Release, Decimal]:
    """The leave to say this of an outcome, with the release and the share that it begins at."""
    on = timezone.localdate(at)
    one = queries.of(outcome, on)
    fact = facts.target(outcome, wording, one.figures if one else None)
    decision = may_set_target(fact, actor(by), on)
    decision.require()
    assert one is not None  # noqa: S101 - without a published figure it is refused
    assert fact.begins is not None  # noqa: S101 - the same
    return decision, one.release, Decimal(fact.begins) / 10


def _said(row: Target) -> dict[str, str]:
    return {
        "outcome": row.outcome,
        "from": f"{row.baseline}% in {row.baseline_year}",
        "to": f"{row.percent}% in {row.target_year}",
        "agreed": f"{row.agreed_by}, {row.agreed_on}",
        "context": row.context,
    }
