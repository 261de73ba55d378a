"""Find the students of an organization that a survey may reach under its agreement."""

from collections.abc import Collection

import pyarrow as pa

from cairn.data.intake import api as intake_api
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Permit
from cairn.policy.facts import PopulationMatch
from cairn.policy.questions import may_receive_delivery
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse import pipeline
from cairn.warehouse.schema import LOCAL_ID, ColumnMapping
from cairn.warehouse.store import FileRef

_ROSTER_RECORD = "student"
_NAME_FIELDS = ("given_name", "family_name")
NAME_ELEMENTS = tuple(f"{_ROSTER_RECORD}.{field}" for field in _NAME_FIELDS)
"""The elements of a student's name."""

StudentName = tuple[str, str]
"""Given and family name."""


def list_reachable_students(
    submission: intake_api.Submission, mapping: ColumnMapping, needed: Collection[str]
) -> tuple[str, ...]:
    """List the students on an organization's rosters that it may hand in records of today.

    Each is decided as on receipt of a file: by the families' consents where the agreement rests on
    them, and by the population that it covers.

    Args:
        submission: the sender, the agreement, the user and the time.
        mapping: how the file with their records is read.
        needed: the data elements without which a record is of no use.

    Returns:
        The organization's own student IDs, in order; none without an accepted roster.

    Raises:
        Refused: no such file may be handed in today.
    """
    organization, store = submission.organization.slug, open_file_store()
    rows = intake_api.Delivery.objects.filter(
        organization=submission.organization, state=DeliveryState.CONFORMED.value, synthetic=""
    )
    rosters = rows.filter(record=_ROSTER_RECORD)
    local_ids = sorted(
        {
            local_id
            for row in rosters
            for local_id in intake_api.list_conformed_local_ids(store, FileRef.parse(row.conformed))
        }
    )
    keys = intake_api.compute_student_keys(organization, local_ids)
    asked = intake_api.load_receipt_facts(submission, mapping, keys)
    permit = _decide_receipt(asked)
    known = intake_api.collect_delivered_students(store, rows, organization)
    origin = intake_api.describe_row_origin(organization, submission.agreement.reference, known)
    covered = _list_covered(asked, local_ids, submission, known)
    keys_of_rows = origin.name(pa.array(local_ids, pa.string())).to_pylist()
    return tuple(
        local_id
        for local_id, key, is_covered in zip(local_ids, keys_of_rows, covered, strict=True)
        if is_covered and not origin.is_withheld(permit, key, frozenset(needed))
    )


def load_roster_names(organization: str) -> dict[str, StudentName]:
    """Load the names on an organization's accepted rosters; of each student the newest counts.

    Args:
        organization: slug of the organization.

    Returns:
        Given and family name by the organization's own student ID.
    """
    store, names = open_file_store(), dict[str, StudentName]()
    rosters = intake_api.Delivery.objects.filter(
        organization__slug=organization,
        state=DeliveryState.CONFORMED.value,
        synthetic="",
        record=_ROSTER_RECORD,
    )
    for row in rosters.order_by("received_at", "pk"):
        table = store.read(FileRef.parse(row.conformed))
        if not {LOCAL_ID, *_NAME_FIELDS} <= set(table.column_names):
            continue
        columns = (table.column(field).to_pylist() for field in (LOCAL_ID, *_NAME_FIELDS))
        for local_id, given, family in zip(*columns, strict=True):
            names[local_id] = (given or "", family or "")
    return names


def _decide_receipt(asked: intake_api.ReceiptFacts) -> Permit:
    decision = may_receive_delivery(
        asked.delivery,
        asked.agreement,
        asked.actor,
        asked.on,
        overdue=asked.overdue,
        rows=asked.rows,
    )
    return decision.require()


def _list_covered(
    asked: intake_api.ReceiptFacts,
    local_ids: list[str],
    submission: intake_api.Submission,
    known: pipeline.KnownStudents,
) -> list[bool]:
    """List for each student whether the population of the agreement includes them for certain."""
    population = asked.agreement.children
    if population is None or not population.is_restrictive:
        return [True] * len(local_ids)
    columns = {
        LOCAL_ID: pa.array(local_ids, pa.string()),
        "school_year": pa.array([submission.period] * len(local_ids), pa.string()),
    }
    places = pipeline.place_rows_in_population(
        _ROSTER_RECORD, columns, population, submission.organization.slug, known
    )
    return [place is PopulationMatch.INSIDE for place in places]
