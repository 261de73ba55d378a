"""A OneRoster zip with every kind of enrollment: of a student, a teacher, and of no known user."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Final

TABLES: Final = {
    "manifest": "propertyName,value\noneroster.version,1.1\nfile.users,bulk\n",
    "orgs": "sourcedId,name,type,identifier\no1,Oak School,school,17\n",
    "academicSessions": "sourcedId,title,schoolYear\nt1,2026-27,2027\n",
    "classes": "sourcedId,title,grades,classType,termSourcedIds,schoolSourcedId\n"
    "c1,Homeroom 3,03,homeroom,t1,o1\n",
    "users": "sourcedId,role,givenName,familyName,identifier\n"
    "u0,teacher,Pat,Fox,\nu1,student,Ana,Cruz,900\nu2,student,Bo,Lee,901\n",
    "demographics": "sourcedId,birthDate,sex\nu1,2017-02-03,female\nu2,2016-05-01,male\n",
    "enrollments": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,beginDate\n"
    "e1,c1,o1,u1,student,2026-08-20\n"
    "e2,c1,o1,u2,student,2026-08-20\n"
    "e3,c1,o1,u0,teacher,2026-08-20\n"
    "e4,c1,o1,u9,student,2026-08-20\n"
    "e5,c1,o1,,student,2026-08-20\n",
}
KEPT_ROWS: Final = [2, 3]
SET_ASIDE_ROWS: Final = [5, 6]
"""Lines of enrollments.csv: the one of u9, who is not in users.csv, and the one without a user."""


def build_zip(tables: Mapping[str, str] = TABLES) -> bytes:
    """Build the archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text)
    return out.getvalue()
