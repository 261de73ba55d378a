"""Enter one child that a user types in, and find the person of the index that it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pyarrow as pa

from cairn.data.identity.index import update
from cairn.data.identity.models.clerical_review import OPEN
from cairn.data.identity.storage import statements
from cairn.data.identity.storage.sql import IDENTITIES, select_one_row
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.matching.standardize import extract_identifying_fields, remove_social_security_numbers
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.platform.storage.api import open_key_ring
from cairn.policy.engine import Permit
from cairn.policy.questions import may_look_up_child

_TYPED_FIELDS: Final = frozenset(
    {
        "local_id", "state_id", "given_name", "middle_name", "family_name", "suffix",
        "preferred_name", "gender", "street", "postal_code", "phone", "email", "guardian_name",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EnteredChild:
    """The person of a typed-in child: for the software, never for the page of that user.

    `known`: another record of the person existed already. `doubtful`: a reviewer will get a
        question.
    """

    person: str
    known: bool
    doubtful: bool


class MissingName(Exception):
    """The user typed in nothing by which a child could be found."""


class IndexBusy(Exception):
    """The whole index must be linked again first; until then no child can be found in it."""


@action(
    "linkage.child_entered", asks=may_look_up_child, facts=get_organization_slug, also_in=IDENTITIES
)
def find_or_add_child(
    permit: Permit,
    /,
    *,
    organization: Organization,
    fields: dict[str, str],
    birth_date: date | None,
    by: User,
    at: datetime,
) -> ActionResult[EnteredChild]:
    """Enter a child for an organization, and find out which person of the index it is.

    Args:
        organization: the organization that enters the child.
        fields: any of the identifying fields, as text; the same fields again are the same record.
        birth_date: the birth date.
        by: the user.
        at: the current time.
    Returns:
        The person of the child.
    Raises:
        MissingName: the fields hold neither a given name nor a surname.
        IndexBusy: the update is left to the worker (`is_update_deferred`).
    """
    keys = open_key_ring()
    identifying_fields = extract_identifying_fields(
        _build_typed_row(fields, birth_date),
        source=organization.slug,
        key=keys.subkey("linkage/records"),
    )
    record_statements = statements.extract_statements(
        remove_social_security_numbers(identifying_fields)
    )
    if not record_statements:
        raise MissingName("Enter a first name or a last name to find a student.")
    sealer = statements.IdentitySealer(keys)
    statements.store_typed_statement(record_statements[0], sealer, at)
    if not update.update_index_for_page(sealer, at, by=str(by.pk)):
        raise IndexBusy(
            "All records must be matched again first. Run record matching, then try again."
        )
    entered_child = _find_entered_child(record_statements[0].key)
    return ActionResult(
        entered_child,
        subject=f"organization:{organization.pk}",
        detail={"doubtful": entered_child.doubtful},
    )


def _build_typed_row(fields: dict[str, str], birth_date: date | None) -> pa.Table:
    typed_columns = {
        name: pa.array([text], pa.string())
        for name, text in fields.items()
        if name in _TYPED_FIELDS
    }
    return pa.table({**typed_columns, "birth_date": pa.array([birth_date], pa.date32())})


def _find_entered_child(key: str) -> EnteredChild:
    person, known, doubtful = select_one_row(_ENTERED_CHILD_SQL, OPEN, key)
    return EnteredChild(person, known=bool(known), doubtful=bool(doubtful))


_ENTERED_CHILD_SQL: Final = """
SELECT link.person_id,
  EXISTS (SELECT 1 FROM linkage_link other WHERE other.person_id = link.person_id
    AND other.until IS NULL AND other.id != link.id),
  EXISTS (SELECT 1 FROM linkage_questionrecord side JOIN linkage_question asked
    ON asked.id = side.question_id WHERE side.record_id = link.record_id AND asked.state = %s)
FROM linkage_link link JOIN linkage_record record ON record.id = link.record_id
WHERE link.until IS NULL AND record.key = %s
"""
