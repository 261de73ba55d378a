"""Prepare what the page of a release shows about its renewal and about the other releases."""

from datetime import date
from typing import Any

from cairn.outputs.releases import facts, labels
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries.releases import filter_visible_releases
from cairn.outputs.releases.queries.renewals import load_renewal_state
from cairn.policy.facts import Actor
from cairn.policy.questions import may_end_renewal, may_renew_release


def build_renewal_context(release: Release, actor: Actor, on: date) -> dict[str, Any]:
    """Return the renewal of a release, what it waits for, and what the user may do with it."""
    fact = facts.load_release_fact(release)
    may_renew = may_renew_release(fact, actor, on).allowed
    if release.renewal is None:
        return {"may_renew": may_renew}
    state = load_renewal_state(release.renewal, on)
    open_draft = state.open_draft
    visible = filter_visible_releases(actor, on).filter(renewal=release.renewal)
    return {
        "row": release.renewal,
        "may_renew": may_renew,
        "may_end": release.renewal.is_running and may_end_renewal(fact, actor, on).allowed,
        "next_end": state.next_end,
        "ended_terms": [labels.label_term(term) for term in state.ended_terms],
        "open_draft": open_draft,
        "open_term": labels.label_term(open_draft.renewed_term)
        if open_draft and open_draft.renewed_term
        else "",
        "has_published": state.last is not None,
        "refused_term": labels.label_term(release.renewal.refused_term)
        if release.renewal.refused_term
        else "",
        "missed_terms": [labels.label_term(term) for term in release.missed_terms],
        "others": list(visible.exclude(pk=release.pk).order_by("-created_at", "-pk")),
    }
