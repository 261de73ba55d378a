"""What people choose from in this room's forms."""

from cairn.agreements.models import Agreement
from cairn.dictionaries.queries import dictionaries
from cairn.projects.flow_reading import parse, texts
from cairn.projects.models import Version
from cairn.warehouse.elements import catalogue


def flows() -> list[tuple[str, str]]:
    """Every flow that may be used; Cairn's own first."""
    found = [parse(text) for text in texts().values()]
    named = [(flow.name, f"{flow.title}. {flow.about}") for flow in found]
    return sorted(named, key=lambda choice: (choice[0] != "cairn", choice))


def agreements(*, pilot: bool = False) -> list[tuple[str, str]]:
    """Every agreement on record that a project may rest on: those of pilots, or the others."""
    rows = Agreement.objects.filter(pilot=pilot).order_by("reference")
    return [(row.reference, f"{row.reference}: {row.title}") for row in rows]


def elements(version: Version) -> list[tuple[str, str]]:
    """What the owners' dictionaries hold; without any, Cairn's own catalogue. What is already
    picked stays on offer, so that a changed dictionary takes nothing away unseen."""
    owners = list(version.providers.values_list("slug", flat=True))
    known = dictionaries(*owners) if owners else ()
    offered = {
        element.name: f"{element.name}: {element.definition}"
        if element.definition
        else element.name
        for dictionary in known
        for element in dictionary.elements
    }
    if not offered:
        offered = {
            f"{name}.{field}": f"{name}.{field}"
            for name, record in catalogue().items()
            for field in record.fields
        }
    picked = {one.name: one.name for one in version.elements.all()}
    return sorted((picked | offered).items())
