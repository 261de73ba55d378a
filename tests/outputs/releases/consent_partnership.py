"""A district whose families agree in writing, the hub that counts, and their files."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from tests.data.identity.conftest import BACKBONE, DISTRICT, MAPPINGS
from tests.outputs.releases.community import Silent

from cairn.data.identity.actions import linkage
from cairn.data.intake.actions import conformance, receipt
from cairn.data.intake.actions.receipt import DeliveryReceipt
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.consents.actions import children, consents
from cairn.governance.consents.actions.consent_forms import (
    ConsentFormContent,
    publish_consent_form,
    record_signed_papers,
)
from cairn.governance.consents.models.child import Says, Subject
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.consents.signature_lists import SignedPaper
from cairn.governance.partners.models import Organization
from cairn.outputs.releases.actions import disclosure_check, drafts
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.families import SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

YES = [f"{n}" for n in range(100, 125)]
NOBODY, UNVERIFIED, OTHER, OVER, TAKEN_BACK = "201", "202", "203", "204", "205"
NO_ID = ""
FEEDS = ("students", "totals")
ALL = [*YES, NOBODY, UNVERIFIED, OTHER, OVER, TAKEN_BACK, NO_ID]
RECORDS = ("student.*", "attendance_total.*")
TEXTS = {
    "en": {"title": "Figures", "what": "Absence", "why": "To see what helps"},
    "es": {"title": "Cifras", "what": "Faltas", "why": "Para ver qué ayuda"},
}
_LETTERS = "bcdfghklmnprstvwz"


def make_name(place: int) -> str:
    """Names unlike each other: one stands for no other child."""
    n = len(_LETTERS)
    return f"{_LETTERS[place % n]}a{_LETTERS[place // n]}o{_LETTERS[(place * 7) % n]}e".title()


def roster(ids: Sequence[str] = ALL) -> str:
    """One child a line; who must not be there has ZZCANARY in the name."""
    lines = ["id,first,last,born,race\n"]
    for place, one in enumerate(ids):
        last = make_name(place + 40) if one in YES else f"ZZCANARY{place}"
        born = date(2012, 1, 5) + timedelta(days=37 * place)
        lines.append(f"{one},{make_name(place)},{last},{born},white\n")
    return "".join(lines)


def totals(ids: Sequence[str] = ALL) -> str:
    """Days of each child; who must not be there has been there 77.8125 days."""
    return "id,enrolled,absent\n" + "".join(
        f"{one},{170 if one in YES else 77.8125},{30 if place % 2 else 2}\n"
        for place, one in enumerate(ids)
    )


class Partnership:
    """A district whose families agree in writing, and the hub that counts."""

    def __init__(self, person: Callable[..., Any]) -> None:
        kind = OrganizationKind.BACKBONE
        self.manager: User = person(
            Role.DATA_MANAGER, at=BACKBONE, kind=kind, email="dana@partnership.example"
        )
        self.analyst: User = person(Role.ANALYST, at=BACKBONE, kind=kind)
        self.agreement = signature_and_record.load_agreement(
            text=self.write_agreement(),
            newcomers=[DISTRICT],
            by=self.manager,
            at=timezone.localtime(),
        )
        self.district = Organization.objects.get(slug=DISTRICT)
        self.hub = Organization.objects.get(slug=BACKBONE)
        self.steward: User = person(Role.STEWARD, at=DISTRICT)
        for subject in Subject:
            children.record_school_statement(
                subject=subject, says=Says.NO_RECORD, **self._district()
            )
        self.form = self.publish("figures", Purpose.PUBLIC_REPORTING)
        self.consents = self.verified(self.form, [*YES, TAKEN_BACK])
        self.consent(self.form, [UNVERIFIED])
        self.verified(self.publish("help", Purpose.SERVICE_COORDINATION), [OTHER])
        over = timezone.localdate() - timedelta(days=1)
        self.verified(self.publish("last", Purpose.PUBLIC_REPORTING, ends=over), [OVER])
        self.take_back(TAKEN_BACK)

    def write_agreement(self) -> str:
        """The text of the agreement."""
        return Path(__file__).with_name("RC-CON-02.toml").read_text("utf-8")

    def _district(self) -> dict[str, Any]:
        return {"organization": self.district, "by": self.steward, "at": timezone.localtime()}

    def publish(
        self, slug: str, purpose: Purpose, ends: date | None = None, records: Any = RECORDS
    ) -> ConsentForm:
        wording = ConsentFormContent(
            texts=TEXTS, records=records, purposes=[purpose], parties=[self.hub], ends=ends
        )
        return publish_consent_form(slug=slug, wording=wording, **self._district())

    def consent(
        self, form: ConsentForm, ids: Sequence[str], records: Any = RECORDS
    ) -> list[Consent]:
        papers = [
            SignedPaper(
                child=ChildLabel(one, "", date(2014, 3, 3)),
                signer=f"Parent of {one}",
                relation=SignerRelation.PARENT,
                signed_on=timezone.localdate() - timedelta(days=20),
                language="en",
                agrees=True,
                records=records,
            )
            for one in ids
        ]
        asked = {"by": self.steward, "at": timezone.localtime()}
        sitting = record_signed_papers(
            form=form, collected_by=self.district, papers=papers, **asked
        )
        return list(sitting.consents.order_by("pk"))

    def verified(
        self, form: ConsentForm, ids: Sequence[str], records: Any = RECORDS
    ) -> dict[str, Consent]:
        rows = self.consent(form, ids, records)
        consents.verify_consents(consents=rows, no_college=rows, **self._district())
        return dict(zip(ids, rows, strict=True))

    def take_back(self, one: str) -> None:
        consent = Consent.objects.get(pk=self.consents[one].pk)
        name = f"Parent of {one}"
        consents.record_consent_revocation(
            consent=consent, name=name, by=self.steward, at=timezone.localtime()
        )

    def send(self, feed: str, content: str) -> DeliveryReceipt:
        return receipt.receive_delivery(
            name=f"{feed}.csv",
            content=content.encode(),
            organization=self.district,
            agreement=self.agreement,
            feed=feed,
            period="2025-26",
            channel=Channel.COMMAND,
            mapping=MAPPINGS[feed],
            by=self.manager,
            at=timezone.localtime(),
        )

    def check(self, received: DeliveryReceipt) -> Any:
        return conformance.check_delivery(
            delivery=received.delivery, by=self.manager, at=timezone.localtime()
        )

    def arrive(self) -> None:
        for feed, content in zip(FEEDS, (roster(), totals()), strict=True):
            self.check(self.send(feed, content))
        linkage.link_current_deliveries(by=self.manager, at=timezone.localtime())

    def counted(self) -> int | None:
        """How many children a new release counts as chronically absent or not."""
        release = drafts.draft_release(
            title="Chronic absence",
            outcomes=["chronic_absence"],
            tables=[],
            years=[],
            organization=self.hub,
            story="A hard winter.",
            by=self.analyst,
            at=timezone.localtime(),
        )
        disclosure_check.check_release_disclosure(
            release=release, by=self.analyst, at=timezone.localtime(), progress=Silent()
        )
        (figures,) = queries_figures.load_protected_figures(release)
        return figures.county.n
