"""Database rows of agreements, drafts, counsel reviews, finding overrides and signatures.

Whether an agreement is in force is computed for a date and never stored. An `Agreement`
is a signed text, or the loaded record of a signed paper. A `Draft` is a text that nothing
may rely on yet.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import AgreementState, SignatureMethod

__all__ = ["Agreement", "Draft"]

_USER = settings.AUTH_USER_MODEL

_STATES = {
    AgreementState.DRAFT: _("Draft"),
    AgreementState.COUNSEL_REVIEW: _("In counsel review"),
    AgreementState.OUT_FOR_SIGNATURE: _("Out for signature"),
    AgreementState.SIGNED: _("Signed"),
    AgreementState.TERMINATED: _("Terminated"),
    AgreementState.CLOSING: _("Closing"),
    AgreementState.CLOSED: _("Closed"),
}

STATES = tuple((state.value, label) for state, label in _STATES.items())

METHODS = (
    (SignatureMethod.SESSION.value, _("Signed in Cairn with two-step sign-in")),
    (
        SignatureMethod.DEMONSTRATION.value,
        _("Signed in a demonstration, without two-step sign-in"),
    ),
    (SignatureMethod.COMMAND.value, _("Signed with a command on the server")),
    (SignatureMethod.PAPER.value, _("Signed on paper")),
)


def _build_known_values_constraint(
    field: str, values: tuple[tuple[str, object], ...], name: str
) -> models.CheckConstraint:
    """Build a check constraint that allows only the listed values in a field."""
    codes = [value for value, _label in values]
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": codes}), name=name)


class Agreement(models.Model):
    """One agreement, identified by its reference.

    `text` is the newest version, exactly as the parties agreed it. An agreement with several legal
    bases has one more row for each part (ADR 23): the part's reference, such as "RC-DSA-01/B", with
    the text, state and dates of the whole. Submissions and uses name the part.
    """

    reference = models.CharField(_("reference"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=240)
    text = models.TextField(_("text (TOML)"))
    version = models.PositiveIntegerField(_("version"), default=1)
    parties = models.ManyToManyField(Organization, related_name="agreements")
    state = models.CharField(
        _("state"), max_length=20, choices=STATES, default=AgreementState.SIGNED.value
    )
    whole = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="parts",
        null=True,
        blank=True,
        verbose_name=_("agreement of which this is a part"),
    )
    part = models.CharField(_("letter of the part"), max_length=1, blank=True)
    joins = models.CharField(_("joins"), max_length=80, blank=True, db_index=True)
    pilot = models.BooleanField(_("of a pilot, on synthetic data"), default=False)
    notice_on = models.DateField(_("notice of termination given"), null=True, blank=True)
    notice_by = models.CharField(_("party that gave notice"), max_length=60, blank=True)
    terminated_on = models.DateField(_("terminated from"), null=True, blank=True)
    terminated_why = models.TextField(_("why it was terminated"), blank=True)

    class Meta:
        ordering = ("reference",)
        constraints = (_build_known_values_constraint("state", STATES, "agreements_known_state"),)

    def __str__(self) -> str:
        return f"{self.reference}: {self.title}"


class AgreementVersion(models.Model):
    """One version of an agreement's text, kept so that an earlier decision can still be
    explained.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text (TOML)"))
    digest = models.CharField(_("sha256 of the text"), max_length=64)
    loaded_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        ordering = ("agreement__reference", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["agreement", "version"], name="agreements_one_text_a_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement.reference}, version {self.version}"


class Draft(models.Model):
    """A text on its way to signature: a new agreement, or a new version of an existing one.

    `organization` writes the draft. `agreement` is the agreement it would change. `based_on`
    names the template or the agreement it started from. Drafts with the same `batch` were
    filled from one text for several partners.
    """

    reference = models.CharField(_("reference"), max_length=80)
    title = models.CharField(_("title"), max_length=240)
    text = models.TextField(_("text (TOML)"))
    version = models.PositiveIntegerField(_("version"), default=1)
    state = models.CharField(
        _("state"), max_length=20, choices=STATES, default=AgreementState.DRAFT.value
    )
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    parties = models.ManyToManyField(Organization, related_name="drafts")
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, related_name="drafts", null=True, blank=True
    )
    based_on = models.CharField(_("based on"), max_length=120, blank=True)
    base_text = models.TextField(_("the text it began as"), blank=True)
    batch = models.CharField(_("batch"), max_length=60, blank=True)
    began_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(_("begun"))
    moved_at = models.DateTimeField(_("in this state since"))
    returned_why = models.TextField(_("what to change"), blank=True)

    class Meta:
        ordering = ("reference", "-began_at")
        constraints = (
            _build_known_values_constraint("state", STATES, "agreements_known_draft_state"),
            models.UniqueConstraint(
                fields=["reference"],
                condition=models.Q(state__in=["draft", "counsel_review", "out_for_signature"]),
                name="agreements_one_open_draft",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference}: {self.title}"


class DraftVersion(models.Model):
    """One saved text of a draft, kept so that a change can be seen and undone."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text (TOML)"))
    digest = models.CharField(_("sha256 of the text"), max_length=64)
    note = models.CharField(_("what was changed"), max_length=120, blank=True)
    saved_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        ordering = ("draft_id", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["draft", "version"], name="agreements_one_text_a_draft_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.draft.reference}, draft version {self.version}"


class CounselReview(models.Model):
    """A record that a party's counsel has read a text and has no objection.

    Counsel records it, or a steward attests it for counsel who does not sign in.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="reviews")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("sha256 of the text read"), max_length=64)
    counsel = models.CharField(_("counsel"), max_length=160)
    on = models.DateField(_("on"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=["draft", "organization", "digest"], name="agreements_one_review_a_text"
            ),
        )

    def __str__(self) -> str:
        return f"{self.counsel} for {self.organization}"


class FindingOverride(models.Model):
    """A decision by the data owner's counsel to accept a legal finding, with name and reason."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="overrides")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    finding = models.CharField(_("finding"), max_length=160)
    digest = models.CharField(_("sha256 of the text"), max_length=64)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=["draft", "finding", "digest"], name="agreements_one_override"
            ),
        )

    def __str__(self) -> str:
        return f"{self.finding} in {self.draft.reference}"


class CriterionConfirmation(models.Model):
    """A record that counsel of a data owner confirmed one criterion of the legal basis.

    Counsel records it, or a steward attests it for counsel who does not sign in. It holds for
    exactly the text that counsel read.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="confirmations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(_("criterion"), max_length=80)
    digest = models.CharField(_("sha256 of the text"), max_length=64)
    counsel = models.CharField(_("counsel"), max_length=160)
    on = models.DateField(_("on"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=["draft", "criterion", "digest"], name="agreements_one_confirmation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion} in {self.draft.reference}"


class Signature(models.Model):
    """Who signed exactly which text, in what capacity, when, and how the signer was identified.

    `on` is the date on the paper or the day of the session. For a paper signature, `by` is
    the person who saw the paper.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="signatures")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("sha256 of the text signed"), max_length=64)
    name = models.CharField(_("name"), max_length=160)
    capacity = models.CharField(_("capacity"), max_length=160)
    method = models.CharField(_("how"), max_length=20, choices=METHODS)
    on = models.DateField(_("on"))
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("at",)
        constraints = (
            _build_known_values_constraint("method", METHODS, "agreements_known_method"),
            models.UniqueConstraint(
                fields=["draft", "organization", "digest"], name="agreements_one_signature_a_text"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} for {self.organization}"


class PaperSignature(models.Model):
    """A signature on paper that waits for the signer's confirmation by a one-time link.

    It is no signature yet. `key` is the hash of the link's key, so that the database does not hold
    the link.
    """

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="paper_signatures")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(_("sha256 of the text signed"), max_length=64)
    name = models.CharField(_("name"), max_length=160)
    capacity = models.CharField(_("capacity"), max_length=160)
    on = models.DateField(_("on"))
    media_type = models.CharField(max_length=20)
    page = models.BinaryField(_("scan of the signed page"))
    key = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField()
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=["draft", "organization"], name="agreements_one_paper_for_a_party"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} for {self.organization}, not confirmed"


class SignedPage(models.Model):
    """The scan of the page that was signed on paper. A table of its own: few pages read it."""

    signature = models.OneToOneField(
        Signature, on_delete=models.PROTECT, related_name="page", primary_key=True
    )
    media_type = models.CharField(max_length=20)
    content = models.BinaryField()
    digest = models.CharField(_("sha256 of the scan"), max_length=64)

    def __str__(self) -> str:
        return f"scan of {self.signature}"


ELEMENT_ANSWERS = (
    ("added", _("Added to the data dictionary")),
    ("served", _("Another data element serves")),
    ("declined", _("Declined")),
)


class DictionaryRequest(models.Model):
    """A request of a draft's writer that a data owner add an element to its data dictionary.

    `answer` is empty until a steward of the owner answers. `reason` says why it was declined,
    and `serves` names the element that serves instead. Each draft asks for an element once.
    """

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="element_requests")
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    element = models.CharField(_("data element"), max_length=120)
    element_key = models.CharField(_("data element, to compare"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    asked_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    answer = models.CharField(_("answer"), max_length=10, choices=ELEMENT_ANSWERS, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    serves = models.CharField(_("element that serves"), max_length=200, blank=True)
    answered_by = models.ForeignKey(_USER, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True)
    read_at = models.DateTimeField(_("answer read by the writer"), null=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["draft", "owner", "element_key"],
                name="agreements_one_element_request",
            ),
            _build_known_values_constraint(
                "answer", (("", ""), *ELEMENT_ANSWERS), "agreements_known_element_answer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.element} for {self.draft.reference}"
