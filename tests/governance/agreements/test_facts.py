"""Facts of agreements as they are on a day, with the amendments that have begun."""

from datetime import date

import pytest
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements import facts
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement

pytestmark = pytest.mark.django_db

SIGNED = """signed_by = "Ada Bell"
signed_capacity = "director"
signed_on = 2026-02-01
"""


def test_an_amendment_takes_effect_on_its_day(writing: Writing) -> None:
    """An element that it strikes stops then, without a change of the agreement's own text."""
    load_agreement(text=DRAFT, by=writing.manager, at=now())
    amending = DRAFT.replace('"N-1"', '"N-1-A"\namends="N-1"', 1)
    amending = amending.replace("starts = 2026-01-01", "starts = 2026-12-15")
    amending = amending.replace('["local_id", "grade"]', '["local_id"]')
    for role in ("provider", "authorized_representative"):
        amending = amending.replace(f'role = "{role}"\n', f'role = "{role}"\n{SIGNED}')
    amending += '\n[[changes]]\nterm = "data"\nwas = "with the grade"\nnow = "without it"\n'
    load_agreement(text=amending, by=writing.manager, at=now())
    row = Agreement.objects.get(reference="N-1")
    before = facts.load_agreement_fact(row, date(2026, 12, 14))
    after = facts.load_agreement_fact(row, date(2026, 12, 15))
    assert before.elements == {"enrollment.local_id", "enrollment.grade"}
    assert after.elements == {"enrollment.local_id"}
