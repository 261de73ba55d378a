"""What `cairn link` does and says: counts, never a person."""

from django.utils import timezone

from cairn.cli.voice import Unusable, Voice
from cairn.linkage import actions
from cairn.linkage.queries.encoded import encoded
from cairn.partners.operator import operator
from cairn.warehouse.encoded import loss


def only_for_files(*options: object) -> None:
    """Raises `Unusable` when an option was given that needs files."""
    if any(options):
        raise Unusable("Name the files to link: cairn link FILE… --out people.csv")


def run(voice: Voice, acting: str | None, *, pilots: bool = False) -> None:
    """Link, with a progress bar; tell how many records became how many people."""
    by, at = operator(acting), timezone.localtime()
    try:
        with voice.progress() as progress:
            ask = actions.link_pilots if pilots else actions.link
            made = ask(by=by, at=at, progress=progress)
    except actions.NothingToLink as nothing:
        voice.facts["nothing_to_link"] = str(nothing)
        voice.plain(str(nothing))
        voice.found()
        return
    voice.facts.update(
        run=made.pk,
        deliveries=made.deliveries,
        left_out=made.left_out,
        rows=made.rows,
        rows_unlinked=made.rows_unlinked,
        records=made.records,
        people=made.people,
        new_people=made.new_people,
    )
    voice.plain(
        f"{made.records:,} records in {made.deliveries} deliveries are of {made.people:,} people, "
        f"{made.new_people:,} of them new."
    )
    if without := encoded(made):
        voice.facts.update(people_without_names=without.people, people_least=without.least)
        voice.plain(
            f"! {without.people:,} of them came without names, as encodings, and are compared with "
            f"those of their own project alone: at least {without.least:,} and at most "
            f"{without.most:,} different people. {loss.in_words()}"
        )
    if made.left_out:
        voice.plain(f"{made.left_out} deliveries are left out: their agreement is not in force.")
    if made.rows_unlinked:
        voice.plain(f"{made.rows_unlinked:,} rows found no person.")
