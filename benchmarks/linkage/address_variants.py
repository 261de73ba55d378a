"""Generate home addresses as forms have them: variants of one home, and shared places."""

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
SHARED_PLACES = (
    "Salvation Army Shelter, {} {}", "Hope Family Shelter", "c/o Rescue Mission, {} {}",
    "General Delivery", "Homeless", "Lincoln Elementary School, {} {}", "no fixed address",
)  # fmt: skip
"""What is nobody's own home; some with the house number and street of where it stands."""


@dataclass(frozen=True)
class HomeAddress:
    """The parts of one home's address.

    Attributes:
        number: house number, or number of the post office box.
        side: index of the side of town in ``_SIDES``.
        name: name of the street.
        kind: index of the street type in ``_TYPES``.
        unit: apartment or lot; empty for a house.
        rural: index in ``_RURAL`` of the kind of a numbered road, or -1.
        box: whether the address is a post office box and nothing else.
    """

    number: int
    side: int
    name: str
    kind: int
    unit: str
    rural: int
    box: bool


def generate_homes(rng: np.random.Generator, count: int) -> list[HomeAddress]:
    """Generate the addresses of some homes."""
    return [
        HomeAddress(
            number=int(rng.integers(1, 9900)),
            side=int(rng.integers(len(_SIDES))),
            name=str(rng.choice(_NAMES)),
            kind=int(rng.integers(len(_TYPES))),
            unit=_draw_unit(rng) if rng.random() < 0.35 else "",
            rural=int(rng.integers(len(_RURAL))) if rng.random() < 0.08 else -1,
            box=bool(rng.random() < 0.06),
        )
        for _ in range(count)
    ]


def format_home(rng: np.random.Generator, home: HomeAddress) -> tuple[str, set[str]]:
    """Format an address as a person would write it; return it with its features."""
    features: set[str] = set()
    if home.box:
        features.add("box")
        form = rng.choice(
            ("PO Box {}", "P.O. Box {}", "P O Box {}", "Post Office Box {}", "POB {}")
        )
        return _apply_letter_case(rng, form.format(home.number)), features
    side = _SIDES[home.side][0 if rng.random() < 0.35 else 1]
    if home.rural >= 0:
        features.add("rural")
        road = f"{rng.choice(_RURAL[home.rural])} {home.number % 90 + 1}"
        parts = [str(home.number), side, road]
    else:
        name = " ".join(
            _SHORT.get(word, word) if rng.random() < 0.5 else word for word in home.name.split()
        )
        if rng.random() < 0.03:
            features.add("no street type")
            kind = ""
        else:
            kind = str(rng.choice(_TYPES[home.kind]))
        if side and rng.random() < 0.1:
            features.add("direction behind")
            parts = [str(home.number), name, kind, side]
        else:
            parts = [str(home.number), side, name, kind]
    text = " ".join(filter(None, parts))
    if home.unit:
        text = _add_unit(rng, text, home.unit, features)
    if rng.random() < 0.04:
        features.add("care of")
        text = f"{rng.choice(('c/o', 'C/O', 'care of'))} {rng.choice(_ADULTS)}, {text}"
    if rng.random() < 0.05:
        features.add("town behind")
        text = f"{text}, Riverton, IL"
    return _apply_letter_case(rng, text), features


def generate_shared_place(rng: np.random.Generator) -> str:
    """Generate the address of a shelter, a school or no home."""
    street = f"{rng.choice(_NAMES)} {rng.choice(_TYPES[int(rng.integers(len(_TYPES)))])}"
    return _apply_letter_case(
        rng, str(rng.choice(SHARED_PLACES)).format(int(rng.integers(1, 999)), street)
    )


def _draw_unit(rng: np.random.Generator) -> str:
    return str(rng.choice(("{}", "{}A", "{}B", "A-{}", "L{}"))).format(int(rng.integers(1, 40)))


def _add_unit(rng: np.random.Generator, text: str, unit: str, features: set[str]) -> str:
    if unit.startswith("L"):
        features.add("unit")
        return f"{text} {str(rng.choice(_LOTS)).format(unit[1:])}"
    if rng.random() < 0.12:
        features.add("no unit")
        return text
    form = str(rng.choice(_UNITS)).format(unit)
    if rng.random() < 0.06:
        features.add("unit before")
        return f"{form}, {text}"
    if rng.random() < 0.06:
        features.add("unit without a word")
        return f"{text}, {unit}"
    features.add("unit after #" if "#" in form else "unit")
    return f"{text}{', ' if rng.random() < 0.5 else ' '}{form}"


def _apply_letter_case(rng: np.random.Generator, text: str) -> str:
    draw = rng.random()
    return text.upper() if draw < 0.3 else text.lower() if draw < 0.4 else text
