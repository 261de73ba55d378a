"""Home addresses as forms have them: one home written in many ways, and what is no home at all."""

from dataclasses import dataclass

import numpy as np

_NAMES = (
    "Oak", "Maple", "Martin Luther King", "Saint Marys", "Third", "Ninth", "Mill Creek",
    "Cesar Chavez", "Washington", "Avenue of the Oaks", "Court House", "Sunset Ridge",
    "El Camino", "Johnson", "12th", "Mount Vernon", "Lake Shore", "Fort Ellis", "Highland", "Park",
)  # fmt: skip
_TYPES = (
    ("Street", "St", "St."), ("Avenue", "Ave", "Av"), ("Road", "Rd", "Rd."), ("Drive", "Dr", "Dr."),
    ("Lane", "Ln", "Ln"), ("Court", "Ct", "Ct."), ("Boulevard", "Blvd", "Blvd."),
    ("Place", "Pl", "Pl"), ("Terrace", "Ter", "Terr"), ("Parkway", "Pkwy", "Pkwy"),
)  # fmt: skip
_SIDES = (
    ("", ""),
    ("", ""),
    ("North", "N"),
    ("South", "S"),
    ("East", "E"),
    ("West", "W"),
    ("Northwest", "NW"),
)
_RURAL = (
    ("County Road", "Co Rd", "CR"),
    ("Highway", "Hwy", "Hwy."),
    ("State Route", "State Rte", "SR"),
)
_SHORT = {"Saint": "St", "Mount": "Mt", "Fort": "Ft", "Third": "3rd", "Ninth": "9th"}
_UNITS = ("Apt {}", "Apt. {}", "Apartment {}", "#{}", "# {}", "Unit {}", "Apt #{}", "apt{}")
_LOTS = ("Lot {}", "Lot #{}", "Trlr {}", "Space {}")
_ADULTS = ("Maria Lopez", "J. Carter", "Grandma Ruth Hill", "the Nguyen family")
SHARED = (
    "Salvation Army Shelter, {} {}", "Hope Family Shelter", "c/o Rescue Mission, {} {}",
    "General Delivery", "Homeless", "Lincoln Elementary School, {} {}", "no fixed address",
)  # fmt: skip
"""What is nobody's own home; some with the house number and street of where it stands."""


@dataclass(frozen=True)
class Street:
    """One home. ``rural``: the place in ``_RURAL`` of a road that goes by a number, or -1; ``box``:
    a post office box and nothing else."""

    number: int
    side: int
    name: str
    kind: int
    unit: str
    rural: int
    box: bool


def homes(rng: np.random.Generator, count: int) -> list[Street]:
    """So many homes."""
    return [
        Street(
            number=int(rng.integers(1, 9900)),
            side=int(rng.integers(len(_SIDES))),
            name=str(rng.choice(_NAMES)),
            kind=int(rng.integers(len(_TYPES))),
            unit=_unit(rng) if rng.random() < 0.35 else "",
            rural=int(rng.integers(len(_RURAL))) if rng.random() < 0.08 else -1,
            box=bool(rng.random() < 0.06),
        )
        for _ in range(count)
    ]


def written(rng: np.random.Generator, home: Street) -> tuple[str, set[str]]:
    """One home as somebody writes it, and what is peculiar to it."""
    odd: set[str] = set()
    if home.box:
        odd.add("box")
        way = rng.choice(("PO Box {}", "P.O. Box {}", "P O Box {}", "Post Office Box {}", "POB {}"))
        return _cased(rng, way.format(home.number)), odd
    side = _SIDES[home.side][0 if rng.random() < 0.35 else 1]
    if home.rural >= 0:
        odd.add("rural")
        road = f"{rng.choice(_RURAL[home.rural])} {home.number % 90 + 1}"
        parts = [str(home.number), side, road]
    else:
        name = " ".join(_SHORT.get(w, w) if rng.random() < 0.5 else w for w in home.name.split())
        if rng.random() < 0.03:
            odd.add("no street type")
            kind = ""
        else:
            kind = str(rng.choice(_TYPES[home.kind]))
        if side and rng.random() < 0.1:
            odd.add("direction behind")
            parts = [str(home.number), name, kind, side]
        else:
            parts = [str(home.number), side, name, kind]
    text = " ".join(filter(None, parts))
    if home.unit:
        text = _with_unit(rng, text, home.unit, odd)
    if rng.random() < 0.04:
        odd.add("care of")
        text = f"{rng.choice(('c/o', 'C/O', 'care of'))} {rng.choice(_ADULTS)}, {text}"
    if rng.random() < 0.05:
        odd.add("town behind")
        text = f"{text}, Riverton, IL"
    return _cased(rng, text), odd


def shared(rng: np.random.Generator) -> str:
    """A shelter, a school or no home."""
    street = f"{rng.choice(_NAMES)} {rng.choice(_TYPES[int(rng.integers(len(_TYPES)))])}"
    return _cased(rng, str(rng.choice(SHARED)).format(int(rng.integers(1, 999)), street))


def _unit(rng: np.random.Generator) -> str:
    return str(rng.choice(("{}", "{}A", "{}B", "A-{}", "L{}"))).format(int(rng.integers(1, 40)))


def _with_unit(rng: np.random.Generator, text: str, unit: str, odd: set[str]) -> str:
    if unit.startswith("L"):
        odd.add("unit")
        return f"{text} {str(rng.choice(_LOTS)).format(unit[1:])}"
    if rng.random() < 0.12:
        odd.add("no unit")
        return text
    way = str(rng.choice(_UNITS)).format(unit)
    if rng.random() < 0.06:
        odd.add("unit before")
        return f"{way}, {text}"
    if rng.random() < 0.06:
        odd.add("unit without a word")
        return f"{text}, {unit}"
    odd.add("unit after #" if "#" in way else "unit")
    return f"{text}{', ' if rng.random() < 0.5 else ' '}{way}"


def _cased(rng: np.random.Generator, text: str) -> str:
    draw = rng.random()
    return text.upper() if draw < 0.3 else text.lower() if draw < 0.4 else text
