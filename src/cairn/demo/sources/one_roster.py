"""Write a OneRoster 1.2 bulk CSV roster.

Its files are written side by side, then put into one zip.

Homeroom classes carry the grade and the school year of an enrollment, since a OneRoster
enrollment is always to a class.
"""

from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from cairn.demo.population.geography import CountyDistrict
from cairn.demo.population.households import LAST_YEAR
from cairn.demo.population.pathways import DistrictStudent, EnrollmentSpell
from cairn.demo.population.school_calendar import format_school_year, list_instructional_days
from cairn.demo.sources.recording_errors import RecordedChild
from cairn.demo.sources.sheet_writers import DelimitedWriter

MODIFIED_AT = "2026-06-20T06:00:00.000Z"
ACTIVE_STATUS = ("active", MODIFIED_AT)
COMMON_COLUMNS = ("sourcedId", "status", "dateLastModified")

ONE_ROSTER_FILES = {
    "orgs": (*COMMON_COLUMNS, "name", "type", "identifier", "parentSourcedId"),
    "academicSessions": (
        *COMMON_COLUMNS, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear",
    ),
    "courses": (*COMMON_COLUMNS, "schoolYearSourcedId", "title", "courseCode", "grades",
    "orgSourcedId"),
    "classes": (
        *COMMON_COLUMNS, "title", "grades", "courseSourcedId", "classCode", "classType",
        "schoolSourcedId", "termSourcedIds",
    ),
    "users": (
        *COMMON_COLUMNS, "enabledUser", "givenName", "familyName", "middleName", "identifier",
        "grades",
        "email", "phone", "preferredFirstName", "primaryOrgSourcedId", "role",
    ),
    "demographics": (
        *COMMON_COLUMNS, "birthDate", "sex", "americanIndianOrAlaskaNative", "asian",
        "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander", "white",
        "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity",
    ),
    "enrollments": (
        *COMMON_COLUMNS, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary",
        "beginDate", "endDate",
    ),
}  # fmt: skip

GRADES = ("KG", *(f"{grade:02}" for grade in range(1, 13)))

RACE_FLAGS = (
    "american_indian", "asian", "black", "pacific_islander", "white", "two_or_more", "hispanic",
)  # fmt: skip

SEXES = {"F": "female", "M": "male", "X": "other"}


class OneRosterWriter:
    """Write the roster of one district for several school years."""

    def __init__(self, path: Path, district: CountyDistrict, years: range) -> None:
        self.path = path
        self._district = district
        self._sheets = {
            name: DelimitedWriter(path.parent / f"{name}.csv", header, newline="\n")
            for name, header in ONE_ROSTER_FILES.items()
        }
        self._write_orgs()
        for year in years:
            self._write_sessions(year)

    def _write_orgs(self) -> None:
        district = self._district
        add = self._sheets["orgs"].add
        add((district.slug, *ACTIVE_STATUS, district.name, "district", district.number, ""))
        for school in district.schools.values():
            add(
                (school.number, *ACTIVE_STATUS, school.name, "school", school.number, district.slug)
            )

    def _write_sessions(self, year: int) -> None:
        days = list_instructional_days(year, self._district.days)
        self._sheets["academicSessions"].add(
            (
                f"sy{year}",
                *ACTIVE_STATUS,
                format_school_year(year),
                "schoolYear",
                days[0],
                days[-1],
                "",
                year,
            )
        )
        for school in self._district.schools.values():
            self._write_homerooms(year, school.number, school.level)

    def _write_homerooms(self, year: int, school: str, level: str) -> None:
        grades = {"elementary": range(6), "middle": range(6, 9), "high": range(9, 13)}[level]
        course = f"hr-{school}-{year}"
        span = " ".join(GRADES[grade] for grade in grades)
        title = f"Homeroom {format_school_year(year)}"
        self._sheets["courses"].add(
            (course, *ACTIVE_STATUS, f"sy{year}", title, "HR", span.replace(" ", ","), school)
        )
        for grade in grades:
            self._sheets["classes"].add(
                (
                    f"{course}-{GRADES[grade]}", *ACTIVE_STATUS, f"{title} grade {GRADES[grade]}",
                    GRADES[grade], course, f"HR{GRADES[grade]}", "homeroom", school, f"sy{year}",
                )
            )  # fmt: skip

    def add_student(
        self,
        local_id: str,
        state_id: str,
        district_student: DistrictStudent,
        recorded: RecordedChild,
    ) -> int:
        """Write one student; return the line in users.csv."""
        child, last_spell = (
            district_student.child,
            district_student.enrollments[-1] if district_student.enrollments else None,
        )
        called = child.called if child.called != child.given else ""
        self._sheets["demographics"].add(
            (
                local_id, *ACTIVE_STATUS, recorded.birth.isoformat() if recorded.birth else "",
                SEXES[child.gender],
                *(
                    "true" if flag == district_student.household.group else "false"
                    for flag in RACE_FLAGS
                ),
            )
        )  # fmt: skip
        return self._sheets["users"].add(
            (
                local_id, *ACTIVE_STATUS,
                "true" if last_spell and last_spell.year == LAST_YEAR else "false",
                recorded.given, recorded.family, recorded.middle, state_id,
                GRADES[last_spell.grade] if last_spell else "", district_student.household.email,
                district_student.household.phone,
                called, last_spell.school.number if last_spell else "", "student",
            )
        )  # fmt: skip

    def add_enrollment(self, local_id: str, spell: EnrollmentSpell) -> None:
        """Write one enrollment."""
        school = spell.school.number
        number = f"{local_id}-{spell.year}-{school}"
        self._sheets["enrollments"].add(
            (
                number, *ACTIVE_STATUS, f"hr-{school}-{spell.year}-{GRADES[spell.grade]}", school,
                local_id, "student", "true", spell.entry, _compute_day_after(spell.exit),
            )
        )  # fmt: skip

    def close(self) -> None:
        """Put the files and their manifest into the zip, and delete the loose files."""
        with ZipFile(self.path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            with archive.open("manifest.csv", "w") as part:
                part.write(self._format_manifest().encode())
            for name, sheet in self._sheets.items():
                sheet.close()
                with archive.open(f"{name}.csv", "w") as part, sheet.path.open("rb") as loose:
                    while block := loose.read(1 << 20):
                        part.write(block)
                sheet.path.unlink()

    def _format_manifest(self) -> str:
        lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,1.2"]
        lines += [f"file.{name},bulk" for name in self._sheets]
        lines += ["source.systemName,River Roster", "source.systemCode,RR"]
        return "\n".join(lines) + "\n"


def _compute_day_after(day: date) -> date:
    """Return the next day, because OneRoster's endDate is exclusive."""
    return date.fromordinal(day.toordinal() + 1)
