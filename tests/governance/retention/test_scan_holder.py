"""Scans of signed papers: checked like every file, and destroyed with their agreement's data."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from tests.governance.consents.sample_consents import AT, paper
from tests.governance.retention.test_destruction import Silent

from cairn.governance.consents.actions.consent_forms import destroy_paper_scan
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.queries import consents
from cairn.governance.retention import actions, data_holders, queries
from cairn.governance.retention.models import DestructionRun
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.retention import DutyCause

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
PDF = b"%PDF-1.7 an invented scan"


@pytest.fixture
def sitting(agreement: Any, world: Any) -> Sitting:
    """Papers that were signed for an agreement, with their scan."""
    ConsentForm.objects.update(agreement="RV-DSA-01")
    world.form.refresh_from_db()
    return world.record(paper("S-1"), paper("S-2"), scan=PDF)


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> Any:
    from tests.governance.consents import sample_consents as made

    return made.make(person, organization)


def files() -> list[Path]:
    return [f for f in Path(settings.CAIRN_DATA, "attachments").rglob("*") if f.is_file()]


def test_a_scan_is_due_with_its_agreement_and_goes_with_its_key(
    sitting: Sitting, manager: Any
) -> None:
    (duty,) = queries.compute_duties(AT.date())
    assert (duty.owner, duty.cause) == ("river", DutyCause.TERM)
    assert duty.due == timezone.localdate(AT) + timedelta(days=1095)
    assert duty.references == (f"scan:{sitting.pk}",)
    (item,) = queries.list_duty_holdings(duty)
    assert [file.zone for file in item.files] == ["attachments"]
    digest = consents.compute_scan_digest(sitting)
    run = actions.begin_destruction(duty=duty, by=manager, at=AT)
    made = actions.destroy_run_holdings(run=run, by=manager, at=AT, progress=Silent())
    sitting.refresh_from_db()
    assert (sitting.scan, sitting.scan_key, files()) == ("", "", [])
    assert made.content["by_zone"] == {"attachments": 1}
    assert made.content["destroyed"][0]["files"][0]["sha256"] == digest
    assert AuditLine.objects.filter(event="consent.scan_destroyed").count() == 1
    assert queries.compute_duties(AT.date()) == ()
    # The answers stay on record, and whoever goes on with it finds nothing more.
    assert set(Consent.objects.values_list("state", flat=True)) == {"granted"}
    again = data_holders.find_data_holder(duty.references[0]).destroy(
        duty.references[0], by=manager, at=AT
    )
    assert again.files == ()
    assert DestructionRun.objects.count() == 1


def test_whoever_may_not_destroy_does_not(sitting: Sitting, steward: Any) -> None:
    terms = queries.load_agreement_terms("RV-DSA-01", AT.date())
    with pytest.raises(Refused):
        destroy_paper_scan(sitting=sitting, terms=terms, by=steward, at=AT)
    assert len(files()) == 1


def test_a_form_of_no_agreement_holds_its_scan(sitting: Sitting) -> None:
    ConsentForm.objects.update(agreement="")
    assert queries.compute_duties(AT.date()) == ()
    assert list(consents.find_damaged_scans()) == []
