"""Rows about surveys: their questions, their links, and the answers until they are imported.

Answers and students are encrypted. Once the answers are a data submission, or were discarded,
nothing of them is kept here but their number.
"""

from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cairn.data.intake.api import Delivery
from cairn.governance.partners.api import Organization
from cairn.policy.vocabulary import ProtectedTopic, QuestionKind, SurveyRoute, SurveyStatus

__all__ = ["Survey", "SurveyStateConflict"]

SPANISH: Final = "es"
_FEED_LENGTH: Final = 45

KEEP_DAYS: Final = 14
"""How many days answers wait after the survey's last day; then they are destroyed."""

STATUS_CHOICES = (
    (SurveyStatus.DRAFT.value, _("Draft")),
    (SurveyStatus.OPEN.value, _("Open")),
    (SurveyStatus.CLOSED.value, _("Closed")),
)
ROUTE_CHOICES = (
    (SurveyRoute.ANONYMOUS.value, _("Anonymous: one link for all, and no student")),
    (
        SurveyRoute.ROSTER.value,
        _("By roster: a personal link for each student, under whom the answer is stored"),
    ),
)
KIND_CHOICES = (
    (QuestionKind.ONE_CHOICE.value, _("One choice")),
    (QuestionKind.CHOICES.value, _("Several choices")),
    (QuestionKind.SCALE.value, _("Scale from 1")),
    (QuestionKind.NUMBER.value, _("Number")),
    (QuestionKind.DATE.value, _("Date")),
    (QuestionKind.TEXT.value, _("Text in their own words")),
)
TOPIC_CHOICES = (
    (ProtectedTopic.POLITICS.value, _("Political affiliations or beliefs")),
    (ProtectedTopic.MENTAL_HEALTH.value, _("Mental or psychological problems")),
    (ProtectedTopic.SEX.value, _("Sex behavior or attitudes")),
    (
        ProtectedTopic.ILLEGAL_BEHAVIOR.value,
        _("Illegal, anti-social, self-incriminating or demeaning behavior"),
    ),
    (ProtectedTopic.FAMILY_APPRAISAL.value, _("Critical appraisals of close family")),
    (
        ProtectedTopic.PRIVILEGED_RELATIONSHIP.value,
        _("Relationships with lawyers, physicians or ministers"),
    ),
    (ProtectedTopic.RELIGION.value, _("Religious practices, affiliations or beliefs")),
    (ProtectedTopic.INCOME.value, _("Income")),
)


class SurveyStateConflict(Exception):
    """The survey's state does not allow the action; the message says what to do instead."""


class Survey(models.Model):
    """One survey of an organization, under the agreement that covers its answers.

    `key_seed` makes the key of the anonymous link together with the key of this installation, so
    that the database alone opens no link.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    agreement_reference = models.CharField(_("agreement"), max_length=80)
    title = models.CharField(_("title"), max_length=160)
    title_es = models.CharField(_("title in Spanish"), max_length=160)
    notice = models.TextField(_("what the survey is for"), max_length=2_000)
    notice_es = models.TextField(_("what the survey is for, in Spanish"), max_length=2_000)
    consent_question = models.CharField(_("consent question"), max_length=300)
    consent_question_es = models.CharField(_("consent question in Spanish"), max_length=300)
    route = models.CharField(max_length=10, choices=ROUTE_CHOICES)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    answer_limit = models.PositiveIntegerField(_("largest number of answers"))
    status = models.CharField(
        max_length=10, choices=STATUS_CHOICES, default=SurveyStatus.DRAFT.value
    )
    key_seed = models.CharField(max_length=32)
    key_digest = models.CharField(max_length=64, unique=True)
    refusals = models.PositiveIntegerField(default=0)
    imported_answers = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-written_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=[value for value, _label in STATUS_CHOICES]),
                name="surveys_known_status",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def feed(self) -> str:
        """The name of its data set; each survey has one of its own."""
        return f"{slugify(self.title)[:_FEED_LENGTH] or 'survey'}-{self.pk}"

    @property
    def is_draft(self) -> bool:
        """Whether it can be changed."""
        return self.status == SurveyStatus.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it was opened and not closed."""
        return self.status == SurveyStatus.OPEN

    @property
    def is_by_roster(self) -> bool:
        """Whether each student has a link."""
        return self.route == SurveyRoute.ROSTER

    @property
    def is_waiting(self) -> bool:
        """Whether it is closed, and its answers were neither imported nor discarded."""
        is_decided = self.delivery_id is not None or self.discarded_at is not None
        return self.status == SurveyStatus.CLOSED and not is_decided

    @property
    def destroy_on(self) -> date:
        """The day on which answers that were not imported are destroyed."""
        return self.closes_on + timedelta(days=KEEP_DAYS)

    def get_text(self, name: str, language: str) -> str:
        """Return one of its texts in a language, such as the title."""
        return str(getattr(self, f"{name}_es" if language == SPANISH else name))


class SurveyQuestion(models.Model):
    """One question. `choices` holds pairs of English and Spanish; the answer is kept in English.

    `outcome` names the figure toward which the answers count; empty if they count toward none.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind of answer"), max_length=20, choices=KIND_CHOICES)
    wording = models.CharField(_("question"), max_length=300)
    wording_es = models.CharField(_("question in Spanish"), max_length=300)
    choices: models.JSONField[list[list[str]], list[list[str]]] = models.JSONField(default=list)
    scale_top = models.PositiveSmallIntegerField(default=5)
    is_required = models.BooleanField(_("required"), default=False)
    topic = models.CharField(_("protected area"), max_length=30, choices=TOPIC_CHOICES, blank=True)
    outcome = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("survey", "position", "pk")

    def __str__(self) -> str:
        return self.wording

    @property
    def name(self) -> str:
        """The question ID in the imported answers; that of its figure, if it has one."""
        return self.outcome or f"Q{self.position}"

    @property
    def is_translated(self) -> bool:
        """Whether the wording and each choice are in both languages."""
        return bool(self.wording and self.wording_es) and all(map(all, self.choices))

    def get_wording(self, language: str) -> str:
        """Return the question in a language."""
        return self.wording_es if language == SPANISH else self.wording

    def list_labels(self, language: str) -> list[str]:
        """List the choices in a language."""
        return [pair[language == SPANISH] for pair in self.choices]


class SurveyLink(models.Model):
    """The personal link of one student. The key is kept as a hash, the student ID encrypted."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="links")
    key_seed = models.CharField(max_length=32)
    key_digest = models.CharField(max_length=64, unique=True)
    student_key = models.CharField(max_length=64)
    sealed_student = models.BinaryField(null=True)
    sendings = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["survey", "student_key"], name="surveys_one_link_a_student"
            ),
        )

    def __str__(self) -> str:
        return f"{self.survey}, link {self.pk}"


class SurveyResponse(models.Model):
    """The answers of one respondent, encrypted, until they are imported or discarded."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="responses")
    link = models.OneToOneField(
        SurveyLink, on_delete=models.CASCADE, null=True, blank=True, related_name="response"
    )
    response_id = models.CharField(max_length=32)
    language = models.CharField(max_length=5)
    sent_at = models.DateTimeField()
    sealed_answers = models.BinaryField()

    class Meta:
        ordering = ("survey", "response_id")
        constraints = (
            models.UniqueConstraint(
                fields=["survey", "response_id"], name="surveys_one_row_a_response"
            ),
        )

    def __str__(self) -> str:
        return f"{self.survey}, response {self.pk}"


Answers = dict[str, Any]
"""ID of the question → text, number as text, ISO date, or the positions of the chosen choices."""
