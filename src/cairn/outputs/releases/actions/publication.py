"""Publish a release, and withdraw it."""

from datetime import datetime

from django.db import transaction

from cairn.governance.disclosure_log.api import record_disclosure
from cairn.governance.partners.api import load_actor
from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import disclosure_check
from cairn.outputs.releases.actions.state import (
    get_local_day,
    get_next_state,
    lock_all_releases,
    lock_release,
    transition_release,
)
from cairn.outputs.releases.models import Release
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.lifecycles import RELEASE_TRANSITIONS, find_next_state
from cairn.policy.questions import may_publish_release, may_withdraw_release
from cairn.policy.vocabulary import ReleaseState
from cairn.warehouse.exporters import read_release_figures, write_release_figures
from cairn.warehouse.store import FileRef

_PUBLIC_INTEREST = "anyone may read figures that name no child"
_PILOT_INTEREST = "to finish a pilot on synthetic data; nobody but its people reads the figures"


@transaction.atomic
def publish_release(*, release: Release, by: User, at: datetime) -> None:
    """Write the figures to the released zone, where the public reads them.

    The figures of a pilot are written the same way, but public pages never open them.

    Args:
        release: the release.
        by: the user.
        at: the time.
    Raises:
        Refused: a requirement is not met; the decision has every reason.
    """
    lock_all_releases(release)
    decision = may_publish_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    permit = decision.require()
    store, protected = open_file_store(), FileRef.parse(release.protected)
    protected_file = read_release_figures(store, protected)
    note = {
        "release": str(release.pk),
        "as_of": str(release.as_of),
        "districts_that_tried": str(release.contributors or 0),
        **disclosure_check.build_pilot_note(release),
    }
    interest = _PILOT_INTEREST if release.pilot else _PUBLIC_INTEREST
    record_disclosure(decision, by=by, at=at, parties=(), interest=interest)
    released_ref = write_release_figures(
        store,
        protected_file.cells,
        names=protected_file.names,
        permit=permit,
        inputs=[protected],
        note=note,
    )
    release.state = get_next_state(release, "publish")
    release.released = str(released_ref)
    release.published_at = at
    release.published_by = by
    release.save(update_fields=["state", "released", "published_at", "published_by"])
    detail: dict[str, str | int] = {"file": str(released_ref), "withheld": release.withheld}
    record_audit_event("release.published", release, by=by, at=at, decision=decision, detail=detail)
    if release.corrects is not None:
        _replace_corrected_release(release.corrects, by=by, at=at)


def _replace_corrected_release(corrected_release: Release, *, by: User, at: datetime) -> None:
    """Mark the corrected release as replaced, unless it was withdrawn before."""
    lock_release(corrected_release)
    if find_next_state(RELEASE_TRANSITIONS, ReleaseState(corrected_release.state), "replace"):
        transition_release(corrected_release, "replace")
        record_audit_event("release.corrected", corrected_release, by=by, at=at)


@transaction.atomic
def withdraw_release(*, release: Release, reason: str, by: User, at: datetime) -> None:
    """Withdraw a release at any time. Its public page then says when and why."""
    lock_release(release)
    decision = may_withdraw_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    decision.require()
    release.state = get_next_state(release, "withdraw")
    release.withdrawn_at = at
    release.withdrawn_by = by
    release.withdrawn_why = reason
    release.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_why"])
    record_audit_event("release.withdrawn", release, by=by, at=at, decision=decision)
