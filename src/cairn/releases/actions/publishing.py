"""Before the public, and back again."""

from datetime import datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.intake.storehouse import open_storehouse
from cairn.partners.facts import actor
from cairn.releases import checking, facts
from cairn.releases.holding import after, day, hold, hold_all, move
from cairn.releases.models import Release
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.release import RELEASE
from cairn.rules.release import (
    may_publish,
    may_withdraw,
)
from cairn.rules.vocabulary import ReleaseState
from cairn.warehouse import released
from cairn.warehouse.zones import FileRef

_FOR_THE_PUBLIC = "anyone may read figures that name no child"
_FOR_THE_PILOT = "to finish a pilot on synthetic data; nobody but its people reads the figures"


@transaction.atomic
def publish(*, release: Release, by: User, at: datetime) -> None:
    """Writes the figures where the public reads; refused with every reason until all holds. Those
    of a pilot are written the same way, and the public's pages do not open them."""
    hold_all(release)
    decision = may_publish(facts.release(release), actor(by), day(at))
    permit = decision.require()
    store, protected = open_storehouse(), FileRef.parse(release.protected)
    held = released.read(store, protected)
    note = {
        "release": str(release.pk),
        "as_of": str(release.as_of),
        "districts_that_tried": str(release.contributors or 0),
        **checking.world(release),
    }
    interest = _FOR_THE_PILOT if release.pilot else _FOR_THE_PUBLIC
    disclosures.record(decision, by=by, at=at, parties=(), interest=interest)
    written = released.write(
        store, held.cells, names=held.names, permit=permit, inputs=[protected], note=note
    )
    release.state = after(release, "publish")
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
    hold(earlier)
    if next_state(RELEASE, ReleaseState(earlier.state), "replace"):
        move(earlier, "replace")
        audit.record("release.corrected", earlier, by=by, at=at)


@transaction.atomic
def withdraw(*, release: Release, reason: str, by: User, at: datetime) -> None:
    """Takes a release back, at any time; the public page then says when and why."""
    hold(release)
    decision = may_withdraw(facts.release(release), actor(by), day(at))
    decision.require()
    release.state = after(release, "withdraw")
    release.withdrawn_at = at
    release.withdrawn_by = by
    release.withdrawn_why = reason
    release.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_why"])
    audit.record("release.withdrawn", release, by=by, at=at, decision=decision)
