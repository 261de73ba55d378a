"""What is true: who each delivered record is about, and what a perfect count would say.

Written beside the deliveries for tests and benchmarks, never delivered to anybody.
"""

from collections import defaultdict
from pathlib import Path

from cairn.demo.delimited import Delimited
from cairn.demo.households import Child, Household


class Truth:
    """`people.csv`, `records.csv` and `outcomes.csv` in the folder `truth`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._people = Delimited(
            folder / "people.csv",
            (
                "person", "household", "given_name", "middle_name", "family_name", "birth_date",
                "gender", "race_ethnicity", "twin", "cohort",
            ),
        )  # fmt: skip
        self._records = Delimited(
            folder / "records.csv",
            ("organization", "feed", "period", "file", "row", "local_id", "person"),
        )
        self._counts: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])

    def person(self, child: Child, household: Household, number: int) -> None:
        """One true child. Households are numbered in the order they were made."""
        self._people.add(
            (
                child.person, number, child.given, child.middle, child.family,
                child.birth.isoformat(), child.gender, household.group,
                "yes" if child.twin else "no", child.cohort,
            )
        )  # fmt: skip

    def record(
        self, source: tuple[str, str, str], path: Path, row: int, local_id: str, person: str
    ) -> None:
        """The record in this row of a file is about this person; source: who, feed, period."""
        self._records.add((*source, path.name, row, local_id, person))

    def outcome(
        self, name: str, year: str, place: tuple[str, str], child: Child, group: str, *, met: bool
    ) -> None:
        """Count one child in an outcome's denominator, and in its numerator when `met`."""
        cell = self._counts[(name, year, *place, group, child.gender)]
        cell[0] += met
        cell[1] += 1

    def close(self) -> None:
        """Write the counts and finish the files."""
        self._people.close()
        self._records.close()
        outcomes = Delimited(
            self.folder / "outcomes.csv",
            (
                "outcome", "year", "district", "school", "race_ethnicity", "gender",
                "numerator", "denominator",
            ),
        )  # fmt: skip
        for key, counts in sorted(self._counts.items()):
            outcomes.add((*key, *counts))
        outcomes.close()
