"""What the invented River District sends in the journeys."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

CANARY: Final = "ZZ-CANARY-MEAL"
"""Stands in a column that the agreement does not cover; it may be found nowhere afterwards."""
YEAR: Final = "2025-26"
SCHOOLS: Final = (("Oak School", 60, 20), ("Elm School", 40, 3), ("Fir School", 50, 17))
"""Name, children, those of them who are often absent; Elm's three must be withheld."""
_GIVEN: Final = (
    *("Ada", "Bela", "Cleo", "Dario", "Edda", "Fabio", "Greta", "Hugo", "Ines", "Jonas", "Kira"),
    *("Lino", "Mara", "Nils", "Olga", "Pablo", "Quirin", "Runa", "Silas", "Tilda", "Ugo", "Vera"),
    *("Wanda", "Xaver", "Yara"),
)
_FAMILY: Final = (
    *("Abernathy", "Bonaventure", "Castellano", "Drummond", "Eriksson", "Fairweather"),
    *("Giannopoulos", "Hollingsworth", "Ivanov", "Jankowski", "Kilbride", "Lindqvist"),
    *("Montgomery", "Nakagawa", "Ostrander", "Pemberton", "Quesada", "Rutherford", "Szymanski"),
    *("Thornbury", "Underhill", "Villanueva", "Wetherby", "Xanthopoulos", "Yamaguchi"),
    *("Zimmerman", "Okonkwo", "Dasgupta", "Mbeki"),
)
_FIRST_DAY: Final = date(2011, 1, 7)


@dataclass(frozen=True, slots=True)
class _Child:
    number: int
    school: str
    often_absent: bool


def roster() -> bytes:
    """150 children, one of them twice; a row that names nobody; an impossible birth date."""
    rows = ["Student ID,First Name,Last Name,Date of Birth,Gender,Lunch Status"]
    for child in _children():
        n = child.number
        given, family = _GIVEN[n % len(_GIVEN)], _FAMILY[n % len(_FAMILY)]
        born = f"{_FIRST_DAY + timedelta(days=23 * n):%m/%d/%Y}"
        rows.append(f"{1000 + n},{given},{family},{born},{'FM'[n % 2]},{CANARY}")
    rows[7] = rows[7].replace(rows[7].split(",")[3], "02/30/2014")
    rows += [f",,,,F,{CANARY}", rows[3]]
    return "\n".join(rows).encode()


def attendance() -> bytes:
    """The year's days of each child."""
    rows = ["Student ID,School ID,School Year,Days Enrolled,Days Absent"]
    for child in _children():
        days = 30 if child.often_absent else 4
        rows.append(f"{1000 + child.number},{child.school},{YEAR},180,{days}")
    return "\n".join(rows).encode()


def _children() -> Iterator[_Child]:
    number = 0
    for school, children, often in SCHOOLS:
        for place in range(children):
            yield _Child(number, school, place < often)
            number += 1
