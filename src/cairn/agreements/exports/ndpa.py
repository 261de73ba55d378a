"""Two exhibits in the shape of the student data privacy agreement that many districts use (NDPA):
B, the schedule of data by category, and D, the request to dispose of data.

The categories are those of that form; the words are ours.
"""

from typing import Any, Final

from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.vocabulary import RECIPIENTS, PartyRole

CATEGORIES: Final = (
    "Application Technology Meta Data",
    "Application Use Statistics",
    "Assessment",
    "Attendance",
    "Communications",
    "Conduct",
    "Demographics",
    "Enrollment",
    "Parent/Guardian Contact Information",
    "Parent/Guardian ID",
    "Parent/Guardian Name",
    "Schedule",
    "Special Indicator",
    "Student Contact Information",
    "Student Identifiers",
    "Student Name",
    "Student In App Performance",
    "Student Program Membership",
    "Student Survey Responses",
    "Student Work",
    "Transcript",
    "Transportation",
    "Other",
    "None",
)
# By the word that an element's name begins with or holds; the first that fits.
_BY_ELEMENT: Final = (
    ("guardian_name", "Parent/Guardian Name"),
    ("guardian_id", "Parent/Guardian ID"),
    ("guardian", "Parent/Guardian Contact Information"),
    ("local_id", "Student Identifiers"),
    ("state_id", "Student Identifiers"),
    ("social_security", "Student Identifiers"),
    ("given_name", "Student Name"),
    ("middle_name", "Student Name"),
    ("family_name", "Student Name"),
    ("preferred_name", "Student Name"),
    ("suffix", "Student Name"),
    ("street", "Student Contact Information"),
    ("city", "Student Contact Information"),
    ("postal_code", "Student Contact Information"),
    ("phone", "Student Contact Information"),
    ("email", "Student Contact Information"),
    ("birth", "Demographics"),
    ("gender", "Demographics"),
    ("race", "Demographics"),
    ("language", "Demographics"),
    ("meal", "Special Indicator"),
    ("disability", "Special Indicator"),
    ("homeless", "Special Indicator"),
    ("foster", "Special Indicator"),
    ("english_learner", "Special Indicator"),
    ("bus", "Transportation"),
)
_BY_RECORD: Final = (
    ("assessment", "Assessment"),
    ("attendance", "Attendance"),
    ("absence", "Attendance"),
    ("discipline", "Conduct"),
    ("incident", "Conduct"),
    ("enrollment", "Enrollment"),
    ("graduation", "Enrollment"),
    ("student", "Demographics"),
    ("section", "Schedule"),
    ("schedule", "Schedule"),
    ("program", "Student Program Membership"),
    ("participation", "Student Program Membership"),
    ("survey", "Student Survey Responses"),
    ("course", "Transcript"),
    ("grade", "Transcript"),
    ("transcript", "Transcript"),
)
_OTHER: Final = "Other"


def exhibits(terms: Agreement) -> dict[str, Any]:
    """Both exhibits: B as agreed, D as a form to fill with what the text fixes filled in."""
    return {
        "agreement": terms.reference,
        "exhibit_b": schedule(terms),
        "exhibit_d": disposal(terms),
    }


def schedule(terms: Agreement) -> list[dict[str, Any]]:
    """Exhibit B: every category, whether data of it are shared, and which elements."""
    held: dict[str, set[str]] = {category: set() for category in CATEGORIES}
    for data in terms.data:
        for element in data.elements:
            held[category(data.record, element)].add(f"{data.record}.{element}")
    if not terms.data:
        return [_row(one, set(), used=one == "None") for one in CATEGORIES]
    return [_row(one, elements, used=bool(elements)) for one, elements in held.items()]


def disposal(terms: Agreement) -> dict[str, Any]:
    """Exhibit D: who asks whom to dispose of what, in which way, by when; and who verified it."""
    givers = [p.name for p in terms.parties if p.role is PartyRole.PROVIDER]
    takers = [p.name for p in terms.parties if p.role in RECIPIENTS]
    ends = None if terms.ends in (None, UNTIL_TERMINATED) else terms.ends
    return {
        "directed_by": givers,
        "directed_to": takers,
        "extent": {"partial": None, "complete": None, "categories": []},
        "nature": {"destruction": terms.retention.method or None, "transfer": None},
        "timing": {
            "days": terms.retention.period_days,
            "counted_from": terms.retention.counted_from.value,
            "agreement_ends": ends.isoformat() if ends else None,
            "by": None,
        },
        "authorized_representative": {"name": None, "date": None},
        "verification": {"name": None, "date": None},
    }


def category(record: str, element: str) -> str:
    """The form's category of one data element."""
    by_element = next((said for word, said in _BY_ELEMENT if element.startswith(word)), None)
    by_record = next((said for word, said in _BY_RECORD if word in record), _OTHER)
    return by_element or by_record


def _row(name: str, elements: set[str], *, used: bool) -> dict[str, Any]:
    return {"category": name, "used": used, "elements": sorted(elements)}
