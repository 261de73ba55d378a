"""Facts of agreements as they are on a day, with the amendments that have begun."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.governance.agreements.draft_steps import DRAFT, Writing, now
from tests.row_logs import keeping_results

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


@pytest.mark.django_db(transaction=True, databases=["default", "identities"])
def test_facts_are_kept_until_an_agreement_changes(
    writing: Writing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_agreement(text=DRAFT, by=writing.manager, at=now())
    row, on = Agreement.objects.get(reference="N-1"), date(2026, 12, 14)
    direct = facts.load_agreement_fact(row, on)
    with keeping_results():
        assert facts.load_agreement_fact(row, on) == direct
        with django_assert_num_queries(0):
            assert facts.load_agreement_facts([row, row], on) == (direct, direct)
            assert facts.load_agreement_facts([], on) == ()
        # What is not saved yet has facts of its own.
        row.text = row.text.replace('["local_id", "grade"]', '["local_id"]')
        assert facts.load_agreement_fact(row, on).elements == {"enrollment.local_id"}
        # Another process ends the agreement; the row here is read again.
        Agreement.objects.filter(pk=row.pk).update(terminated_on=on)
        row.refresh_from_db()
        assert facts.load_agreement_fact(row, on).terminated_on == on
        with django_assert_num_queries(0):
            assert facts.load_agreement_fact(row, on).terminated_on == on
