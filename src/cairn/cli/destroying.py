"""What `cairn destroy` does."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from cairn.cli.voice import Unusable, Voice
from cairn.intake import actions, queries
from cairn.intake.models import Delivery
from cairn.partners.facts import actor
from cairn.partners.operator import operator
from cairn.rules.vocabulary import DeliveryState


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which deliveries, and whether it was meant."""

    numbers: tuple[int, ...]
    due: bool
    yes: bool


def destroy_chosen(voice: Voice, chosen: Chosen, acting: str | None) -> None:
    """Destroy what was chosen among the deliveries that the asker may see."""
    by, at = operator(acting), timezone.localtime()
    seen = queries.deliveries(actor(by), at.date())
    rows = list(queries.overdue(seen, at.date()) if chosen.due else _named(seen, chosen.numbers))
    voice.facts["deliveries"] = [row.pk for row in rows]
    voice.facts["destroyed"] = chosen.yes
    for row in rows:
        if chosen.yes:
            files = actions.destroy(delivery=row, by=by, at=at)
            voice.plain(f"Delivery {row.pk} ({row}): {len(files)} files destroyed.")
        else:
            voice.plain(f"Delivery {row.pk} ({row}), received {row.received_at:%Y-%m-%d}")
    if rows and chosen.yes:
        voice.plain("Now run: cairn link. It takes their names out of the person index too.")
    if not rows:
        voice.plain("Nothing is due to be destroyed.")
    elif not chosen.yes:
        voice.plain("Nothing was destroyed. Add --yes to destroy these.")


def _named(seen: QuerySet[Delivery], numbers: tuple[int, ...]) -> list[Delivery]:
    if not numbers:
        raise Unusable("Say which: the numbers of deliveries, or --due for all that are due.")
    rows = list(seen.filter(pk__in=numbers).exclude(state=DeliveryState.DESTROYED))
    if missing := sorted({*numbers} - {row.pk for row in rows}):
        raise Unusable(f"There is no delivery {missing[0]} to destroy that you may see.")
    return rows
