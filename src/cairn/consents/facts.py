"""Rows → facts: the one door between the tables of this room and `rules`."""

from collections.abc import Collection, Mapping

from cairn.consents.models import OptOut
from cairn.rules.consent import OptOutFact
from cairn.rules.vocabulary import OptOutScope


def standing() -> tuple[OptOutFact, ...]:
    """Every opt-out that has not been withdrawn; ``person`` is the child's key in this room."""
    rows = (
        OptOut.objects.filter(withdrawn_at__isnull=True)
        .select_related("organization", "recording")
        .order_by("pk")
    )
    return tuple(
        OptOutFact(
            person=row.child_key,
            scope=OptOutScope(row.scope),
            season=row.recording.season,
            organization=row.organization.slug,
        )
        for row in rows
    )


def of_people(people: Mapping[str, Collection[str]]) -> tuple[OptOutFact, ...]:
    """The opt-outs of known people: ``people`` maps a child's key to the ids of its people.

    Whoever holds a source's ids and the linked rows makes that mapping with `child_key`. A child
    whom no mapping names has no row in any mart, and so nothing to be left out of.
    """
    return tuple(
        OptOutFact(person, fact.scope, fact.season, fact.organization)
        for fact in standing()
        for person in sorted(people.get(fact.person, ()))
    )
