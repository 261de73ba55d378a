"""Rows about deliveries: pointers, names and counts only, never a partner's rows.

The state of a delivery changes only as the lifecycle table `delivery` allows.
"""

import hashlib
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from cairn.data.intake.derived_records.record_keepers import erase_derived_records
from cairn.governance.partners.models import Organization
from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.policy.lifecycles import DELIVERY_TRANSITIONS, find_next_state
from cairn.policy.vocabulary import Channel, DeliveryState

__all__ = [
    "Delivery",
    "DeliveryStateConflict",
    "FileRequest",
    "FolderFileOutcome",
    "ProposedFile",
    "WatchedFolder",
]

_STATE_LABELS = {
    DeliveryState.HELD: _("Waiting for a decision"),
    DeliveryState.RECEIVED: _("Received"),
    DeliveryState.CONFORMING: _("Being checked"),
    DeliveryState.CONFORMED: _("Accepted"),
    DeliveryState.REFUSED: _("Rejected"),
    DeliveryState.SUPERSEDED: _("Replaced by a newer file"),
    DeliveryState.WITHDRAWN: _("Withdrawn"),
    DeliveryState.DESTROYED: _("Destroyed"),
}

_PARTIALLY_ACCEPTED = _("Partially accepted")
_NO_ROWS_ACCEPTED = _("No rows accepted")

STATE_CHOICES = tuple((state.value, label) for state, label in _STATE_LABELS.items())

CURRENT_STATES = tuple(
    state.value
    for state in (DeliveryState.RECEIVED, DeliveryState.CONFORMING, DeliveryState.CONFORMED)
)
"""The states in which a delivery is the one that counts for its slot."""

PART_LENGTH = 60
"""The longest name of a part, in characters."""

_CHANNEL_LABELS = {Channel.UPLOAD: _("Web upload"), Channel.COMMAND: _("Command line")}


class SavedMapping(models.Model):
    """One version of how a feed is read, as a person confirmed it; the newest counts.

    `layout` holds the columns that files had when it was confirmed, and the code spellings that
    were left without a code. A file that differs waits for a person.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    feed = models.SlugField(_("feed"), max_length=60)
    version = models.PositiveIntegerField()
    text = models.TextField(_("mapping (TOML)"))
    layout: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("organization__name", "feed", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "feed", "version"], name="intake_one_mapping_a_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.feed}, version {self.version}"


class Delivery(models.Model):
    """One file that a partner sent for one slot (organization, agreement, feed, period, part).

    `part` says which part of the period's data the file holds, such as a site, a school or a
    day; empty for all of it. Files of different parts all count.

    `content_digest` is the sha256 of the original bytes, which are not kept. `fingerprint` also
    covers how they were read and what the agreement covered then: equal fingerprints are the
    same delivery sent again. `landed`, `conformed` and `quarantined` point into the file store
    as `zone/digest`. `decision` holds the reasons as they were given on that day; `report`
    holds counts, column names and row numbers, never a value. `synthetic` is the sender's
    description of how invented data were made; it is empty for real data. A delivery with
    corrected rows has the file that was corrected first as `original`; its `content_digest` is a
    keyed hash of the corrections. A delivery to which a file of changes was applied has the whole
    file as `original`, and the counts of the changes of that day. `extract_date` is the day that a
    whole file describes, as its sender stated it.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="deliveries"
    )
    agreement_reference = models.CharField(_("agreement"), max_length=80)
    agreement_version = models.PositiveIntegerField(_("version of the agreement"))
    feed = models.SlugField(_("feed"), max_length=60)
    period = models.CharField(_("period"), max_length=40, blank=True)
    part = models.CharField(_("part"), max_length=PART_LENGTH, blank=True)
    record = models.CharField(_("record type"), max_length=40, blank=True)
    channel = models.CharField(
        max_length=20,
        choices=[(channel.value, label) for channel, label in _CHANNEL_LABELS.items()],
    )
    file_name = models.CharField(_("file"), max_length=255)
    synthetic = models.TextField(_("how synthetic data were made"), blank=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    content_digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    mapping = models.ForeignKey(
        SavedMapping, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    state = models.CharField(max_length=12, choices=STATE_CHOICES)
    landed = models.CharField(max_length=90, blank=True)
    conformed = models.CharField(max_length=90, blank=True)
    quarantined = models.CharField(max_length=90, blank=True)
    rows_in = models.PositiveBigIntegerField(_("rows"), default=0)
    rows_kept = models.PositiveBigIntegerField(_("rows accepted"), default=0)
    report: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    decision: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    decision_id = models.CharField(max_length=64)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField()
    # The named person who sent it by the link of a file request; empty if `received_by` sent it.
    sender_email = models.EmailField(blank=True)
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseders"
    )
    original = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    corrected_rows = models.PositiveIntegerField(_("rows corrected"), default=0)
    changes_as_of = models.DateField(_("day of the changes"), null=True, blank=True)
    changes: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    extract_date = models.DateField(_("data as of"), null=True, blank=True)
    conformed_at = models.DateTimeField(_("checked"), null=True, blank=True)
    destroy_by = models.DateField(_("must be destroyed by"), null=True, blank=True)

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "agreement_reference", "feed", "period", "part"],
                condition=models.Q(state__in=CURRENT_STATES),
                name="intake_one_current_delivery_a_slot",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[value for value, _label in STATE_CHOICES]),
                name="intake_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DeliveryState.CONFORMED.value) | ~models.Q(conformed=""),
                name="intake_conformed_has_a_file",
            ),
        )

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.organization}: {self.feed}", self.period, self.part)))

    @property
    def pilot(self) -> bool:
        """Whether its sender declared that the data are invented."""
        return bool(self.synthetic)

    @property
    def data_as_of(self) -> date | None:
        """The day that its data describe, changes included; None if no one stated it."""
        return max(filter(None, (self.extract_date, self.changes_as_of)), default=None)

    @property
    def is_current(self) -> bool:
        """Whether this is the delivery that counts for its slot."""
        return self.state in CURRENT_STATES

    @property
    def version(self) -> str:
        """What names these rows as they landed, in a correction file."""
        return f"{self.pk}-{self.landed.rpartition('/')[2][:16]}"

    @property
    def slot(self) -> str:
        """The name of the file, its period and its part, by which people refer to the delivery."""
        return ", ".join(filter(None, (self.feed, self.period, self.part)))

    @property
    def feed_and_part(self) -> str:
        """The name of the file and its part, without the period."""
        return ", ".join(filter(None, (self.feed, self.part)))

    @property
    def status_label(self) -> str:
        """The status as pages show it, which says whether rows were set aside."""
        if self.state == DeliveryState.CONFORMED and self.rows_kept < self.rows_in:
            return str(_PARTIALLY_ACCEPTED if self.rows_kept else _NO_ROWS_ACCEPTED)
        return str(self.get_state_display())

    @property
    def quarantined_rows(self) -> int:
        """The number of rows that were set aside."""
        return self.rows_in - self.rows_kept if self.conformed else 0


PROPOSAL_DAYS = 14
"""How many days a file waits for a person to confirm its columns; then it is destroyed."""


class ProposalOutcome(models.TextChoices):
    """What became of a file that waited for a person to confirm its columns."""

    WAITING = "", _("Waiting for you to confirm the columns")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELED = "canceled", _("Canceled")
    EXPIRED = "expired", _("Not confirmed in time")


class ProposedFile(models.Model):
    """A file that waits for a person: stored encrypted, and used for nothing.

    Its layout is new, or it corrects rows of the delivery `corrects`.

    The bytes lie under `stored_name`, encrypted under a key of their own. The key goes with the
    decision, so the file cannot be read afterwards. `proposal` and `preview` hold column names,
    shapes, counts and codes, never a child's value. `claimed_until` is set while it is imported,
    so that two people do not decide at once.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    agreement_reference = models.CharField(_("agreement"), max_length=80)
    feed = models.SlugField(_("feed"), max_length=60)
    period = models.CharField(_("period"), max_length=40, blank=True)
    part = models.CharField(_("part"), max_length=PART_LENGTH, blank=True)
    channel = models.CharField(max_length=20)
    file_name = models.CharField(_("file"), max_length=255)
    synthetic = models.TextField(_("how synthetic data were made"), blank=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    content_digest = models.CharField(max_length=64)
    mapping = models.TextField(_("mapping (TOML)"))
    proposal: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    preview: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    stored_name = models.CharField(max_length=40, blank=True)
    stored_key = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=ProposalOutcome.choices, blank=True)
    delivery = models.ForeignKey(
        "Delivery", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changes_as_of = models.DateField(_("day of the changes"), null=True, blank=True)
    extract_date = models.DateField(_("data as of"), null=True, blank=True)
    corrects = models.ForeignKey(
        "Delivery", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    sender_email = models.EmailField(blank=True)
    destroy_on = models.DateField(_("destroyed on"))
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-proposed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=[
                    *("organization", "agreement_reference", "feed", "period", "part"),
                    "content_digest",
                ],
                condition=models.Q(outcome=""),
                name="intake_one_proposal_a_file",
            ),
        )

    def __str__(self) -> str:
        return " ".join(filter(None, (f"{self.organization}: {self.feed}", self.period, self.part)))

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for a person."""
        return not self.outcome

    @property
    def file_request(self) -> "FileRequest | None":
        """The request for which it was sent; None for a file that a user uploaded."""
        return self.file_requests.select_related("asked_by").first()

    @property
    def mapping_digest(self) -> str:
        """The SHA-256 (hex) of the column mapping, which a person confirms with the preview."""
        return hashlib.sha256(self.mapping.encode()).hexdigest()

    @property
    def slot(self) -> str:
        """The name of the data set, its period and its part."""
        return ", ".join(filter(None, (self.feed, self.period, self.part)))


LINK_DAYS = 14
"""How many days the link of a file request works; a rule of this software."""


class FileRequest(models.Model):
    """A request that a named person of a partner send one file, by a link without an account.

    The person who asked answers for it: the file is received in their name. `is_emailed` says
    whether Cairn sent the link to the address itself; only then does the link show who uses it.
    `claimed_until` is set while a file is being received, so that two at once are not.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    agreement_reference = models.CharField(_("agreement"), max_length=80)
    feed = models.SlugField(_("feed"), max_length=60)
    period = models.CharField(_("period"), max_length=40, blank=True)
    part = models.CharField(_("part"), max_length=PART_LENGTH, blank=True)
    record = models.CharField(_("record type"), max_length=40)
    synthetic = models.TextField(_("how synthetic data were made"), blank=True)
    name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("email"))
    language = models.CharField(
        _("language of the email"), max_length=7, choices=settings.LANGUAGES, default="en"
    )
    is_emailed = models.BooleanField()
    due_on = models.DateField(_("due"))
    ends_on = models.DateField(_("link ends"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    proposed = models.ForeignKey(
        ProposedFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="file_requests",
    )
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="file_requests"
    )

    class Meta:
        ordering = ("-asked_at", "-pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.slot}"

    @property
    def slot(self) -> str:
        """The name of the data set, its period and its part."""
        return ", ".join(filter(None, (self.feed, self.period, self.part)))

    @property
    def sender_email(self) -> str:
        """The address that the link proves; empty where a person handed on the link."""
        return self.email if self.is_emailed else ""

    @property
    def is_open(self) -> bool:
        """Whether it was neither withdrawn nor answered."""
        return self.withdrawn_at is None and self.answered_at is None


class FileRequestLink(models.Model):
    """One link of a request: the first one, or that of the reminder. Only the hash is kept."""

    file_request = models.ForeignKey(FileRequest, on_delete=models.CASCADE, related_name="links")
    key_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link of {self.file_request}"


class WatchedFolder(models.Model):
    """A folder of this machine in which one partner's files arrive, under one agreement.

    Files are received in the name of `added_by`. `period` is "month" for the month of arrival,
    empty for the school year. A watched address has the description of a REST API in `source`;
    its `path` is the address, and its secret is kept encrypted.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    agreement_reference = models.CharField(_("agreement"), max_length=80)
    path = models.CharField(_("folder"), max_length=1000)
    feed = models.SlugField(_("feed"), max_length=60, blank=True)
    period = models.CharField(_("period"), max_length=40, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    source = models.TextField(blank=True)
    sealed_secret = models.BinaryField(blank=True, default=b"")

    class Meta:
        ordering = ("organization__name", "path")
        constraints = (
            models.UniqueConstraint(
                fields=["path"],
                condition=models.Q(ended_at=None),
                name="intake_one_watch_a_folder",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.path}"

    def seal_secret(self, secret: str) -> None:
        """Keep the secret of the address encrypted, bound to its address and sender."""
        sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
        self.sealed_secret = sealer.seal(self._bind(), secret.encode()) if secret else b""

    def unseal_secret(self) -> str:
        """Return the secret of the address; empty if it has none.

        Raises:
            InvalidTag: it was sealed for another address or sender, or was changed.
        """
        if not self.sealed_secret:
            return ""
        sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
        return sealer.unseal(self._bind(), self.sealed_secret).decode()

    def _bind(self) -> str:
        return f"{self.organization.slug} {self.path}"


_SEALING_LABEL = "secret of a watched address"


class FolderFileOutcome(models.TextChoices):
    """What became of a file in a watched folder; also the name of the folder that it moves to."""

    RECEIVED = "received", _("Received")
    WAITING = "waiting", _("Waiting for a person")
    REFUSED = "refused", _("Not accepted")


class FolderFile(models.Model):
    """One file that was in a watched folder. `reason` is a sentence, never a value of the file."""

    folder = models.ForeignKey(WatchedFolder, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(_("file"), max_length=255)
    content_digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10, choices=FolderFileOutcome.choices)
    reason = models.TextField(_("reason"), blank=True)
    seen_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-seen_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["folder", "name", "content_digest"], name="intake_one_row_a_folder_file"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} in {self.folder}"


_EVENT_PHRASES = {
    "check again": "be checked again",
    "begin": "be checked",
    "finish": "be accepted",
    "replace": "replace the earlier file",
    "add as part": "be added as a part",
    "cancel": "be canceled",
    "remap": "use a new column mapping",
    "supersede": "be replaced",
    "withdraw": "be withdrawn",
    "reinstate": "be restored",
    "destroy": "be destroyed",
}


_REPLACING_EVENTS = frozenset({"supersede", "withdraw"})
"""After these the rows no longer count; records made from them are erased once that is certain."""


class DeliveryStateConflict(Exception):
    """The delivery's state does not allow the action; the message says what to do instead."""


def transition_delivery(delivery: Delivery, event: str) -> None:
    """Change a delivery's state by an event.

    Raises:
        DeliveryStateConflict: the lifecycle has no such step.
    """
    next_value = find_next_state(DELIVERY_TRANSITIONS, DeliveryState(delivery.state), event)
    if next_value is None:
        raise DeliveryStateConflict(
            f"The status of this data submission is “{delivery.get_state_display()}”, so it cannot "
            f"{_EVENT_PHRASES.get(event, event)} now. Open its page again: the status may have "
            "changed in the meantime."
        )
    delivery.state = next_value.value
    if event in _REPLACING_EVENTS:
        transaction.on_commit(partial(erase_derived_records, delivery.pk))
