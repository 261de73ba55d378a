"""The hard cases: each makes children, and for each child what some sources say of it."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import name_lists
import numpy as np

Said = dict[str, Any]
Children = Iterator[list[Said]]
"""For each child its records."""


class Case:
    """One case, its rows numbered: ``rows`` have also ``child``, who it truly is."""

    def __init__(self, name: str, make: "Callable[[Inventor], Children]", seed: int) -> None:
        self.name = name
        self.rows: list[Said] = []
        for number, records in enumerate(make(Inventor(seed))):
            for said in records:
                row = {"record_id": f"{name}-{len(self.rows)}", "child": f"{name} {number}", **said}
                self.rows.append({key: value for key, value in row.items() if value is not None})


class Inventor:
    """Names, dates, homes."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed * 31 + 7)
        self._numbers = np.random.default_rng(seed)

    def given(self, group: str = "white", sex: str = "") -> str:
        """A given name."""
        sex = sex or self.draw.choice("FM")
        return str(name_lists.given()[group, sex].draw(self._numbers, 1)[0])

    def family(self, group: str = "white") -> str:
        """A surname."""
        return str(name_lists.family()[group].draw(self._numbers, 1)[0])

    def born(self, low: int = 2006, high: int = 2018) -> date:
        """A birth date in these years."""
        return date(low, 1, 1) + timedelta(days=self.draw.randrange((high - low) * 365))

    def home(self, **more: Any) -> Said:
        """A household's address, phone and adult."""
        number = self.draw.randint(2_000_000, 9_999_999)
        return {
            "street": f"{self.draw.randint(1, 9999)} {self.family()} Road",
            "city": "Riverton",
            "postal_code": f"620{self.draw.randint(10, 69)}",
            "phone": f"415{number}",
            "guardian_name": f"{self.given()} {self.family()}",
            **more,
        }

    def number(self) -> str:
        """An id."""
        return str(self.draw.randint(10_000_000, 99_999_999))


def twins_alike(make: Inventor) -> Children:
    """Twins one letter apart, everything else the same, in two rosters and a clinic."""
    pairs = (
        ("Jayden", "Kayden"), ("Aaliyah", "Taliyah"), ("Maria", "Mariah"), ("Jon", "Jan"),
        ("Eric", "Erica"), ("Daniel", "Danielle"), ("Ava", "Eva"), ("Ethan", "Evan"),
    )  # fmt: skip
    for _ in range(40):
        names = make.draw.choice(pairs)
        shared = {"family_name": make.family(), "birth_date": make.born(), **make.home()}
        for name in names:
            said = {"given_name": name, **shared}
            yield [
                {**said, "source": "district", "local_id": make.number()},
                {**said, "source": "program", "local_id": make.number()},
                {**said, "source": "health", "local_id": make.number()},
            ]


def one_name_one_block(make: Inventor) -> Children:
    """Unrelated children with the commonest names behind one street number, no apartment told."""
    block = {"street": "100 Main Street", "city": "Riverton", "postal_code": "62010"}
    for _ in range(150):
        said = {
            "given_name": make.draw.choice(("Jose", "Maria", "Juan", "Luis", "Ana")),
            "family_name": make.draw.choice(("Garcia", "Hernandez", "Lopez", "Martinez")),
            "birth_date": make.born(2008, 2016),
            **block,
        }
        phone = f"415{make.number()[:7]}"
        yield [
            {**said, "source": "district", "local_id": make.number(), "phone": phone},
            {**said, "source": "program", "phone": phone if make.draw.random() < 0.5 else None},
        ]


def born_first_of_january(make: Inventor) -> Children:
    """Refugee families: every birthday is 1 January, few surnames, spellings of one script."""
    spelled = (("Mohammed", "Muhammad", "Mohamed"), ("Fatima", "Fatuma", "Fadumo"),
               ("Abdullah", "Abdallah"), ("Amina", "Aamina"), ("Yusuf", "Yousef", "Youssef"),
               ("Zainab", "Zeinab"), ("Ibrahim", "Ebrahim"), ("Khadija", "Khadijah"))  # fmt: skip
    for _ in range(40):
        family = make.draw.choice(("Ali", "Hassan", "Ahmed", "Omar", "Rahimi", "Abdi"))
        home = make.home()
        for year, forms in zip(range(2008, 2012), make.draw.sample(spelled, 4), strict=True):
            said = {"family_name": family, "birth_date": date(year, 1, 1), **home}
            yield [
                {**said, "source": source, "given_name": make.draw.choice(forms)}
                for source in ("district", "health", "program")
            ]


def same_name_and_birthday(make: Inventor) -> Children:
    """Strangers who share given name, surname and birth date, in different homes."""
    for _ in range(60):
        said = {
            "given_name": make.given("hispanic"), "family_name": make.family("hispanic"),
            "birth_date": make.born(),
        }  # fmt: skip
        for _ in range(2):
            home, number = make.home(), make.number()
            yield [
                {**said, **home, "source": "district", "state_id": number},
                {**said, **home, "source": "health"},
                {**said, **home, "source": "program", "state_id": number},
            ]


def shared_by_all_siblings(make: Inventor) -> Children:
    """Four children of one home, one initial, a year apart, under one family's case number."""
    for _ in range(40):
        home, family, start = make.home(), make.family("black"), make.born()
        home["email"] = f"{family.lower()}{make.number()}@example.org"
        case, initial = make.number(), make.draw.choice("JKDMT")
        names: list[str] = []
        while len(names) < 4:
            name = make.given("black")
            if name[0] == initial and name not in names:
                names.append(name)
        for i, name in enumerate(names):
            said = {"given_name": name, "family_name": family, **home,
                    "birth_date": start + timedelta(days=370 * i)}  # fmt: skip
            yield [
                {**said, "source": "child_care", "local_id": case},
                {**said, "source": "food", "local_id": case},
                {**said, "source": "district", "local_id": make.number()},
            ]


def ids_given_again(make: Inventor) -> Children:
    """A source that numbers its children from 1 each year: an id is somebody else next year."""
    for number in range(200):
        for year in range(2):
            group = make.draw.choice(name_lists.GROUPS)
            said = {"given_name": make.given(group), "family_name": make.family(group),
                    "birth_date": make.born(2008 + year * 2, 2012 + year * 2),
                    **make.home()}  # fmt: skip
            yield [
                {**said, "source": "summer", "local_id": str(number + 1)},
                {**said, "source": "district"},
            ]


def roster_sent_twice(make: Inventor) -> Children:
    """A whole roster again, row for row, under other record numbers; twins are in it."""
    for twin in (False, True) * 60:
        home, family, born = make.home(), make.family(), make.born()
        for _ in range(1 + twin):
            said = {"given_name": make.given(), "family_name": family, "birth_date": born, **home}
            once = {**said, "source": "roster", "local_id": make.number()}
            yield [once, dict(once), {**said, "source": "health"}]


def eighty_programs(make: Inventor) -> Children:
    """Eighty programs, each with its own few columns; no id anywhere."""
    optional = ("birth_date", "phone", "street", "guardian_name", "postal_code", "middle_name")
    asks = {f"program {n:02}": make.draw.sample(optional, make.draw.randint(2, 4))
            for n in range(80)}  # fmt: skip
    for fields in asks.values():
        if make.draw.random() < 0.85 and "birth_date" not in fields:
            fields.append("birth_date")
    for _ in range(400):
        group = make.draw.choice(name_lists.GROUPS)
        said = {"given_name": make.given(group), "family_name": make.family(group),
                "birth_date": make.born(), "middle_name": make.given(group),
                    **make.home()}  # fmt: skip
        yield [
            {"source": source, "given_name": said["given_name"], "family_name": said["family_name"],
             **{field: said[field] for field in asks[source]}}
            for source in make.draw.sample(sorted(asks), make.draw.randint(2, 5))
        ]  # fmt: skip


def two_halves_of_a_name(make: Inventor) -> Children:
    """Double surnames with either half, a hyphen, turned about, and swapped with the given name."""
    for _ in range(120):
        first, second = make.family("hispanic"), make.family("hispanic")
        given = make.given("hispanic")
        said = {"birth_date": make.born(), **make.home()}
        forms = (
            (given, f"{first} {second}"), (given, first), (given, second),
            (given, f"{second}-{first}"), (f"{first} {second}", given),
        )  # fmt: skip
        sources = ("district", "health", "program", "child_care", "workforce")
        yield [
            {**said, "source": source, "given_name": g, "family_name": f}
            for source, (g, f) in zip(sources, forms, strict=True)
        ]


def names_in_another_order(make: Inventor) -> Children:
    """Family name first, given names of two syllables together, apart or hyphenated."""
    firsts, seconds = ("Xiao", "Jia", "Min", "Thi", "Van", "Ji"), ("Ming", "Yi", "Hua", "Lan", "Ho")
    for _ in range(80):
        one, two = make.draw.choice(firsts), make.draw.choice(seconds)
        family = make.draw.choice(("Nguyen", "Tran", "Li", "Wang", "Chen", "Kim", "Park", "Vang"))
        said = {"birth_date": make.born(), **make.home()}
        forms = ((f"{one} {two}", family), (f"{one}{two.lower()}", family),
                 (f"{one}-{two}", family), (family, f"{one} {two}"))  # fmt: skip
        sources = ("district", "health", "program", "workforce")
        yield [
            {**said, "source": source, "given_name": g, "family_name": f}
            for source, (g, f) in zip(sources, forms, strict=True)
        ]


def group_homes(make: Inventor) -> Children:
    """Twelve unrelated children with one address, one phone and one adult."""
    for _ in range(12):
        home, born = make.home(), make.born(2008, 2010)
        for _ in range(12):
            group = make.draw.choice(name_lists.GROUPS)
            said = {"given_name": make.given(group), "family_name": make.family(group),
                    "birth_date": born + timedelta(days=make.draw.randrange(700)),
                    **home}  # fmt: skip
            yield [{**said, "source": source} for source in ("welfare", "district", "health")]


def fostered(make: Inventor) -> Children:
    """Another home, another surname, another adult; the birth date and a middle name remain."""
    for _ in range(60):
        group = make.draw.choice(name_lists.GROUPS)
        kept = {"given_name": make.given(group), "middle_name": make.given(group),
                "birth_date": make.born()}  # fmt: skip
        before = {**kept, "family_name": make.family(group), **make.home()}
        after = {**kept, "family_name": make.family(group), **make.home()}
        number = make.number()
        yield [
            {**before, "source": "district", "state_id": number},
            {**after, "source": "district", "state_id": number},
            {**before, "source": "health"},
            {**after, "source": "program"},
        ]


CASES: dict[str, Callable[[Inventor], Children]] = {
    (make.__doc__ or "").splitlines()[0].rstrip(".").split(":")[0].split(",")[0]: make
    for make in (
        twins_alike, one_name_one_block, born_first_of_january, same_name_and_birthday,
        shared_by_all_siblings, ids_given_again, roster_sent_twice, eighty_programs,
        two_halves_of_a_name, names_in_another_order, group_homes, fostered,
    )
}  # fmt: skip
