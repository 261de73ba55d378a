"""Rows of what leaves: pointers, verdicts and dates. The figures are in the storehouse."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.partners.models import Organization
from cairn.releases import groups
from cairn.releases.extract_rows import Extract, ExtractReview, TextReading
from cairn.releases.give_back_rows import GiveBack
from cairn.releases.groups import Together
from cairn.releases.kept import Certificate, CountedAsOne, Met, Own
from cairn.rules.vocabulary import Answer, NationAnswer, Purpose, ReleaseState, Verdict

__all__ = [
    "NATION_ANSWERS",
    "Extract",
    "ExtractReview",
    "GiveBack",
    "NationWord",
    "Release",
    "Review",
    "SendBack",
    "TextReading",
    "WrongFigure",
]

_STATES = {
    ReleaseState.DRAFT: _("Draft"),
    ReleaseState.CHECKED: _("Checked"),
    ReleaseState.IN_REVIEW: _("In review"),
    ReleaseState.RETURNED: _("Returned to its author"),
    ReleaseState.SENT_BACK: _("With the data owners"),
    ReleaseState.APPROVED: _("Approved"),
    ReleaseState.PUBLISHED: _("Published"),
    ReleaseState.CORRECTED: _("Corrected"),
    ReleaseState.WITHDRAWN: _("Withdrawn"),
}
_PURPOSES = {
    Purpose.PUBLIC_REPORTING: _("Public reporting"),
    Purpose.PROGRAM_EVALUATION: _("Program evaluation"),
    Purpose.RESEARCH: _("Research"),
    Purpose.IMPROVE_INSTRUCTION: _("Improving instruction"),
    Purpose.SERVICE_COORDINATION: _("Coordinating services"),
}
_VERDICTS = {Verdict.APPROVE: _("Approved"), Verdict.RETURN: _("Asked for changes")}
_ANSWERS = {
    Answer.CONFIRM: _("Confirmed"),
    Answer.CORRECT: _("Asked for a correction"),
    Answer.DECLINE: _("Declined"),
}
_NATIONS = {
    NationAnswer.APPROVE: _("Our children may be counted"),
    NationAnswer.DECLINE: _("Leave our children out"),
}
_STATISTICS = {Statistic.MEAN: _("Mean"), Statistic.MEDIAN: _("Median")}
STATISTICS = tuple((statistic.value, label) for statistic, label in _STATISTICS.items())
STATES = tuple((state.value, label) for state, label in _STATES.items())
VERDICTS = tuple((verdict.value, label) for verdict, label in _VERDICTS.items())
ANSWERS = tuple((answer.value, label) for answer, label in _ANSWERS.items())
NATION_ANSWERS = tuple((answer.value, label) for answer, label in _NATIONS.items())


class Release(models.Model):
    """Figures on their way to the public, and everything that was decided about them.

    `statistic` is what is told of the measures among its outcomes, empty where there are none.
    `agreements` are the references in the lineage of the counts. `round` counts submissions: a
    review or a send-back belongs to one. `counted`, `protected` and `released` point into the
    storehouse as `zone/digest`; `own` is, by owner (slug), what its own rows come to, for its eyes
    alone. `missing_groups` are codes of race and ethnicity of which the check
    found nobody, `framing` the author's answers to what policy asks of the words, by the code of
    the rule. `caveats` say, as codes with their facts, how far children could be told apart and
    that some are left out; `nations` are the tribal nations (slugs) whose children may be in the
    figures, because they approved on the day of the check. `attacked` are the earlier releases
    (ids) that its check attacked with it, None where that was not written down; `meets` is what
    stopped the last one, empty where nothing did. `merged` are groups that are to be counted as
    one, in the years of which none are out already.
    """

    title = models.CharField(_("title"), max_length=160)
    story = models.TextField(_("the story behind the curve"), blank=True)
    outcomes: models.JSONField[list[str], list[str]] = models.JSONField(_("outcomes"))
    statistic = models.CharField(
        _("statistic"), max_length=10, choices=STATISTICS, blank=True, default=""
    )
    tables: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField(_("tables"))
    years: models.JSONField[list[str], list[str]] = models.JSONField(_("school years"))
    merged: models.JSONField[list[CountedAsOne], list[CountedAsOne]] = models.JSONField(
        _("groups counted as one"), default=list, blank=True
    )
    purpose = models.CharField(
        max_length=30, choices=[(purpose.value, label) for purpose, label in _PURPOSES.items()]
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="releases"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="releases"
    )
    state = models.CharField(max_length=12, choices=STATES, default=ReleaseState.DRAFT.value)
    round = models.PositiveSmallIntegerField(default=0)
    pilot = models.BooleanField(_("of a pilot, on synthetic data"), default=False)
    created_at = models.DateTimeField()

    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    counted: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    own: models.JSONField[dict[str, Own], dict[str, Own]] = models.JSONField(
        default=dict, blank=True
    )
    protected = models.CharField(max_length=90, blank=True)
    certificate: models.JSONField[list[Certificate], list[Certificate]] = models.JSONField(
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
    meets: models.JSONField[list[Met], list[Met]] = models.JSONField(default=list, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    submitted_at = models.DateTimeField(null=True, blank=True)
    returned_why = models.TextField(blank=True)
    reported_on = models.DateField(_("reported to the state"), null=True, blank=True)
    released = models.CharField(max_length=90, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    what_changed = models.TextField(_("what was wrong and is right now"), blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[value for value, _label in STATES]),
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
        )

    def __str__(self) -> str:
        return self.title

    @property
    def safe(self) -> bool | None:
        """What the attacker's audit found; None before there was one."""
        return all(part["safe"] for part in self.certificate) if self.certificate else None

    @property
    def withheld(self) -> int:
        """How many cells of all its tables are withheld."""
        return sum(part["withheld"] for part in self.certificate)

    @property
    def shown(self) -> int | None:
        """How many numbers of all its tables are shown; None before there is a check."""
        if not self.certificate:
            return None
        return sum(part["cells"] - part["withheld"] for part in self.certificate)

    def together(self, outcome: str) -> dict[str, Together]:
        """By school year, the groups that an outcome counts as one."""
        return {
            part["school_year"]: groups.asked_for(part.get("together", []))
            for part in self.certificate
            if part["outcome"] == outcome
        }

    @property
    def contributors(self) -> int | None:
        """How many districts, each of which knows its own children, tried to work out others; None
        where it was checked before any did."""
        found = [part.get("contributors") for part in self.certificate]
        return None if None in found else max((n for n in found if n), default=0)


class Review(models.Model):
    """One reviewer's verdict in one round. Other reviewers see it once every verdict is in."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews"
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=VERDICTS)
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
    """The same table, sent to one owner of data in it, with a clock (34 CFR 99.31(d): an owner
    may always decline)."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="send_backs")
    round = models.PositiveSmallIntegerField()
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="send_backs"
    )
    sent_on = models.DateField(_("sent on"))
    due_on = models.DateField(_("answer by"))
    answer = models.CharField(_("answer"), max_length=10, choices=ANSWERS, blank=True)
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
    """One figure that an owner calls wrong, while it answers a send-back.

    `figure` names it (`figures.Named`); what it should be, and how the owner knows, lies sealed
    under `said` (`disclosures.sealing`): the owner may write a number that is withheld elsewhere.
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
    """What one tribal nation said of one release, by a named person, on a day. The last one counts;
    none is changed."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="nation_words")
    nation = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=10, choices=NATION_ANSWERS)
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
