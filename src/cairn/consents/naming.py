"""A data element in words, for people: the catalogue's own."""

from cairn.warehouse.elements import UnknownElement, catalogue, element


def named(name: str) -> str:
    """``attendance.*`` → "Attendance events, all of it"; one that nobody knows stays as it is."""
    record, _dot, field = name.partition(".")
    if record not in catalogue():
        return name
    title = catalogue()[record].title
    if field == "*":
        return f"{title}, all of it"
    try:
        return f"{title}: {element(name).description.lower()}"
    except UnknownElement:
        return name
