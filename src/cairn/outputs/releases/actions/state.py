"""Lock releases while they change, load what policy asks about, and move them between states."""

from dataclasses import replace
from datetime import date, datetime

from django.utils import timezone

from cairn.outputs.releases import facts
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import public_state
from cairn.policy.facts import ReleaseFact
from cairn.policy.lifecycles import RELEASE_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import ReleaseState


def lock_release(release: Release) -> None:
    """Reload a release and lock its row until the transaction ends."""
    release.refresh_from_db(from_queryset=Release.objects.select_for_update())


def lock_all_releases(release: Release) -> None:
    """Lock a release and every other one of its kind (pilots, or real data), then reload it.

    Two releases published at the same time would each miss the other.
    """
    rows = Release.objects.filter(pilot=release.pilot).order_by("pk")
    list(rows.select_for_update().values_list("pk", flat=True))
    release.refresh_from_db()


def load_release_facts(release: Release) -> tuple[ReleaseFact]:
    """Load the facts of a release for a policy question, without a lock."""
    return (facts.load_release_fact(release),)


def lock_release_facts(release: Release) -> tuple[ReleaseFact]:
    """Lock a release, and load its facts for a policy question."""
    lock_release(release)
    return load_release_facts(release)


def lock_all_release_facts(release: Release) -> tuple[ReleaseFact]:
    """Lock every release of its kind, and load the facts of one for a policy question.

    What the public page shows at this moment is compared once more: a release that hides some of it
    is refused, no matter what its check saw.
    """
    lock_all_releases(release)
    (fact,) = load_release_facts(release)
    met = (*fact.beside.met, *public_state.find_hiding_conflicts(release))
    return (replace(fact, beside=replace(fact.beside, met=met)),)


def get_local_day(at: datetime) -> date:
    """Return the local day of a time."""
    return timezone.localdate(at)


def transition_release(release: Release, event: str, *, returned_why: str = "") -> None:
    """Apply an event to a release and save its new state.

    `returned_why` is kept until the next event.
    """
    release.state = get_next_state(release, event)
    release.returned_why = returned_why
    release.save(update_fields=["state", "returned_why"])


def reset_to_draft(release: Release) -> None:
    """Make a release a draft again and clear the results of its check, without saving.

    Results for other tables do not apply to the tables requested now.
    """
    release.state = get_next_state(release, "redraft")
    release.counted, release.own, release.protected = {}, {}, ""
    release.certificate = []
    release.missing_groups, release.caveats, release.as_of = [], [], None
    release.attacked, release.meets = None, []


def get_next_state(release: Release, event: str) -> str:
    """Return the state that an event leads to.

    The policy question checked the same transition table.
    """
    next_release_state = find_next_state(RELEASE_TRANSITIONS, ReleaseState(release.state), event)
    return next_release_state.value if next_release_state else release.state
