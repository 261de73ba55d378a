"""How right is the index, and what would change if everything were linked anew?"""

import random
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake.storehouse import key_ring
from cairn.linkage import index, quality, sampling
from cairn.linkage.models import LinkageRun, Shadow
from cairn.linkage.sealing import Sealer
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.decision import Decision
from cairn.rules.linkage import may_review_matches
from cairn.rules.vocabulary import Action
from cairn.warehouse.linking.linking import Progress, Silence


@transaction.atomic
def draw_sample(*, by: User, at: datetime) -> int:
    """Draws more questions at random in every band of evidence; how many are new."""
    decision = may_review_matches(actor(by), timezone.localdate(at))
    decision.require()
    # Whom it asks about must be nobody's choice, and not foreseeable.
    drawn = sampling.draw(Sealer(key_ring()), at, random.SystemRandom())
    audit.record(
        "linkage.sampled",
        "linkage:all",
        by=by,
        at=at,
        decision=decision,
        detail={"questions": drawn},
    )
    return drawn


@transaction.atomic
def measure(*, by: User, at: datetime) -> LinkageRun | None:
    """Works out anew how right the newest run is, from all answers so far."""
    decision = may_open(Action.VIEW_LINKAGE, actor(by), on=timezone.localdate(at))
    decision.require()
    run = LinkageRun.objects.filter(pilot=False).first()
    if run is None:
        return None
    run.found = {
        **run.found,
        "quality": quality.of_parts(run.parts.all(), quality.beyond_of(run), by=by, at=at),
    }
    run.save(update_fields=["found"])
    audit.record("linkage.measured", run, by=by, at=at, decision=decision)
    return run


def shadow(*, by: User, at: datetime, progress: Progress | None = None) -> Shadow:
    """Links everything anew beside the index, which stays as it is; how far the two differ."""
    said = progress or Silence()
    decision = may_open(Action.LINK, actor(by), on=timezone.localdate(at))
    decision.require()
    said.step("link everything anew, beside the index")
    found, version, drift = index.shadow(Sealer(key_ring()))
    row = Shadow(at=at, by=by, version=version, drift=drift, **asdict(found))
    return _keep_shadow(row, decision)


@transaction.atomic
def _keep_shadow(row: Shadow, decision: Decision) -> Shadow:
    row.save()
    audit.record(
        "linkage.shadow",
        row,
        by=row.by,
        at=row.at,
        decision=decision,
        detail={"would_merge": row.would_merge, "would_split": row.would_split},
    )
    return row
