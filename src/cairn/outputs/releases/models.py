"""Define the rows of releases: pointers, verdicts and dates. The figures are in the store."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.data.intake.models import Delivery
from cairn.governance.partners.models import Organization
from cairn.outputs.releases import extract_models, merged_groups
from cairn.outputs.releases.json_fields import (
    MergedGroups,
    OwnerCounts,
    StoredConflict,
    YearCertificate,
)
from cairn.outputs.releases.merged_groups import Grouping
from cairn.policy.vocabulary import (
    NationAnswer,
    OwnerAnswer,
    Purpose,
    ReleaseState,
    RenewalCadence,
    ReviewVerdict,
)
from cairn.sdc.options import ReleaseMethod, Statistic

__all__ = ["Release", "SendBack"]

EXTRACT_MODELS: Final = (
    extract_models.Extract,
    extract_models.ExtractReview,
    extract_models.TextReading,
)
"""The other rows of this app; Django finds an app's models from this module."""

_STATE_LABELS = {
    ReleaseState.DRAFT: _("Draft"),
    ReleaseState.CHECKED: _("Checked"),
    ReleaseState.IN_REVIEW: _("In review"),
    ReleaseState.RETURNED: _("Returned to author"),
    ReleaseState.SENT_BACK: _("Data-owner preview"),
    ReleaseState.APPROVED: _("Approved"),
    ReleaseState.PUBLISHED: _("Published"),
    ReleaseState.CORRECTED: _("Corrected"),
    ReleaseState.WITHDRAWN: _("Withdrawn"),
}

_PURPOSE_LABELS = {
    Purpose.PUBLIC_REPORTING: _("Public reporting"),
    Purpose.PROGRAM_EVALUATION: _("Program evaluation"),
    Purpose.RESEARCH: _("Research"),
    Purpose.IMPROVE_INSTRUCTION: _("Improving instruction"),
    Purpose.SERVICE_COORDINATION: _("Coordinating services"),
}

_VERDICT_LABELS = {
    ReviewVerdict.APPROVE: _("Approved"),
    ReviewVerdict.RETURN: _("Requested changes"),
}

_ANSWER_LABELS = {
    OwnerAnswer.CONFIRM: _("Confirmed"),
    OwnerAnswer.CORRECT: _("Requested a correction"),
    OwnerAnswer.DECLINE: _("Declined"),
}

_NATION_ANSWER_LABELS = {
    NationAnswer.APPROVE: _("Approve: our children may be counted"),
    NationAnswer.DECLINE: _("Decline: do not count our children"),
}

_METHOD_LABELS = {
    ReleaseMethod.BANDS: _("Percentages in ranges by group size (recommended)"),
    ReleaseMethod.SUPPRESS: _("Exact counts, small groups hidden"),
}
_STATISTIC_LABELS = {Statistic.MEAN: _("Mean"), Statistic.MEDIAN: _("Median")}
STATISTIC_CHOICES = tuple(
    (statistic.value, label) for statistic, label in _STATISTIC_LABELS.items()
)
_CADENCE_LABELS = {
    RenewalCadence.TERM: _("Each term"),
    RenewalCadence.SCHOOL_YEAR: _("Each school year"),
}
METHOD_CHOICES = tuple((method.value, label) for method, label in _METHOD_LABELS.items())
CADENCE_CHOICES = tuple((cadence.value, label) for cadence, label in _CADENCE_LABELS.items())
RELEASE_STATE_CHOICES = tuple((state.value, label) for state, label in _STATE_LABELS.items())
VERDICT_CHOICES = tuple((verdict.value, label) for verdict, label in _VERDICT_LABELS.items())
ANSWER_CHOICES = tuple((answer.value, label) for answer, label in _ANSWER_LABELS.items())
NATION_ANSWER_CHOICES = tuple(
    (answer.value, label) for answer, label in _NATION_ANSWER_LABELS.items()
)


class ReleaseRenewal(models.Model):
    """Store that the releases of one series renew themselves, since when, and who requested it.

    While it runs, `ended_at` is empty. A person or a rule of policy ends it: `ended_why` has the
    reasons of the rule. `refused_term` is the term for which no draft was allowed, and
    `refused_why` the reasons; both are empty once a draft was made.
    """

    cadence = models.CharField(_("renew"), max_length=10, choices=CADENCE_CHOICES)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_why = models.TextField(blank=True)
    refused_term = models.CharField(max_length=20, blank=True)
    refused_why = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(cadence__in=[value for value, _label in CADENCE_CHOICES]),
                name="releases_known_cadence",
            ),
            models.CheckConstraint(
                condition=models.Q(refused_term="") | ~models.Q(refused_why=""),
                name="releases_refused_renewal_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_cadence_display()}, {self.asked_at:%Y-%m-%d}"

    @property
    def is_running(self) -> bool:
        """Report whether it still drafts releases."""
        return self.ended_at is None


class Release(models.Model):
    """Store figures on their way to publication, and every decision about them.

    `statistic` is the statistic published for measures ("mean" or "median"), empty if the release
    has no measure. `method` is how its outcomes are protected. `agreements` are the references of
    the agreements that cover the data. `round` counts submissions; each review and each send-back
    belongs to one round. `counted`, `protected` and `released` point to files in the store, as
    `zone/digest`. `own` holds, by data owner (slug), the counts of that owner's own rows, which
    only that owner may read. `missing_groups` are codes
    of race and ethnicity for which the check counted no child. `framing` holds the author's answers
    to the policy's questions about the wording, by code of the rule. `caveats` are codes with
    facts: how well records could be matched, and that some children are excluded. `nations` are the
    tribal nations (slugs) that approved, by the day of the check, that their children may be in the
    figures. `attacked` are the ids of the earlier releases that the check audited together with
    this one, None if that was not recorded. `meets` lists the conflicts with earlier releases that
    stopped the last check; it is empty if none did. `merged` are groups to be counted as one in
    every year with no published groups.

    `audience` is the one organization that the release is for; None for the public. Only with an
    audience are there `audience_minimum`, the smallest group that the author chose to show, and
    `opened_at`, when a person of the audience first opened it.

    Releases with the same `renewal` are one series. `renewed_term` is the term or school year for
    which the renewal drafted it; empty for the first of the series. `missed_terms` are earlier ones
    that ended without a draft of their own.
    """

    title = models.CharField(_("title"), max_length=160)
    story = models.TextField(_("the story behind the curve"), blank=True)
    outcomes: models.JSONField[list[str], list[str]] = models.JSONField(_("outcomes"))
    statistic = models.CharField(
        _("statistic"), max_length=10, choices=STATISTIC_CHOICES, blank=True, default=""
    )
    method = models.CharField(
        _("method of protection"),
        max_length=10,
        choices=METHOD_CHOICES,
        default=ReleaseMethod.SUPPRESS.value,
    )
    tables: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField(_("tables"))
    years: models.JSONField[list[str], list[str]] = models.JSONField(_("school years"))
    merged: models.JSONField[list[MergedGroups], list[MergedGroups]] = models.JSONField(
        _("groups counted as one"), default=list, blank=True
    )
    purpose = models.CharField(
        max_length=30,
        choices=[(purpose.value, label) for purpose, label in _PURPOSE_LABELS.items()],
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="releases"
    )
    audience = models.ForeignKey(
        Organization,
        verbose_name=_("for"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="releases_for",
    )
    audience_minimum = models.PositiveIntegerField(_("smallest group"), null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="releases"
    )
    state = models.CharField(
        max_length=12, choices=RELEASE_STATE_CHOICES, default=ReleaseState.DRAFT.value
    )
    round = models.PositiveSmallIntegerField(default=0)
    pilot = models.BooleanField(_("of a pilot, on synthetic data"), default=False)
    created_at = models.DateTimeField()

    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    counted: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    own: models.JSONField[dict[str, OwnerCounts], dict[str, OwnerCounts]] = models.JSONField(
        default=dict, blank=True
    )
    protected = models.CharField(max_length=90, blank=True)
    certificate: models.JSONField[list[YearCertificate], list[YearCertificate]] = models.JSONField(
        default=list
    )
    minimum_cell = models.PositiveIntegerField(_("minimum cell"), null=True, blank=True)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    missing_groups: models.JSONField[list[str], list[str]] = models.JSONField(
        default=list, blank=True
    )
    framing: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        _("answers about the telling"), default=dict, blank=True
    )
    caveats: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    nations: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    attacked: models.JSONField[list[int] | None, list[int] | None] = models.JSONField(
        null=True, blank=True
    )
    meets: models.JSONField[list[StoredConflict], list[StoredConflict]] = models.JSONField(
        default=list, blank=True
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    submitted_at = models.DateTimeField(null=True, blank=True)
    returned_why = models.TextField(blank=True)
    reported_on = models.DateField(_("reported to the state"), null=True, blank=True)
    released = models.CharField(max_length=90, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    what_changed = models.TextField(_("what was wrong and is right now"), blank=True)
    renewal = models.ForeignKey(
        ReleaseRenewal, on_delete=models.PROTECT, null=True, blank=True, related_name="releases"
    )
    renewed_term = models.CharField(max_length=20, blank=True)
    missed_terms: models.JSONField[list[str], list[str]] = models.JSONField(
        default=list, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[value for value, _label in RELEASE_STATE_CHOICES]),
                name="releases_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReleaseState.PUBLISHED.value) | ~models.Q(released=""),
                name="releases_published_has_a_file",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReleaseState.WITHDRAWN.value)
                | ~models.Q(withdrawn_why=""),
                name="releases_withdrawn_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True) | ~models.Q(what_changed=""),
                name="releases_correction_says_what",
            ),
            models.CheckConstraint(
                condition=models.Q(audience__isnull=True, opened_at__isnull=True)
                | models.Q(audience__isnull=False, audience_minimum__isnull=False),
                name="releases_audience_has_a_minimum",
            ),
            models.UniqueConstraint(
                fields=["renewal", "renewed_term"],
                condition=models.Q(corrects__isnull=True) & ~models.Q(renewed_term=""),
                name="releases_one_draft_a_term",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def audience_detail(self) -> dict[str, str | int]:
        """Return what an audit line says of the readers; nothing for a public release."""
        return {"audience": self.audience.slug} if self.audience else {}

    @property
    def safe(self) -> bool | None:
        """Return whether the disclosure audit found the tables safe; None before a check."""
        return all(part["safe"] for part in self.certificate) if self.certificate else None

    @property
    def withheld(self) -> int:
        """Return the number of withheld cells in all tables."""
        return sum(part["withheld"] for part in self.certificate)

    @property
    def shown(self) -> int | None:
        """Return the number of shown cells in all tables; None before a check."""
        if not self.certificate:
            return None
        return sum(part["cells"] - part["withheld"] for part in self.certificate)

    def get_merged_groups(self, outcome: str) -> dict[str, Grouping]:
        """Return the merged groups of an outcome, by school year."""
        return {
            part["school_year"]: merged_groups.build_grouping(part.get("together", []))
            for part in self.certificate
            if part["outcome"] == outcome
        }

    @property
    def contributors(self) -> int | None:
        """Return how many districts audited the tables, each knowing its own children.

        None if the release was checked before districts were among the attackers.
        """
        district_counts = [part.get("contributors") for part in self.certificate]
        return (
            None
            if None in district_counts
            else max(
                (district_count for district_count in district_counts if district_count), default=0
            )
        )


class Review(models.Model):
    """Store one reviewer's verdict in one round; others see it once every verdict is in."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews"
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICT_CHOICES)
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("round", "at")
        constraints = (
            models.UniqueConstraint(
                fields=["release", "round", "reviewer"], name="releases_one_verdict_a_reviewer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.release}: {self.get_verdict_display()}"


class SendBack(models.Model):
    """Store the data-owner preview: tables sent to one owner, and the owner's answer.

    An owner may always decline (34 CFR 99.31(d)).
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="send_backs")
    round = models.PositiveSmallIntegerField()
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="send_backs"
    )
    sent_on = models.DateField(_("sent on"))
    due_on = models.DateField(_("answer by"))
    answer = models.CharField(_("answer"), max_length=10, choices=ANSWER_CHOICES, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("round", "organization__name")
        constraints = (
            models.UniqueConstraint(
                fields=["release", "round", "organization"], name="releases_one_send_back_an_owner"
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("sent_on")),
                name="releases_due_after_sent",
            ),
        )

    def __str__(self) -> str:
        return f"{self.release}: {self.organization}"


class WrongFigure(models.Model):
    """Store one figure that a data owner disputes in its answer to a send-back.

    `figure` is the figure's name (see `encode_figure_name`). The corrected number and the owner's
    evidence are sealed; the row keeps the seal's reference. They are sealed because the owner may
    write a number that is withheld elsewhere.
    """

    send_back = models.ForeignKey(SendBack, on_delete=models.PROTECT, related_name="wrong_figures")
    figure: models.JSONField[list[str], list[str]] = models.JSONField(_("figure"))
    said = models.CharField(max_length=64)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.send_back}: {' '.join(self.figure)}"


class NationWord(models.Model):
    """Store one tribal nation's decision on a release, by a named person, on a day.

    The newest decision counts. No row is ever changed.
    """

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="nation_words")
    nation = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=10, choices=NATION_ANSWER_CHOICES)
    condition = models.TextField(_("on this condition"), blank=True)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField(_("said"))

    class Meta:
        ordering = ("said_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(answer=NationAnswer.APPROVE.value) | models.Q(condition=""),
                name="releases_a_condition_is_of_an_approval",
            ),
        )

    def __str__(self) -> str:
        return f"{self.release}: {self.nation}"


class GiveBack(models.Model):
    """Store one report to a partner that its agreement promises for a delivery.

    `what` is the report as the agreement names it; `how` says how it went. Cairn itself delivers a
    report of published tables: then `given_by` is empty, and `figures` are the ids of the releases
    in it. `opened_at` and `opened_by` say when the first data steward opened it. Nothing else of a
    row is ever changed.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="give_backs")
    what = models.CharField(_("what was given back"), max_length=400)
    how = models.TextField(_("how it went"), blank=True)
    given_on = models.DateField(_("given on"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    figures: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-given_on", "-pk")

    def __str__(self) -> str:
        return f"{self.delivery}: {self.what}"
