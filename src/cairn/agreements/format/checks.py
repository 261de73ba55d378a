"""What no single key shows: days in the wrong order, a name that is no party, a text on itself."""

from typing import Final

from cairn.agreements.format.mistakes import Notes
from cairn.rules.agreement import Agreement
from cairn.rules.chain import references


def checked(agreement: Agreement, notes: Notes) -> None:
    """Note what cannot be as it is written."""
    _days(agreement, notes)
    _parties(agreement, notes)
    _children(agreement, notes)
    _itself(agreement, notes)


def _days(agreement: Agreement, notes: Notes) -> None:
    starts, ends = agreement.starts, agreement.ends
    if ends is not None and ends < starts and "starts" in _keys(notes):
        notes.wrong((), "ends", f"is before “starts”: {ends} comes before {starts}")


def _keys(notes: Notes) -> set[object]:
    return {path[0] for path in notes.where if len(path) == 1}


_SPANS: Final = (
    ("born_from", "born_to"),
    ("age_from", "age_to"),
    ("enrolled_from", "enrolled_to"),
)


def _children(agreement: Agreement, notes: Notes) -> None:
    """The filter names somebody, or says everyone; no end comes before its start."""
    whose, path = agreement.children, ("children",)
    if whose is None:
        return
    if whose.everyone and whose.asks:
        named = ", ".join(sorted(whose.asks))
        told = f"is true, and yet some are named by {named}: take the one or the other out"
        notes.wrong(path, "everyone", told)
    # What is wrong with a term that cannot be read has been told already.
    if not whose.everyone and not whose.asks and not _told(path, notes):
        told = "says nothing: name grades, schools, programs, ages or days, or everyone = true"
        notes.wrong((), "children", told)
    for first, last in _SPANS:
        start, end = getattr(whose, first), getattr(whose, last)
        if start is not None and end is not None and end < start:
            notes.wrong(path, last, f"is before “{first}”: {end} comes before {start}")
    aged = whose.age_from is not None or whose.age_to is not None
    if aged and whose.age_on is None and not _told(path, notes):
        notes.wrong(path, "age_on", "is missing: on which day do these ages count?")
    if whose.age_on is not None and not aged and not _told(path, notes):
        notes.wrong(path, "age_on", "has no age beside it: write age_from or age_to")


def _told(path: tuple[str, ...], notes: Notes) -> bool:
    return any(mistake.table == path for mistake in notes.found)


def _parties(agreement: Agreement, notes: Notes) -> None:
    """Whoever a term binds or names is a party; an onward recipient is somebody else."""
    parties = {party.organization for party in agreement.parties}
    named = (
        *((("access", n), "organization", t.organization) for n, t in enumerate(agreement.access)),
        *((("clauses", n), "party", c.party) for n, c in enumerate(agreement.clauses)),
        *((("data", n), "provider", t.provider) for n, t in enumerate(agreement.data)),
        *((("giveback", n), "to", g.to) for n, g in enumerate(agreement.giveback)),
        *(
            (("milestones", n), "organization", m.organization)
            for n, m in enumerate(agreement.milestones)
        ),
    )
    among = ", ".join(sorted(parties)) or "none"
    for path, key, organization in named:
        if organization and organization not in parties and not agreement.joins:
            notes.wrong(path, key, f"names {organization}, which is no party; parties are: {among}")
    for number, onward in enumerate(agreement.onward):
        if onward.organization in parties:
            told = f"names {onward.organization}, which is a party: give it a role there"
            notes.wrong(("onward", number), "organization", told)
    roles = [(p.organization, p.role) for p in agreement.parties]
    for number, role in enumerate(roles):
        if role in roles[:number]:
            told = f"names {role[0]} a second time in the same role"
            notes.wrong(("parties", number), "organization", told)


def _itself(agreement: Agreement, notes: Notes) -> None:
    """Longer circles show when the texts lie together (`rules.chain.circle`)."""
    if agreement.reference in references(agreement):
        for key in ("under", "amends", "joins"):
            said = getattr(agreement, key)
            if agreement.reference == said or (key == "under" and agreement.reference in said):
                notes.wrong((), key, "names this very agreement: it cannot rest on itself")
