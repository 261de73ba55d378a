"""Database rows of data dictionaries: columns and their classes, never a row of data."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import IdentifierClass, SpecialClass

_IDENTIFIER_CLASS_LABELS = {
    IdentifierClass.DIRECT: _("Direct identifier: identifies a child by itself"),
    IdentifierClass.INDIRECT: _("Indirect identifier: identifies a child together with other data"),
    IdentifierClass.NONE: _("Not an identifier"),
}

_SPECIAL_CLASS_LABELS = {
    SpecialClass.MEAL_STATUS: _("Meal status"),
    SpecialClass.DISABILITY: _("Disability"),
    SpecialClass.HOMELESSNESS: _("Homelessness"),
    SpecialClass.HEALTH: _("Health"),
    SpecialClass.IMMUNIZATION: _("Proof of immunization"),
    SpecialClass.SUBSTANCE_USE: _("Substance use treatment"),
    SpecialClass.WAGE: _("Wages"),
    SpecialClass.JUVENILE: _("Juvenile justice"),
    SpecialClass.IMMIGRATION: _("Immigration"),
    SpecialClass.EARLY_INTERVENTION: _("Early intervention"),
    SpecialClass.HEAD_START: _("Head Start"),
    SpecialClass.CHILD_WELFARE: _("Child welfare"),
    SpecialClass.WIC: _("WIC"),
    SpecialClass.SNAP: _("SNAP"),
    SpecialClass.TANF: _("TANF"),
    SpecialClass.SURVEY: _("Survey on a protected topic"),
    SpecialClass.DOMESTIC_VIOLENCE: _("Domestic violence"),
    SpecialClass.ONLINE_UNDER_13: _("Collected online from children under 13"),
}

SPECIAL_CLASS_CHOICES = tuple((kind.value, label) for kind, label in _SPECIAL_CLASS_LABELS.items())
IDENTIFIER_CLASS_CHOICES = tuple(
    (kind.value, label) for kind, label in _IDENTIFIER_CLASS_LABELS.items()
)


class DataDictionary(models.Model):
    """One version of the dictionary of one data set of one provider.

    Each import makes a new version; the highest number is the current one. Earlier versions
    stay, so that an earlier decision can be explained.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="dictionaries"
    )
    data_set = models.CharField(_("data set"), max_length=160)
    version = models.PositiveIntegerField(_("version"))
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("sha256 of the file"), max_length=64)
    report = models.JSONField(_("import report"), default=dict)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        ordering = ("organization__name", "data_set", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "data_set", "version"],
                name="dictionaries_one_version_a_number",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.data_set}, version {self.version}"


class DataElement(models.Model):
    """One column of a data set. Its identifier class counts once a person has confirmed it."""

    dictionary = models.ForeignKey(
        DataDictionary, on_delete=models.CASCADE, related_name="elements"
    )
    position = models.PositiveIntegerField(_("row in the file"))
    name = models.CharField(_("provider's name"), max_length=200)
    # Agency, program and category: several elements may have one name in different groups.
    group = models.CharField(_("group"), max_length=400, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    kind = models.CharField(_("type"), max_length=20, blank=True)
    kind_as_written = models.CharField(_("type in the file"), max_length=200, blank=True)
    values = models.TextField(_("values"), blank=True)
    first_year = models.CharField(_("first school year"), max_length=7, null=True)  # noqa: DJ001 - unknown is not "no limit"
    last_year = models.CharField(_("last school year"), max_length=7, null=True, blank=True)  # noqa: DJ001
    years_as_written = models.CharField(_("years in the file"), max_length=200, blank=True)
    matched = models.CharField(_("Cairn's element"), max_length=120, blank=True)
    identifier = models.CharField(
        _("identifier type"), max_length=10, choices=IDENTIFIER_CLASS_CHOICES, blank=True
    )
    special = models.JSONField(_("special legal protection"), default=list)
    guessed_because = models.CharField(_("reason for the suggestion"), max_length=400, blank=True)
    ladder = models.JSONField(_("less detailed forms"), default=list)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        ordering = ("dictionary", "position")
        constraints = (
            models.UniqueConstraint(
                fields=["dictionary", "group", "name"], name="dictionaries_one_entry_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    identifier__in=["", *(value for value, _l in IDENTIFIER_CLASS_CHOICES)]
                ),
                name="dictionaries_known_identifier",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True) | ~models.Q(identifier=""),
                name="dictionaries_confirmed_has_a_class",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def specials(self) -> list[SpecialClass]:
        """The special classes as members of the policy vocabulary."""
        return [SpecialClass(value) for value in self.special]

    @property
    def special_labels(self) -> list[str]:
        """The special classes in the words of pages."""
        return [str(_SPECIAL_CLASS_LABELS[kind]) for kind in self.specials]
