"""Database rows of the record of requests and disclosures (34 CFR 99.32).

Rows of the record are never changed or deleted. A child appears as a keyed hash, in a row or among
many in a sealed block. The
facts behind a decision and the answer given are sealed and stored once, for all decisions
that share them. The words for stored actions, purposes and legal bases are here too.
"""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import LEGAL_BASIS_PHRASES
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import Action, LegalBasis, Purpose

__all__ = ["DISCLOSED", "DisclosureRecord"]

DISCLOSED, USED, PUT_OUT, REFUSED = "disclosed", "used", "put_out", "refused"

DISCLOSURE_KINDS = (
    (DISCLOSED, _("Disclosed")),
    (USED, _("Used internally")),
    (PUT_OUT, _("De-identified figures released")),
    (REFUSED, _("Refused")),
)

FROM, TO = "from", "to"
PARTY_SIDES = ((FROM, _("data owner")), (TO, _("recipient or requester")))


class Snapshot(models.Model):
    """One fact or answer as it was, named by a keyed hash of its content and sealed
    (AES-256-GCM).
    """

    digest = models.CharField(max_length=64, primary_key=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.digest[:12]


class DisclosureRecord(models.Model):
    """One line of the record: the request, the person, the purpose, the answer and what was done.

    `facts` maps each argument of `question` to the digest of its snapshot. `answer` is the
    digest of the reasons as they were given. `digest` covers the whole line and is also in
    the audit chain.
    """

    kind = models.CharField(_("event"), max_length=10, choices=DISCLOSURE_KINDS)
    at = models.DateTimeField(_("date and time"))
    on = models.DateField(_("as of"))
    action = models.CharField(_("action"), max_length=40)
    outcome = models.CharField(_("answer"), max_length=20)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)
    basis = models.CharField(_("legal basis"), max_length=40, blank=True)
    interest = models.TextField(_("legitimate interest"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    by_label = models.CharField(max_length=200)
    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    elements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    withheld: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    people = models.PositiveBigIntegerField(_("children"), null=True)
    required_by_law = models.BooleanField(_("required by law"))
    why = models.TextField(_("why"))
    decision_id = models.CharField(max_length=64)
    ruleset = models.CharField(max_length=20)
    question = models.CharField(max_length=80, blank=True)
    facts: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    answer = models.CharField(max_length=64)
    children_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[value for value, _label in DISCLOSURE_KINDS]),
                name="disclosures_known_kind",
            ),
        )
        indexes = (models.Index(fields=["at"], name="disclosures_by_time"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.action}, {self.at:%Y-%m-%d}"


class DisclosureParty(models.Model):
    """An organization on one side of a line, by slug: the data owner, or the recipient or
    requester.
    """

    record = models.ForeignKey(DisclosureRecord, on_delete=models.PROTECT, related_name="parties")
    side = models.CharField(max_length=4, choices=PARTY_SIDES)
    organization = models.SlugField(max_length=60)

    class Meta:
        ordering = ("side", "organization")
        constraints = (
            models.UniqueConstraint(
                fields=["record", "side", "organization"], name="disclosures_one_line_a_party"
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=[value for value, _label in PARTY_SIDES]),
                name="disclosures_known_side",
            ),
        )
        indexes = (models.Index(fields=["organization"], name="disclosures_by_party"),)

    def __str__(self) -> str:
        return f"{self.side} {self.organization}"


class DisclosedChild(models.Model):
    """One child in a disclosure, as a keyed hash that is unique to this log."""

    record = models.ForeignKey(DisclosureRecord, on_delete=models.PROTECT, related_name="children")
    child = models.CharField(max_length=32)

    class Meta:
        indexes = (models.Index(fields=["child"], name="disclosures_by_child"),)

    def __str__(self) -> str:
        return f"a child of {self.record_id}"


class ChildBlock(models.Model):
    """The children of a large disclosure whose hashes begin alike, sorted and sealed together."""

    record = models.ForeignKey(
        DisclosureRecord, on_delete=models.PROTECT, related_name="child_blocks"
    )
    beginning = models.CharField(max_length=4)
    sealed = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["beginning", "record"], name="disclosures_one_block_a_beginning"
            ),
        )

    def __str__(self) -> str:
        return f"children {self.beginning}… of {self.record_id}"


class RecordRequest(models.Model):
    """A data owner's request for the record of further disclosures of its data.

    It must be answered within 30 days (34 CFR 99.32(b)(2)(iii)).
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_on = models.DateField(_("requested on"))
    due_on = models.DateField(_("answer by"))
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("asked_on")),
                name="disclosures_due_after_asked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}, {self.asked_on}"


_ACTION_LABELS: Final = {
    Action.VIEW: _("Viewed one child's record"),
    Action.LIST: _("Viewed a list of children"),
    Action.EXPORT: _("Exported an extract"),
    Action.DELIVER: _("Sent data to another organization"),
    Action.REFER: _("Referred a child"),
    Action.MATCH: _("Matched records"),
    Action.AGGREGATE: _("Calculated figures"),
    Action.RELEASE: _("Released figures"),
    Action.PUBLISH: _("Published figures"),
    Action.EMERGENCY: _("Disclosed in an emergency"),
    Action.RECEIVE: _("Received a data submission"),
    Action.CONFORM: _("Checked a data submission"),
    Action.LINK: _("Matched records to people"),
    Action.BUILD_MART: _("Built an analysis table"),
    Action.COUNT: _("Calculated figures"),
    Action.PROTECT: _("Suppressed small cells"),
    Action.VIEW_RELEASE: _("Viewed draft figures"),
    Action.SEND_BACK_RELEASE: _("Sent figures to data owners for preview"),
    Action.PUBLISH_RELEASE: _("Published figures"),
    Action.COMPARE_OWN_FIGURES: _("Compared its own figures with published ones"),
}

PURPOSE_LABELS: Final = {
    Purpose.PUBLIC_REPORTING: _("Public reporting"),
    Purpose.PROGRAM_EVALUATION: _("Program evaluation"),
    Purpose.RESEARCH: _("Research"),
    Purpose.IMPROVE_INSTRUCTION: _("Improving instruction"),
    Purpose.SERVICE_COORDINATION: _("Service coordination"),
    Purpose.ADAPTIVE_LEARNING: _("Adaptive learning"),
    Purpose.SERVICE_IMPROVEMENT: _("Improving the contracted service"),
    Purpose.PRODUCT_IMPROVEMENT: _("Improving products with de-identified records"),
    Purpose.SALE: _("Sale of data"),
    Purpose.TARGETED_ADVERTISING: _("Targeted advertising"),
    Purpose.PROFILING: _("Profiling beyond the service"),
    Purpose.MODEL_TRAINING: _("Training models beyond the service"),
}


def find_action_label(code: str) -> str:
    """Find the label of an action; a code without a label is shown with spaces.

    Args:
        code: the action's code.

    Returns:
        The label.
    """
    for action, label in _ACTION_LABELS.items():
        if action.value == code:
            return str(label)
    return code.replace("_", " ").capitalize()


def find_purpose_label(code: str) -> str:
    """Find the label of a purpose.

    Args:
        code: the purpose's code, or empty.

    Returns:
        The label; empty for an empty code.
    """
    return str(PURPOSE_LABELS[Purpose(code)]) if code else ""


def find_basis_label(code: str) -> str:
    """Find the label of a legal basis, with its citation, as agreements word it.

    Args:
        code: the basis's code, or empty.

    Returns:
        The label; empty for an empty code.
    """
    return LEGAL_BASIS_PHRASES[LegalBasis(code)] if code else ""
