"""A OneRoster 1.2 bulk CSV roster: its files grow one beside the other, then go into one zip.

Homeroom classes carry the grade and the school year of an enrollment, since a OneRoster
enrollment is always to a class.
"""

from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from cairn.demo.calendar import instructional_days, school_year
from cairn.demo.delimited import Delimited
from cairn.demo.households import LAST_YEAR
from cairn.demo.places import District
from cairn.demo.schooling import Pupil, Stint
from cairn.demo.writing import Written

MODIFIED = "2026-06-20T06:00:00.000Z"
STATE = ("active", MODIFIED)
COMMON = ("sourcedId", "status", "dateLastModified")
FILES = {
    "orgs": (*COMMON, "name", "type", "identifier", "parentSourcedId"),
    "academicSessions": (
        *COMMON, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear",
    ),
    "courses": (*COMMON, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"),
    "classes": (
        *COMMON, "title", "grades", "courseSourcedId", "classCode", "classType",
        "schoolSourcedId", "termSourcedIds",
    ),
    "users": (
        *COMMON, "enabledUser", "givenName", "familyName", "middleName", "identifier", "grades",
        "email", "phone", "preferredFirstName", "primaryOrgSourcedId", "role",
    ),
    "demographics": (
        *COMMON, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian",
        "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white",
        "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity",
    ),
    "enrollments": (
        *COMMON, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary",
        "beginDate", "endDate",
    ),
}  # fmt: skip
GRADES = ("KG", *(f"{grade:02}" for grade in range(1, 13)))
RACE_FLAGS = (
    "american_indian", "asian", "black", "pacific_islander", "white", "two_or_more", "hispanic",
)  # fmt: skip
SEXES = {"F": "female", "M": "male", "X": "other"}


class OneRoster:
    """The roster of one district for several school years."""

    def __init__(self, path: Path, district: District, years: range) -> None:
        self.path = path
        self._district = district
        self._sheets = {
            name: Delimited(path.parent / f"{name}.csv", header, newline="\n")
            for name, header in FILES.items()
        }
        self._orgs()
        for year in years:
            self._sessions(year)

    def _orgs(self) -> None:
        district = self._district
        add = self._sheets["orgs"].add
        add((district.slug, *STATE, district.name, "district", district.number, ""))
        for school in district.schools.values():
            add((school.number, *STATE, school.name, "school", school.number, district.slug))

    def _sessions(self, year: int) -> None:
        days = instructional_days(year, self._district.days)
        self._sheets["academicSessions"].add(
            (f"sy{year}", *STATE, school_year(year), "schoolYear", days[0], days[-1], "", year)
        )
        for school in self._district.schools.values():
            self._homerooms(year, school.number, school.level)

    def _homerooms(self, year: int, school: str, level: str) -> None:
        grades = {"elementary": range(6), "middle": range(6, 9), "high": range(9, 13)}[level]
        course = f"hr-{school}-{year}"
        span = " ".join(GRADES[grade] for grade in grades)
        title = f"Homeroom {school_year(year)}"
        self._sheets["courses"].add(
            (course, *STATE, f"sy{year}", title, "HR", span.replace(" ", ","), school)
        )
        for grade in grades:
            self._sheets["classes"].add(
                (
                    f"{course}-{GRADES[grade]}", *STATE, f"{title} grade {GRADES[grade]}",
                    GRADES[grade], course, f"HR{GRADES[grade]}", "homeroom", school, f"sy{year}",
                )
            )  # fmt: skip

    def student(self, local_id: str, state_id: str, pupil: Pupil, written: Written) -> int:
        """Write one student; returns the line in users.csv."""
        child, last = pupil.child, pupil.stints[-1] if pupil.stints else None
        called = child.called if child.called != child.given else ""
        self._sheets["demographics"].add(
            (
                local_id, *STATE, written.birth.isoformat() if written.birth else "",
                SEXES[child.gender],
                *("true" if flag == pupil.household.group else "false" for flag in RACE_FLAGS),
            )
        )  # fmt: skip
        return self._sheets["users"].add(
            (
                local_id, *STATE, "true" if last and last.year == LAST_YEAR else "false",
                written.given, written.family, written.middle, state_id,
                GRADES[last.grade] if last else "", pupil.household.email, pupil.household.phone,
                called, last.school.number if last else "", "student",
            )
        )  # fmt: skip

    def enroll(self, local_id: str, stint: Stint) -> None:
        """Write one enrollment."""
        school = stint.school.number
        number = f"{local_id}-{stint.year}-{school}"
        self._sheets["enrollments"].add(
            (
                number, *STATE, f"hr-{school}-{stint.year}-{GRADES[stint.grade]}", school,
                local_id, "student", "true", stint.entry, _day_after(stint.exit),
            )
        )  # fmt: skip

    def close(self) -> None:
        """Put the files and their manifest into the zip, and remove the loose ones."""
        with ZipFile(self.path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open("manifest.csv", "w") as part:
                part.write(self._manifest().encode())
            for name, sheet in self._sheets.items():
                sheet.close()
                with archive.open(f"{name}.csv", "w") as part, sheet.path.open("rb") as loose:
                    while block := loose.read(1 << 20):
                        part.write(block)
                sheet.path.unlink()

    def _manifest(self) -> str:
        lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
        lines += [f"file.{name},bulk" for name in self._sheets]
        lines += ["source.systemName,River Roster", "source.systemCode,RR"]
        return "\n".join(lines) + "\n"


def _day_after(day: date) -> date:
    """OneRoster's endDate is exclusive."""
    return date.fromordinal(day.toordinal() + 1)
