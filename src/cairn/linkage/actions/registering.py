"""One child, typed in: is she known? She is entered either way, and the index says who she is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake.storehouse import key_ring
from cairn.linkage import index, statements
from cairn.linkage.bulk import IDENTITIES, one_row
from cairn.linkage.models.review import OPEN
from cairn.linkage.sealing import Sealer
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.linkage import may_find_child
from cairn.warehouse.identifiers import identifiers, without_numbers

_FIELDS: Final = frozenset(
    {
        "local_id", "state_id", "given_name", "middle_name", "family_name", "suffix",
        "preferred_name", "gender", "street", "postal_code", "phone", "email", "guardian_name",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Child:
    """Who somebody is in the index: for the software, never for the page of who typed her in.

    ``known``: another record of hers stood already. ``doubtful``: a reviewer will be asked.
    """

    person: str
    known: bool
    doubtful: bool


class NoName(Exception):
    """Nothing was typed in by which a child could be found."""


class NotNow(Exception):
    """The whole index is to be linked anew first; until then nobody can be found in it."""


@transaction.atomic
@transaction.atomic(using=IDENTITIES)
def find_or_add(
    *,
    organization: Organization,
    fields: dict[str, str],
    birth_date: date | None,
    by: User,
    at: datetime,
) -> Child:
    """Enter a child for an organization, and find out which person of the index she is.

    ``fields``: any of the identifying fields, as text. The same fields again are the same record.
    Raises ``NoName`` where neither a given name nor a surname is among them, and ``NotNow`` where
    the index waits for the worker (``index.waits``).
    """
    decision = may_find_child(organization.slug, actor(by), timezone.localdate(at))
    decision.require()
    keys = key_ring()
    seen = identifiers(
        _typed(fields, birth_date), source=organization.slug, key=keys.subkey("linkage/records")
    )
    told = statements.told(without_numbers(seen))
    if not told:
        raise NoName("A given name or a surname is needed to find a child.")
    sealer = Sealer(keys)
    statements.add(told[0], sealer, at)
    if not index.follow(sealer, at, by=str(by.pk)):
        raise NotNow("Everything is to be linked anew first. Link now, and ask again after that.")
    found = _child(told[0].key)
    audit.record(
        "linkage.child_entered",
        f"organization:{organization.pk}",
        by=by,
        at=at,
        decision=decision,
        detail={"doubtful": found.doubtful},
    )
    return found


def _typed(fields: dict[str, str], birth_date: date | None) -> pa.Table:
    told = {name: pa.array([text], pa.string()) for name, text in fields.items() if name in _FIELDS}
    return pa.table({**told, "birth_date": pa.array([birth_date], pa.date32())})


def _child(key: str) -> Child:
    person, known, doubtful = one_row(_CHILD, OPEN, key)
    return Child(person, known=bool(known), doubtful=bool(doubtful))


_CHILD: Final = """
SELECT link.person_id,
  EXISTS (SELECT 1 FROM linkage_link other WHERE other.person_id = link.person_id
    AND other.until IS NULL AND other.id != link.id),
  EXISTS (SELECT 1 FROM linkage_questionrecord side JOIN linkage_question asked
    ON asked.id = side.question_id WHERE side.record_id = link.record_id AND asked.state = %s)
FROM linkage_link link JOIN linkage_record record ON record.id = link.record_id
WHERE link.until IS NULL AND record.key = %s
"""
