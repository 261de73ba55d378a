"""Store the forms that districts ask families to sign, one row for each version."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import LegalBasis, Purpose

__all__ = ["ConsentForm"]

_PURPOSES = {
    Purpose.SERVICE_COORDINATION: _("Help and services for the student"),
    Purpose.IMPROVE_INSTRUCTION: _("Improving instruction"),
    Purpose.PROGRAM_EVALUATION: _("Program evaluation"),
    Purpose.RESEARCH: _("Research"),
    Purpose.PUBLIC_REPORTING: _("Public reports without names"),
}

FORM_BASES = (
    (LegalBasis.CONSENT.value, _("Consent for education and program records (34 CFR 99.30)")),
    (
        LegalBasis.HIPAA_AUTHORIZATION.value,
        _("Authorization for health records (45 CFR 164.508)"),
    ),
    (
        LegalBasis.PART2_CONSENT.value,
        _("Consent for substance use treatment records (42 CFR 2.31)"),
    ),
)
PURPOSES = tuple((purpose.value, label) for purpose, label in _PURPOSES.items())
LANGUAGES = ("en", "es")


class ConsentForm(models.Model):
    """One version of a form, which names records, purposes and parties (34 CFR 99.30(b)).

    A version never changes after it is published, so the text that a family signed stays. `texts`
    maps a language to its title, the shared data, and the reason. Every page that offers the form
    says that consent is voluntary and revocable (45 CFR 1303.22 requires it); `says_revocable` is
    for a district's own paper form, which may not say so.
    """

    slug = models.SlugField(_("short name"), max_length=60)
    version = models.PositiveIntegerField(_("version"), default=1)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="consent_forms"
    )
    texts: models.JSONField[dict[str, dict[str, str]], dict[str, dict[str, str]]] = (
        models.JSONField(_("texts"))
    )
    records: models.JSONField[list[str], list[str]] = models.JSONField(_("records"))
    purposes: models.JSONField[list[str], list[str]] = models.JSONField(_("purposes"))
    parties = models.ManyToManyField(Organization, related_name="named_in_forms", blank=True)
    classes: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    agreement = models.CharField(_("agreement"), max_length=80, blank=True)
    clause = models.CharField(_("clause"), max_length=80, blank=True)
    ends = models.DateField(_("counts through"), null=True, blank=True)
    basis = models.CharField(
        _("kind of form"), max_length=30, choices=FORM_BASES, default=LegalBasis.CONSENT.value
    )
    says_revocable = models.BooleanField(_("says that it can be taken back"), default=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("published"))
    retired_at = models.DateTimeField(_("no longer offered"), null=True, blank=True)

    class Meta:
        ordering = ("organization__name", "slug", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "slug", "version"], name="consents_one_form_a_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def name(self) -> str:
        """The name by which a consent record identifies the notice that its signer read."""
        return f"{self.organization.slug}/{self.slug}/{self.version}"

    @property
    def title(self) -> str:
        """The title in the reader's language if the form has it."""
        return self.get_text("title")

    @property
    def shared_data(self) -> str:
        """The shared data, in the words of the form."""
        return self.get_text("what")

    @property
    def purpose(self) -> str:
        """What it is shared for, in the words of the form."""
        return self.get_text("why")

    def get_text(self, part: str) -> str:
        """Return one part of the text in the reader's language, or in the form's first language."""
        language = (get_language() or "en").split("-")[0]
        text = self.texts.get(language) or next(iter(self.texts.values()))
        return text[part]
