"""Store written consents, and the sittings in which staff record them from paper."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import ConsentMethod, ConsentState, SignerRelation

__all__ = ["Consent", "Sitting"]

_STATES = {
    ConsentState.GRANTED: _("Not yet verified"),
    ConsentState.VERIFIED: _("Verified"),
    ConsentState.RETURNED: _("Returned by the district"),
    ConsentState.REFUSED: _("Declined"),
    ConsentState.REVOKED: _("Revoked"),
    ConsentState.SUPERSEDED: _("Replaced by a newer answer"),
    ConsentState.UNDONE: _("Undone"),
}

_RELATIONS = {
    SignerRelation.PARENT: _("Parent"),
    SignerRelation.GUARDIAN: _("Guardian"),
    SignerRelation.ACTING_PARENT: _("Acting as a parent"),
    SignerRelation.FOSTER_PARENT: _("Foster parent"),
    SignerRelation.STUDENT: _("The student"),
    SignerRelation.AGENCY: _("Child welfare agency"),
    SignerRelation.OTHER: _("Someone else"),
}

_METHODS = {
    ConsentMethod.PAPER: _("On paper"),
    ConsentMethod.ELECTRONIC: _("On the family page"),
}

RETURNS = (
    ("signer", _("Our records do not show that the signer has the right to sign")),
    ("identity", _("The student ID and the name do not match")),
    ("paper", _("The form is incomplete")),
    ("form", _("The wrong form was used")),
)

STATES = tuple((state.value, label) for state, label in _STATES.items())
RELATIONS = tuple((relation.value, label) for relation, label in _RELATIONS.items())
METHODS = tuple((method.value, label) for method, label in _METHODS.items())


class Sitting(models.Model):
    """Consents recorded together from one list, so that they can be undone together.

    `scan` names the encrypted file of the signed papers, and `scan_key` holds its wrapped key:
    without the key the file cannot be read.
    """

    form = models.ForeignKey(ConsentForm, on_delete=models.PROTECT, related_name="sittings")
    collected_by = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="consent_sittings"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    scan = models.CharField(_("scan"), max_length=64, blank=True)
    scan_key = models.CharField(_("key of the scan, wrapped"), max_length=120, blank=True)
    scan_type = models.CharField(_("kind of file"), max_length=40, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        ordering = ("-recorded_at", "-pk")

    def __str__(self) -> str:
        return f"{self.collected_by}: {self.form}, {self.recorded_at:%Y-%m-%d}"


class Consent(models.Model):
    """One family's written answer to one form for one child. Whether it is valid is computed.

    `signer` is a keyed hash of the signer, so that two parents can be distinguished; `sealed` holds
    the name. `records` are the elements of the form that the family agreed to.
    """

    reference = models.CharField(_("reference"), max_length=24, unique=True)
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="consents")
    form = models.ForeignKey(ConsentForm, on_delete=models.PROTECT, related_name="consents")
    sitting = models.ForeignKey(
        Sitting, on_delete=models.PROTECT, null=True, blank=True, related_name="consents"
    )
    state = models.CharField(_("state"), max_length=12, choices=STATES)
    records: models.JSONField[list[str], list[str]] = models.JSONField(_("records"))
    signer = models.CharField(_("keyed hash of the signer"), max_length=64)
    sealed = models.BinaryField(_("signer, sealed"))
    relation = models.CharField(_("relation"), max_length=16, choices=RELATIONS)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    method = models.CharField(_("how"), max_length=12, choices=METHODS)
    authenticated = models.CharField(_("how the signer was known"), max_length=200, blank=True)
    approved = models.CharField(_("approval event"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    collected_by = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="collected"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    verified_on = models.DateField(_("verified"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    returned_because = models.CharField(
        _("why it was sent back"), max_length=12, choices=RETURNS, blank=True
    )
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    revoker = models.CharField(_("keyed hash of who took it back"), max_length=64, blank=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # The state to restore if the answer that replaced this one is undone.
    state_before = models.CharField(max_length=12, choices=STATES, blank=True)

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[value for value, _label in STATES]),
                name="consents_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(relation__in=[value for value, _label in RELATIONS]),
                name="consents_known_relation",
            ),
            models.CheckConstraint(
                condition=models.Q(method__in=[value for value, _label in METHODS]),
                name="consents_known_method",
            ),
        )
        indexes = (models.Index(fields=["form", "state"], name="consents_by_state"),)

    def __str__(self) -> str:
        return f"consent {self.reference}"
