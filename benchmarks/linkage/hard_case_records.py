"""Generate the records of hard cases: for each child, what some sources record."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import name_lists
import numpy as np

RecordValues = dict[str, Any]
ChildRecords = Iterator[list[RecordValues]]
"""For each child its records."""


class HardCase:
    """One hard case with its numbered rows, each with its true ``child``."""

    def __init__(
        self, name: str, generate: "Callable[[ValueGenerator], ChildRecords]", seed: int
    ) -> None:
        self.name = name
        self.rows: list[RecordValues] = []
        for number, records in enumerate(generate(ValueGenerator(seed))):
            for values in records:
                row = {
                    "record_id": f"{name}-{len(self.rows)}",
                    "child": f"{name} {number}",
                    **values,
                }
                self.rows.append({key: value for key, value in row.items() if value is not None})


class ValueGenerator:
    """Generator of names, dates, homes and IDs."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed * 31 + 7)
        self._numbers = np.random.default_rng(seed)

    def draw_given_name(self, group: str = "white", sex: str = "") -> str:
        """Draw a given name."""
        sex = sex or self.random.choice("FM")
        return str(name_lists.load_given_names()[group, sex].draw(self._numbers, 1)[0])

    def draw_surname(self, group: str = "white") -> str:
        """Draw a surname."""
        return str(name_lists.load_surnames()[group].draw(self._numbers, 1)[0])

    def draw_birth_date(self, low: int = 2006, high: int = 2018) -> date:
        """Draw a birth date within these years."""
        return date(low, 1, 1) + timedelta(days=self.random.randrange((high - low) * 365))

    def draw_home(self, **more: Any) -> RecordValues:
        """Draw a household's address, phone and adult."""
        number = self.random.randint(2_000_000, 9_999_999)
        return {
            "street": f"{self.random.randint(1, 9999)} {self.draw_surname()} Road",
            "city": "Riverton",
            "postal_code": f"620{self.random.randint(10, 69)}",
            "phone": f"415{number}",
            "guardian_name": f"{self.draw_given_name()} {self.draw_surname()}",
            **more,
        }

    def draw_id(self) -> str:
        """Draw an ID."""
        return str(self.random.randint(10_000_000, 99_999_999))


def generate_similar_twins(values: ValueGenerator) -> ChildRecords:
    """Generate twins one letter apart, everything else the same, in two rosters and a clinic."""
    pairs = (
        ("Jayden", "Kayden"),
        ("Aaliyah", "Taliyah"),
        ("Maria", "Mariah"),
        ("Jon", "Jan"),
        ("Eric", "Erica"),
        ("Daniel", "Danielle"),
        ("Ava", "Eva"),
        ("Ethan", "Evan"),
    )
    for _ in range(40):
        names = values.random.choice(pairs)
        shared = {
            "family_name": values.draw_surname(),
            "birth_date": values.draw_birth_date(),
            **values.draw_home(),
        }
        for name in names:
            record = {"given_name": name, **shared}
            yield [
                {**record, "source": "district", "local_id": values.draw_id()},
                {**record, "source": "program", "local_id": values.draw_id()},
                {**record, "source": "health", "local_id": values.draw_id()},
            ]


def generate_common_names_in_one_block(values: ValueGenerator) -> ChildRecords:
    """Generate unrelated children with common names at one street number, without apartments."""
    block = {"street": "100 Main Street", "city": "Riverton", "postal_code": "62010"}
    for _ in range(150):
        record = {
            "given_name": values.random.choice(("Jose", "Maria", "Juan", "Luis", "Ana")),
            "family_name": values.random.choice(("Garcia", "Hernandez", "Lopez", "Martinez")),
            "birth_date": values.draw_birth_date(2008, 2016),
            **block,
        }
        phone = f"415{values.draw_id()[:7]}"
        yield [
            {**record, "source": "district", "local_id": values.draw_id(), "phone": phone},
            {
                **record,
                "source": "program",
                "phone": phone if values.random.random() < 0.5 else None,
            },
        ]


def generate_january_birth_dates(values: ValueGenerator) -> ChildRecords:
    """Generate refugee families: all born on 1 January, few surnames, spellings of one script."""
    spellings = (
        ("Mohammed", "Muhammad", "Mohamed"),
        ("Fatima", "Fatuma", "Fadumo"),
        ("Abdullah", "Abdallah"),
        ("Amina", "Aamina"),
        ("Yusuf", "Yousef", "Youssef"),
        ("Zainab", "Zeinab"),
        ("Ibrahim", "Ebrahim"),
        ("Khadija", "Khadijah"),
    )
    for _ in range(40):
        family = values.random.choice(("Ali", "Hassan", "Ahmed", "Omar", "Rahimi", "Abdi"))
        home = values.draw_home()
        for year, forms in zip(range(2008, 2012), values.random.sample(spellings, 4), strict=True):
            record = {"family_name": family, "birth_date": date(year, 1, 1), **home}
            yield [
                {**record, "source": source, "given_name": values.random.choice(forms)}
                for source in ("district", "health", "program")
            ]


def generate_namesakes(values: ValueGenerator) -> ChildRecords:
    """Generate strangers with one given name, surname and birth date, in different homes."""
    for _ in range(60):
        record = {
            "given_name": values.draw_given_name("hispanic"),
            "family_name": values.draw_surname("hispanic"),
            "birth_date": values.draw_birth_date(),
        }
        for _ in range(2):
            home, number = values.draw_home(), values.draw_id()
            yield [
                {**record, **home, "source": "district", "state_id": number},
                {**record, **home, "source": "health"},
                {**record, **home, "source": "program", "state_id": number},
            ]


def generate_siblings_with_shared_ids(values: ValueGenerator) -> ChildRecords:
    """Generate four siblings with one initial, a year apart, under one family's case number."""
    for _ in range(40):
        home, family, start = (
            values.draw_home(),
            values.draw_surname("black"),
            values.draw_birth_date(),
        )
        home["email"] = f"{family.lower()}{values.draw_id()}@example.org"
        case, initial = values.draw_id(), values.random.choice("JKDMT")
        names: list[str] = []
        while len(names) < 4:
            name = values.draw_given_name("black")
            if name[0] == initial and name not in names:
                names.append(name)
        for index, name in enumerate(names):
            record = {
                "given_name": name,
                "family_name": family,
                **home,
                "birth_date": start + timedelta(days=370 * index),
            }
            yield [
                {**record, "source": "child_care", "local_id": case},
                {**record, "source": "food", "local_id": case},
                {**record, "source": "district", "local_id": values.draw_id()},
            ]


def generate_reused_ids(values: ValueGenerator) -> ChildRecords:
    """Generate children of a source that numbers from 1 each year, so that it reuses its IDs."""
    for number in range(200):
        for year in range(2):
            group = values.random.choice(name_lists.GROUPS)
            record = {
                "given_name": values.draw_given_name(group),
                "family_name": values.draw_surname(group),
                "birth_date": values.draw_birth_date(2008 + year * 2, 2012 + year * 2),
                **values.draw_home(),
            }
            yield [
                {**record, "source": "summer", "local_id": str(number + 1)},
                {**record, "source": "district"},
            ]


def generate_duplicated_roster(values: ValueGenerator) -> ChildRecords:
    """Generate a roster that is sent twice under other record numbers; twins are in it."""
    for twin in (False, True) * 60:
        home, family, birth_date = (
            values.draw_home(),
            values.draw_surname(),
            values.draw_birth_date(),
        )
        for _ in range(1 + twin):
            record = {
                "given_name": values.draw_given_name(),
                "family_name": family,
                "birth_date": birth_date,
                **home,
            }
            roster_row = {**record, "source": "roster", "local_id": values.draw_id()}
            yield [roster_row, dict(roster_row), {**record, "source": "health"}]


def generate_many_programs(values: ValueGenerator) -> ChildRecords:
    """Generate children of eighty programs, each with its own few columns and without IDs."""
    optional = ("birth_date", "phone", "street", "guardian_name", "postal_code", "middle_name")
    fields_by_program = {
        f"program {number:02}": values.random.sample(optional, values.random.randint(2, 4))
        for number in range(80)
    }
    for fields in fields_by_program.values():
        if values.random.random() < 0.85 and "birth_date" not in fields:
            fields.append("birth_date")
    for _ in range(400):
        group = values.random.choice(name_lists.GROUPS)
        record = {
            "given_name": values.draw_given_name(group),
            "family_name": values.draw_surname(group),
            "birth_date": values.draw_birth_date(),
            "middle_name": values.draw_given_name(group),
            **values.draw_home(),
        }
        yield [
            {
                "source": source,
                "given_name": record["given_name"],
                "family_name": record["family_name"],
                **{field: record[field] for field in fields_by_program[source]},
            }
            for source in values.random.sample(
                sorted(fields_by_program), values.random.randint(2, 5)
            )
        ]


def generate_double_surnames(values: ValueGenerator) -> ChildRecords:
    """Generate double surnames: either half, hyphenated, reversed, swapped with the given name."""
    for _ in range(120):
        first, second = values.draw_surname("hispanic"), values.draw_surname("hispanic")
        given = values.draw_given_name("hispanic")
        record = {"birth_date": values.draw_birth_date(), **values.draw_home()}
        forms = (
            (given, f"{first} {second}"),
            (given, first),
            (given, second),
            (given, f"{second}-{first}"),
            (f"{first} {second}", given),
        )
        sources = ("district", "health", "program", "child_care", "workforce")
        yield [
            {**record, "source": source, "given_name": given_form, "family_name": family_form}
            for source, (given_form, family_form) in zip(sources, forms, strict=True)
        ]


def generate_reordered_names(values: ValueGenerator) -> ChildRecords:
    """Generate names with the family name first; given names of two syllables vary in form."""
    firsts, seconds = ("Xiao", "Jia", "Min", "Thi", "Van", "Ji"), ("Ming", "Yi", "Hua", "Lan", "Ho")
    for _ in range(80):
        first, second = values.random.choice(firsts), values.random.choice(seconds)
        family = values.random.choice(
            ("Nguyen", "Tran", "Li", "Wang", "Chen", "Kim", "Park", "Vang")
        )
        record = {"birth_date": values.draw_birth_date(), **values.draw_home()}
        forms = (
            (f"{first} {second}", family),
            (f"{first}{second.lower()}", family),
            (f"{first}-{second}", family),
            (family, f"{first} {second}"),
        )
        sources = ("district", "health", "program", "workforce")
        yield [
            {**record, "source": source, "given_name": given_form, "family_name": family_form}
            for source, (given_form, family_form) in zip(sources, forms, strict=True)
        ]


def generate_group_homes(values: ValueGenerator) -> ChildRecords:
    """Generate twelve unrelated children with one address, one phone and one adult."""
    for _ in range(12):
        home, oldest_birth_date = values.draw_home(), values.draw_birth_date(2008, 2010)
        for _ in range(12):
            group = values.random.choice(name_lists.GROUPS)
            record = {
                "given_name": values.draw_given_name(group),
                "family_name": values.draw_surname(group),
                "birth_date": oldest_birth_date + timedelta(days=values.random.randrange(700)),
                **home,
            }
            yield [{**record, "source": source} for source in ("welfare", "district", "health")]


def generate_foster_children(values: ValueGenerator) -> ChildRecords:
    """Generate children who change home, surname and adult; birth date and middle name remain."""
    for _ in range(60):
        group = values.random.choice(name_lists.GROUPS)
        constant_values = {
            "given_name": values.draw_given_name(group),
            "middle_name": values.draw_given_name(group),
            "birth_date": values.draw_birth_date(),
        }
        at_first_home = {
            **constant_values,
            "family_name": values.draw_surname(group),
            **values.draw_home(),
        }
        at_second_home = {
            **constant_values,
            "family_name": values.draw_surname(group),
            **values.draw_home(),
        }
        number = values.draw_id()
        yield [
            {**at_first_home, "source": "district", "state_id": number},
            {**at_second_home, "source": "district", "state_id": number},
            {**at_first_home, "source": "health"},
            {**at_second_home, "source": "program"},
        ]


CASES: dict[str, Callable[[ValueGenerator], ChildRecords]] = {
    "Twins one letter apart": generate_similar_twins,
    "Unrelated children with the commonest names behind one street number": (
        generate_common_names_in_one_block
    ),
    "Refugee families": generate_january_birth_dates,
    "Strangers who share given name": generate_namesakes,
    "Four children of one home": generate_siblings_with_shared_ids,
    "A source that numbers its children from 1 each year": generate_reused_ids,
    "A whole roster again": generate_duplicated_roster,
    "Eighty programs": generate_many_programs,
    "Double surnames with either half": generate_double_surnames,
    "Family name first": generate_reordered_names,
    "Twelve unrelated children with one address": generate_group_homes,
    "Another home": generate_foster_children,
}
"""Label of each case, as the table prints it, and how its children are generated."""
