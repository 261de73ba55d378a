"""Export two exhibits in the shape of the National Data Privacy Agreement (NDPA).

Many districts use that student data privacy agreement. Exhibit B is the schedule of data
by category; Exhibit D is the request to dispose of data. The categories are those of the
form; the words are Cairn's own.
"""

from typing import Any, Final

from cairn.policy.facts import UNTIL_TERMINATED, AgreementFact
from cairn.policy.vocabulary import RECIPIENT_ROLES, PartyRole

NDPA_CATEGORIES: Final = (
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

# By the prefix of an element's name; the first match wins.
_CATEGORY_BY_ELEMENT_PREFIX: Final = (
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

_CATEGORY_BY_RECORD_WORD: Final = (
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

_OTHER_CATEGORY: Final = "Other"


def build_ndpa_exhibits(terms: AgreementFact) -> dict[str, Any]:
    """Build both exhibits: B as agreed, and D as a form with the agreed terms filled in.

    Args:
        terms: the agreement.

    Returns:
        JSON-compatible data.
    """
    return {
        "agreement": terms.reference,
        "exhibit_b": build_exhibit_b(terms),
        "exhibit_d": build_exhibit_d(terms),
    }


def build_exhibit_b(terms: AgreementFact) -> list[dict[str, Any]]:
    """Build Exhibit B: every category, whether its data is shared, and which elements.

    Args:
        terms: the agreement.

    Returns:
        One row per category of the form.
    """
    elements_by_category: dict[str, set[str]] = {category: set() for category in NDPA_CATEGORIES}
    for data in terms.stated_data:
        for element in data.elements:
            elements_by_category[find_ndpa_category(data.record, element)].add(
                f"{data.record}.{element}"
            )
    if not terms.stated_data:
        return [_build_category_row(name, set(), used=name == "None") for name in NDPA_CATEGORIES]
    return [
        _build_category_row(name, elements, used=bool(elements))
        for name, elements in elements_by_category.items()
    ]


def build_exhibit_d(terms: AgreementFact) -> dict[str, Any]:
    """Build Exhibit D: the provider's direction to dispose of data, and its verification.

    Args:
        terms: the agreement.

    Returns:
        The form, with None for the blanks that are filled in later.
    """
    provider_names = [party.name for party in terms.parties if party.role is PartyRole.PROVIDER]
    recipient_names = [party.name for party in terms.parties if party.role in RECIPIENT_ROLES]
    ends = None if terms.ends in (None, UNTIL_TERMINATED) else terms.ends
    return {
        "directed_by": provider_names,
        "directed_to": recipient_names,
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


def find_ndpa_category(record: str, element: str) -> str:
    """Find the form's category of one data element.

    Args:
        record: the record type, such as "student".
        element: the element's name within the record.

    Returns:
        A member of `NDPA_CATEGORIES`.
    """
    by_element = next(
        (name for word, name in _CATEGORY_BY_ELEMENT_PREFIX if element.startswith(word)), None
    )
    by_record = next(
        (name for word, name in _CATEGORY_BY_RECORD_WORD if word in record), _OTHER_CATEGORY
    )
    return by_element or by_record


def _build_category_row(name: str, elements: set[str], *, used: bool) -> dict[str, Any]:
    return {"category": name, "used": used, "elements": sorted(elements)}
