"""Measure the accuracy of the index, and find what linking all records again would change."""

import random
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.data.identity.index import update
from cairn.data.identity.models.linkage_runs import LinkageRun, Shadow
from cairn.data.identity.review import accuracy, sampling
from cairn.data.identity.storage.sealing import IdentitySealer
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import (
    ActionResult,
    action,
    has_role_for,
    load_current_actor,
    long_action,
)
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_key_ring
from cairn.platform.tasks.api import NullProgress, Progress
from cairn.policy.engine import Permit
from cairn.policy.questions import may_open_page, may_review_possible_matches
from cairn.policy.vocabulary import Action


@action("linkage.sampled", asks=may_review_possible_matches)
def draw_review_sample(permit: Permit, /, *, by: User, at: datetime) -> ActionResult[int]:
    """Draw more questions at random in every band of evidence.

    Args:
        by: the reviewer.
        at: the current time.
    Returns:
        The number of new questions.
    """
    # No user may choose or predict which children the sample includes.
    drawn = sampling.draw_sample_questions(
        IdentitySealer(open_key_ring()), at, random.SystemRandom()
    )
    return ActionResult(drawn, subject="linkage:all", detail={"questions": drawn})


@transaction.atomic
def measure_linkage_accuracy(*, by: User, at: datetime) -> LinkageRun | None:
    """Measure again how accurate the newest run is, from all answers so far.

    Args:
        by: the user who measures.
        at: the current time.
    Returns:
        The run, or None before the first.
    """
    decision = may_open_page(Action.VIEW_LINKAGE, load_current_actor(by), on=timezone.localdate(at))
    decision.require()
    run = LinkageRun.objects.filter(pilot=False).first()
    if run is None:
        return None
    run.found = {
        **run.found,
        "quality": accuracy.measure_accuracy_of_files(
            run.parts.all(), accuracy.read_gaps_between_components(run), by=by, at=at
        ),
    }
    run.save(update_fields=["found"])
    record_audit_event("linkage.measured", run, by=by, at=at, decision=decision)
    return run


@action("linkage.shadow", asks=has_role_for(Action.LINK))
def _store_shadow(
    permit: Permit, /, *, row: Shadow, by: User, at: datetime
) -> ActionResult[Shadow]:
    row.save()
    detail = {"would_merge": row.would_merge, "would_split": row.would_split}
    return ActionResult(row, subject=row, detail=detail)


@long_action(asks=has_role_for(Action.LINK), finish=_store_shadow)
def run_shadow_linkage(
    permit: Permit, /, *, by: User, at: datetime, progress: Progress | None = None
) -> Shadow:
    """Link all records again beside the unchanged index, and store how far the two differ.

    Args:
        by: the user who links.
        at: the current time.
        progress: receives the step.
    Returns:
        The shadow linkage.
    Raises:
        Refused: the policy does not allow it.
    """
    reporter = progress or NullProgress()
    reporter.step("link everything anew, beside the index")
    partition_difference, model_version, model_drift = update.compare_with_full_relink(
        IdentitySealer(open_key_ring())
    )
    row = Shadow(
        at=at, by=by, version=model_version, drift=model_drift, **asdict(partition_difference)
    )
    return _store_shadow(row=row, by=by, at=at)
