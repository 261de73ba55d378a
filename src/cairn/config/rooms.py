"""The Django apps of Cairn and where their pages live; an explicit list, from the top down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """One app. `path` is where its pages begin; empty when it has none of its own."""

    name: str
    path: str = ""


ROOMS = (
    Room("dashboards", "public/"),
    Room("deadlines", "deadlines/"),
    Room("registers", "register/"),
    Room("releases", "releases/"),
    Room("linkage", "linkage/"),
    Room("retention", "destruction/"),
    Room("families", "family/"),
    Room("disclosures", "disclosures/"),
    Room("consents", "consents/"),
    Room("projects", "projects/"),
    Room("agreements", "agreements/"),
    Room("dictionaries", "dictionaries/"),
    Room("partners", "partners/"),
    Room("training", "training/"),
    Room("intake", "intake/"),
    Room("audit"),
)
