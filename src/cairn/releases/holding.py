"""The row of a release while it is changed, and where an event leads it."""

from datetime import date, datetime

from django.utils import timezone

from cairn.releases.models import Release
from cairn.rules.lifecycle import next_state
from cairn.rules.lives.release import RELEASE
from cairn.rules.vocabulary import ReleaseState


def hold(release: Release) -> None:
    """Reads the row as it is now and keeps others from changing it until this is done."""
    release.refresh_from_db(from_queryset=Release.objects.select_for_update())


def hold_all(release: Release) -> None:
    """As `hold`, and nothing else of its world is published meanwhile: each of two releases would
    miss the other."""
    rows = Release.objects.filter(pilot=release.pilot).order_by("pk")
    list(rows.select_for_update().values_list("pk", flat=True))
    release.refresh_from_db()


def day(at: datetime) -> date:
    """The local day on which something is done."""
    return timezone.localdate(at)


def move(release: Release, event: str, *, returned_why: str = "") -> None:
    """Lets an event happen; why it went back to its author is kept until it goes on."""
    release.state = after(release, event)
    release.returned_why = returned_why
    release.save(update_fields=["state", "returned_why"])


def begin_anew(release: Release) -> None:
    """Makes it a draft again, not yet saved: what was found of other tables says nothing of those
    that are asked for now."""
    release.state = after(release, "redraft")
    release.counted, release.own, release.protected = {}, {}, ""
    release.certificate = []
    release.missing_groups, release.caveats, release.as_of = [], [], None
    release.attacked, release.meets = None, []


def after(release: Release, event: str) -> str:
    """Where an event leads; the rule that allowed it has looked at the same table."""
    then = next_state(RELEASE, ReleaseState(release.state), event)
    return then.value if then else release.state
