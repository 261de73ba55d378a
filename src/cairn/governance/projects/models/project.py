"""Store a project, its versions, what they request, and every answer about them.

With a version belong its questions with every earlier wording, its conditions and its
authorization; with a pilot, the findings and requested changes that it taught.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.governance.projects.labels import ANSWERS, DECIDERS, LEVELS, PURPOSES, STATES
from cairn.policy.vocabulary import Level, ProjectState

__all__ = ["Project", "Version"]


class Project(models.Model):
    """A project with its question for the data.

    `flow` is the text of its workflow when the project was created, so that a later edit of the
    workflow does not move running projects.
    """

    reference = models.CharField(_("reference"), max_length=40, unique=True)
    lead = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        related_name="projects",
        verbose_name=_("requested by"),
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="projects"
    )
    flow = models.TextField(_("flow (TOML)"))
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by"
    )
    pilot = models.BooleanField(_("a pilot, on synthetic data"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "reference")

    def __str__(self) -> str:
        return self.reference

    @property
    def newest(self) -> "Version":
        """The version with the highest number; a project has at least one."""
        return self.versions.order_by("-number")[0]


class Version(models.Model):
    """One version of a project: what it requests, and its step in the workflow.

    `round` counts submissions: each answer and hearing belongs to one round, and returning the
    project voids those of earlier rounds. `nations_said` separates "none" from "not answered".
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(max_length=20, choices=STATES, default=ProjectState.IDEA.value)
    step = models.CharField(_("step"), max_length=40)
    round = models.PositiveSmallIntegerField(default=1)
    since = models.DateField(_("at this step since"))
    returned_why = models.TextField(blank=True)

    purpose = models.CharField(_("purpose"), max_length=30, choices=PURPOSES)
    level = models.CharField(
        _("level of data"), max_length=12, choices=LEVELS, default=Level.POPULATION.value
    )
    level_why = models.TextField(_("why this level"), blank=True)
    first_year = models.CharField(_("first school year"), max_length=7, blank=True)
    last_year = models.CharField(_("last school year"), max_length=7, blank=True)
    five: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    principles: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    harms = models.TextField(_("benefit and harm"), blank=True)
    providers = models.ManyToManyField(Organization, related_name="+", blank=True)
    nations = models.ManyToManyField(Organization, related_name="+", blank=True)
    nations_said = models.BooleanField(default=False)
    organizations = models.ManyToManyField(Organization, related_name="+", blank=True)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    outputs: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    file_names: models.JSONField[list[str], list[str]] = models.JSONField(
        _("files"), default=list, blank=True
    )
    answers: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    scores: models.JSONField[dict[str, dict[str, str]], dict[str, dict[str, str]]] = (
        models.JSONField(default=dict)
    )
    change_why = models.TextField(_("what changes, and why"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-project__created_at", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=["project", "number"], name="projects_one_version_a_number"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[value for value, _label in STATES]),
                name="projects_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=[value for value, _label in PURPOSES]),
                name="projects_known_purpose",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=[value for value, _label in LEVELS]),
                name="projects_known_level",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project.reference}: {self.title}"

    @property
    def pilot(self) -> bool:
        """Whether the project is a pilot."""
        return self.project.pilot


class AskedElement(models.Model):
    """One requested element (`record.field`), with the codes of the questions that it answers."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="elements")
    name = models.CharField(_("data element"), max_length=160)
    questions: models.JSONField[list[str], list[str]] = models.JSONField(default=list)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=["version", "name"], name="projects_element_once"),
        )

    def __str__(self) -> str:
        return self.name


class Word(models.Model):
    """One decider's answer at one step in one round. Never changed: a later answer replaces it."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="words")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(_("step"), max_length=40)
    decider = models.CharField(_("as"), max_length=12, choices=DECIDERS)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(_("answer"), max_length=10, choices=ANSWERS)
    why = models.TextField(_("why"), blank=True)
    left_out: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("round", "at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(answer__in=[value for value, _label in ANSWERS]),
                name="projects_known_answer",
            ),
            models.CheckConstraint(
                condition=models.Q(decider__in=[value for value, _label in DECIDERS]),
                name="projects_known_decider",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}: {self.get_answer_display()}"


class EquityStep(models.Model):
    """Who took part and what they changed: engagement at the start, reflection at the end."""

    KINDS = (("engagement", _("Engagement")), ("reflection", _("Reflection")))

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="equity_steps")
    kind = models.CharField(max_length=12, choices=KINDS)
    on: models.DateField[date, date] = models.DateField(_("on"))
    who = models.TextField(_("who took part"))
    what = models.TextField(_("what they said, and what changed"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=["engagement", "reflection"]),
                name="projects_known_equity_step",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project}: {self.get_kind_display()}"


class Question(models.Model):
    """One question of a version.

    `follows` names the question it came from, as `reference code`. A dropped question stays, with
    its day and reason.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(_("number"), max_length=8)
    text = models.TextField(_("question"))
    asked_by = models.CharField(_("who asks this question"), max_length=160)
    follows = models.CharField(_("follows from"), max_length=60, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    dropped_why = models.TextField(_("why it was dropped"), blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["version", "code"], name="projects_question_once"),
            models.CheckConstraint(
                condition=models.Q(dropped_on__isnull=True) | ~models.Q(dropped_why=""),
                name="projects_dropped_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class Wording(models.Model):
    """An earlier wording of a question, and why it changed."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="wordings")
    text = models.TextField()
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text


LESSON_KINDS = (("finding", _("Finding")), ("change", _("Change requested")))


class Lesson(models.Model):
    """One lesson of a pilot, and its resolution.

    It stays with the pilot, and the real project that is made from the pilot shows it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lessons")
    kind = models.CharField(_("kind"), max_length=8, choices=LESSON_KINDS)
    text = models.TextField(_("what was learned"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_how = models.TextField(_("resolution"), blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[value for value, _label in LESSON_KINDS]),
                name="projects_known_lesson",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_on__isnull=True) | ~models.Q(settled_how=""),
                name="projects_settled_says_how",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Condition(models.Model):
    """A condition that a body set before data may be used."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="conditions")
    round = models.PositiveSmallIntegerField()
    text = models.TextField(_("condition"))
    met_on = models.DateField(_("met on"), null=True, blank=True)
    met_how = models.TextField(_("how it was met"), blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(met_on__isnull=True) | ~models.Q(met_how=""),
                name="projects_met_says_how",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Authorization(models.Model):
    """Permission to use named elements for named questions, by named people, through a last day.

    It copies what was authorized, so that later changes to the version do not affect it.
    """

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="authorization")
    question_of: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(
        _("elements, each with its questions")
    )
    first_year = models.CharField(_("first school year"), max_length=7)
    last_year = models.CharField(_("last school year"), max_length=7)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="authorizations")
    organizations = models.ManyToManyField(Organization, related_name="authorizations")
    agreements: models.JSONField[list[str], list[str]] = models.JSONField()
    outputs: models.JSONField[list[str], list[str]] = models.JSONField()
    file_names: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("through"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_why = models.TextField(_("why it was revoked"), blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-granted_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")), name="projects_leave_has_an_end"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_on__isnull=True) | ~models.Q(revoked_why=""),
                name="projects_revoked_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}, {self.starts} to {self.ends}"
