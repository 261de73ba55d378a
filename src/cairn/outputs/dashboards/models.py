"""Define the rows of targets, contributing factors and questions. Figures are in the store."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from cairn.outputs.releases import api as releases_api
from cairn.warehouse.exporters import build_group_key


class Target(models.Model):
    """Store a target of one outcome: the share to reach, from a published baseline.

    `outcome` is the id of the outcome. `group` is the value by dimension of the children that the
    target is for, such as one district; empty for all children. Shares are percentages of them.
    `baseline` is the share that `release` published for `baseline_year` when the target was set;
    where it published a range, `baseline` to `baseline_high`. `edition` counts
    changes, so that a cached chart of an earlier edition is never shown for a newer one. The audit
    log holds what was changed.
    """

    outcome = models.CharField(_("outcome"), max_length=60)
    group: models.JSONField[Mapping[str, str], Mapping[str, str]] = models.JSONField(
        _("children"), default=dict, blank=True
    )
    baseline_year = models.CharField(_("begins with the figure of"), max_length=9)
    baseline = models.DecimalField(_("share then, percent"), max_digits=4, decimal_places=1)
    baseline_high = models.DecimalField(
        _("highest share then, percent"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    release = models.ForeignKey(
        releases_api.Release, on_delete=models.PROTECT, related_name="targets"
    )
    target_year = models.CharField(_("to be reached in"), max_length=9)
    percent = models.DecimalField(_("share to be reached, percent"), max_digits=4, decimal_places=1)
    agreed_by = models.CharField(_("who agreed"), max_length=200)
    agreed_on = models.DateField(_("agreed on"))
    context = models.TextField(_("what is to be done"))
    edition = models.PositiveSmallIntegerField(default=1)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="targets"
    )
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_why = models.TextField(_("why it ended"), blank=True)

    class Meta:
        ordering = ("outcome", "target_year", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=100),
                name="dashboards_target_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | ~models.Q(ended_why=""),
                name="dashboards_ended_target_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}: {self.percent}% in {self.target_year}"

    @property
    def title(self) -> str:
        """Return the title of the outcome; its id if the outcome is no longer defined."""
        definitions = releases_api.load_indicator_catalogue()
        if self.outcome not in definitions:
            return self.outcome
        return releases_api.localize_text(definitions[self.outcome].title)

    @property
    def key(self) -> releases_api.FigureKey:
        """Return the key of the children that the target is for."""
        return build_group_key(self.group)

    @property
    def group_label(self) -> str:
        """Return the children that the target is for, in words; empty for all children."""
        return releases_api.describe_group(self.key)

    @property
    def baseline_range(self) -> str:
        """Return the baseline in percent, without the sign: "63.4", or both ends of a range."""
        ends = (self.baseline, self.baseline_high)
        return "\N{EN DASH}".join(
            number_format(end.normalize() if end % 1 else int(end))
            for end in ends
            if end is not None
        )


class ContributingFactor(models.Model):
    """Store that the committee names one indicator as a contributing factor of another.

    A factor that was removed stays in the audit log.
    """

    outcome = models.CharField(_("outcome"), max_length=60)
    factor = models.CharField(_("contributing factor"), max_length=60)
    reason = models.TextField(_("why it contributes"))
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    named_at = models.DateTimeField()

    class Meta:
        ordering = ("outcome", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("outcome", "factor"), name="dashboards_factor_named_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome=models.F("factor")),
                name="dashboards_factor_of_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.factor}: {self.outcome}"


class QuestionState(models.TextChoices):
    """How far the data committee is with a question about a figure."""

    OPEN = "open", _("Waiting for an answer")
    PLANNED = "planned", _("Planned")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")


class FigureQuestion(models.Model):
    """Store a question about a figure that is not public.

    `outcome` is the ID of the outcome, empty for another one; `query` is the part of the address
    that names the table. `sealed_contact` has the name and the email of the person who asked,
    encrypted, until the final answer. `change` says what changed because of the question. `token`
    is that of the form, so that a question sent twice is kept once.
    """

    token = models.CharField(max_length=64, unique=True)
    outcome = models.CharField(max_length=60, blank=True)
    query = models.CharField(max_length=1200, blank=True)
    wish = models.TextField()
    sealed_contact = models.BinaryField(null=True)
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=QuestionState.choices, default=QuestionState.OPEN
    )
    answer = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    change = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-pk")

    def __str__(self) -> str:
        return f"Question {self.pk}"


class SavedView(models.Model):
    """Store the address of a dashboard with its filters, which one user saved and named."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name of the view"), max_length=80)
    address = models.CharField(max_length=600)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("user", "name"), name="dashboards_view_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class FigureSubscription(models.Model):
    """Store that a user gets an email, at most once a week, about what was published.

    `key` is in the link that ends it. `named_until` is the time until which releases were named.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    key = models.CharField(max_length=60, unique=True)
    named_until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)


class ExpectedFigure(models.Model):
    """Store the day on which the next figure of an outcome is promised.

    It is met once a release of the outcome is published after `set_at`.
    """

    outcome = models.CharField(_("outcome"), max_length=60, unique=True)
    due_on = models.DateField(_("expected on"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ("due_on", "outcome")

    def __str__(self) -> str:
        return f"{self.outcome}: {self.due_on}"
