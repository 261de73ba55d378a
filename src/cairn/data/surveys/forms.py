"""Forms of surveys: what its author writes, and what a respondent fills in."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.data.surveys import models
from cairn.data.surveys.actions import QuestionDetails, SurveyDetails
from cairn.governance.agreements.api import AgreementListing
from cairn.governance.partners.api import Organization
from cairn.policy.vocabulary import PartyRole, QuestionKind

_DATE_INPUT: Final = {"type": "date"}
_AREA: Final = {"rows": 3}
_TEXT_NAMES: Final = (
    *("title", "title_es", "notice", "notice_es"),
    *("consent_question", "consent_question_es"),
)
MAX_TEXT: Final = 2_000
"""The longest answer in a respondent's own words, in characters."""

_MAX_CHOICES: Final = 20
_CHOICE_KINDS: Final = (QuestionKind.ONE_CHOICE, QuestionKind.CHOICES)
_DEFAULT_LIMIT: Final = 500
_SECTION_LINES: Final = 18
"""How many lines of questions and choices one page holds: three screens of a phone."""

_OUTCOME_TOP: Final = 5
"""A question that counts toward a figure has a scale from 1 to 5."""


class SurveyDraftForm(forms.Form):
    """A survey without its questions."""

    organization = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        to_field_name="slug",
        label=_("Organization whose survey it is"),
        empty_label=None,
    )
    agreement = forms.ChoiceField(
        label=_("Agreement"),
        help_text=_("It must cover survey answers, or anonymous survey answers."),
    )
    route = forms.ChoiceField(
        label=_("Who answers"), choices=models.ROUTE_CHOICES, widget=forms.RadioSelect
    )
    title = forms.CharField(label=_("Title in English"), max_length=160)
    title_es = forms.CharField(label=_("Title in Spanish"), max_length=160)
    notice = forms.CharField(
        label=_("What the survey is for, in English"),
        max_length=2_000,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_(
            "Families read it first. If a question is about a protected area, name the area here."
        ),
    )
    notice_es = forms.CharField(
        label=_("What the survey is for, in Spanish"),
        max_length=2_000,
        widget=forms.Textarea(attrs=_AREA),
    )
    consent_question = forms.CharField(
        label=_("Consent question in English"),
        max_length=300,
        initial="Do you agree to take part in this survey?",
        help_text=_("A no ends the survey, and only the number of refusals is kept."),
    )
    consent_question_es = forms.CharField(
        label=_("Consent question in Spanish"),
        max_length=300,
        initial="¿Acepta participar en esta encuesta?",
    )
    opens_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DATE_INPUT))
    closes_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=_DATE_INPUT))
    answer_limit = forms.IntegerField(
        label=_("Largest number of answers"),
        min_value=1,
        max_value=100_000,
        initial=_DEFAULT_LIMIT,
        help_text=_(
            "An anonymous link stops here, so that a stranger cannot send answers without end. "
            "A survey by roster takes an answer for each student."
        ),
    )

    def __init__(
        self,
        *args: Any,
        organizations: Iterable[Organization],
        agreements: Iterable[AgreementListing],
        survey: models.Survey | None = None,
        **kwargs: Any,
    ) -> None:
        if survey is not None:
            kwargs["initial"] = {
                **{name: getattr(survey, name) for name in _TEXT_NAMES},
                "agreement": survey.agreement_reference,
                "route": survey.route,
                "opens_on": survey.opens_on,
                "closes_on": survey.closes_on,
                "answer_limit": survey.answer_limit,
            }
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        slugs = [organization.pk for organization in organizations]
        fields["organization"].queryset = Organization.objects.filter(pk__in=slugs)
        if survey is not None:
            del self.fields["organization"]
        listings = [entry for entry in agreements if not entry.terms.parts]
        fields["agreement"].choices = [(entry.row.reference, str(entry.row)) for entry in listings]
        self._organization = survey.organization if survey is not None else None
        self._providers = {
            entry.row.reference: entry.terms.list_organizations(PartyRole.PROVIDER)
            for entry in listings
        }

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and an agreement under which others provide the data."""
        data = super().clean() or {}
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day is before the first day."))
        organization = self._organization or data.get("organization")
        agreement = data.get("agreement")
        if organization and agreement and organization.slug not in self._providers[agreement]:
            self.add_error("agreement", _("The organization provides no data under it."))
        return data

    def build_details(self) -> SurveyDetails:
        """Build what the author states."""
        data = self.cleaned_data
        return SurveyDetails(
            agreement_reference=data["agreement"],
            texts={name: data[name].strip() for name in _TEXT_NAMES},
            route=data["route"],
            opens_on=data["opens_on"],
            closes_on=data["closes_on"],
            answer_limit=data["answer_limit"],
        )


class SurveyQuestionForm(forms.Form):
    """One question of a survey."""

    kind = forms.ChoiceField(label=_("Kind of answer"), choices=models.KIND_CHOICES)
    wording = forms.CharField(label=_("Question in English"), max_length=300)
    wording_es = forms.CharField(label=_("Question in Spanish"), max_length=300)
    choices = forms.CharField(
        label=_("Choices in English"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("One per line, for one choice or several choices."),
    )
    choices_es = forms.CharField(
        label=_("Choices in Spanish"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("In the same order."),
    )
    scale_top = forms.IntegerField(
        label=_("Highest number of the scale"), min_value=2, max_value=10, initial=5
    )
    is_required = forms.BooleanField(label=_("An answer is required"), required=False)
    topic = forms.ChoiceField(
        label=_("Protected area that it asks about"),
        required=False,
        choices=[("", _("None")), *models.TOPIC_CHOICES],
        help_text=_(
            "The eight areas of the Protection of Pupil Rights Amendment, 20 USC 1232h(b)."
        ),
    )
    outcome = forms.ChoiceField(
        label=_("Figure toward which it counts"),
        required=False,
        help_text=_(
            "For a scale from 1 to 5. The answers can then be counted in a release, with small "
            "groups suppressed."
        ),
    )
    position = forms.IntegerField(label=_("Position"), min_value=1, max_value=200)

    def __init__(
        self,
        *args: Any,
        survey: models.Survey,
        outcomes: Mapping[str, str],
        question: models.SurveyQuestion | None = None,
        **kwargs: Any,
    ) -> None:
        self._survey, self._question = survey, question
        kwargs["initial"] = self._describe(question)
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["outcome"].choices = [("", _("None")), *outcomes.items()]
        if not survey.is_by_roster:
            del self.fields["outcome"]

    def _describe(self, question: models.SurveyQuestion | None) -> dict[str, Any]:
        if question is None:
            return {"position": self._survey.questions.count() + 1, "scale_top": _OUTCOME_TOP}
        names = ("kind", "wording", "wording_es", "scale_top", "is_required", "topic", "outcome")
        described = {name: getattr(question, name) for name in (*names, "position")}
        for name, language in (("choices", "en"), ("choices_es", "es")):
            described[name] = "\n".join(question.list_labels(language))
        return described

    def clean(self) -> dict[str, Any]:
        """Refuse choices that do not fit the kind of answer, and a figure without its scale."""
        data = super().clean() or {}
        english, spanish = (_split_lines(data.get(name)) for name in ("choices", "choices_es"))
        if data.get("kind") in _CHOICE_KINDS:
            self._check_choices(english, spanish)
            data["pairs"] = [list(pair) for pair in zip(english, spanish, strict=False)]
        else:
            data["pairs"] = []
        if data.get("outcome"):
            self._check_outcome(data)
        return data

    def _check_choices(self, english: list[str], spanish: list[str]) -> None:
        if not 1 < len(english) <= _MAX_CHOICES or len(set(english)) < len(english):
            self.add_error("choices", _("Write 2 to 20 different choices, one per line."))
        if len(spanish) != len(english):
            self.add_error("choices_es", _("Write one line for each choice in English."))

    def _check_outcome(self, data: Mapping[str, Any]) -> None:
        others = self._survey.questions.exclude(pk=self._question.pk if self._question else 0)
        is_counted = others.filter(outcome=data["outcome"]).exists()
        if data.get("kind") != QuestionKind.SCALE or data.get("scale_top") != _OUTCOME_TOP:
            self.add_error("outcome", _("A figure needs a scale from 1 to 5."))
        elif is_counted:
            self.add_error("outcome", _("Another question counts toward this figure."))

    def build_details(self) -> QuestionDetails:
        """Build the question as its author wrote it."""
        data = self.cleaned_data
        return QuestionDetails(
            position=data["position"],
            kind=data["kind"],
            wording=data["wording"].strip(),
            wording_es=data["wording_es"].strip(),
            choices=data["pairs"],
            scale_top=data["scale_top"],
            is_required=data["is_required"],
            topic=data["topic"],
            outcome=data.get("outcome", ""),
        )


def _split_lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class SurveyConsentForm(forms.Form):
    """The consent question, before any other."""

    consent = forms.ChoiceField(
        choices=[("yes", _("Yes, I agree")), ("no", _("No"))], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, question: str) -> None:
        super().__init__(*args)
        self.fields["consent"].label = question


class AnswerForm(forms.Form):
    """The questions of a survey in one language; fields are named `question-1`, by their ID.

    A long survey is shown section by section. What was answered before stays in the page, in hidden
    fields, and is stored when all of it is sent.
    """

    response = forms.RegexField(regex="^[0-9a-f]{32}$", widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Iterable[models.SurveyQuestion],
        language: str,
        response_id: str,
    ) -> None:
        super().__init__(data, initial={"response": response_id})
        self._questions = list(questions)
        for question in self._questions:
            field = _build_field(question, language)
            field.label, field.required = _word_label(question, language), question.is_required
            self.fields[f"question-{question.pk}"] = field

        self.sections = _split_sections(self._questions) or [[]]
        self.shown = 0

    def read_shown_section(self) -> int:
        """Read which section the respondent sent; the last one if the page does not say."""
        sent, last = str(self.data.get("section", "")), len(self.sections) - 1
        is_number = sent.isdecimal() and len(sent) <= len(str(last))
        return min(int(sent), last) if is_number else last

    def show_section(self, section: int) -> None:
        """Show one section, with none of the mistakes of others."""
        self.shown = max(0, min(section, len(self.sections) - 1))
        for section_names in (*self.sections[: self.shown], *self.sections[self.shown + 1 :]):
            for name in section_names:
                self.errors.pop(name, None)

    def find_mistaken_section(self, through: int) -> int | None:
        """Find the first section, of those up to `through`, that has a mistake."""
        for number, names in enumerate(self.sections[: through + 1]):
            if any(name in self.errors for name in names):
                return number
        return None

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields of the section that is shown."""
        return [self[name] for name in self.sections[self.shown]]

    @property
    def carried_fields(self) -> list[forms.BoundField]:
        """The fields of other sections, which keep their answers out of sight."""
        return [self[name] for name in self.fields if name not in self.sections[self.shown]]

    @property
    def is_last_section(self) -> bool:
        """Whether the last section is shown."""
        return self.shown == len(self.sections) - 1

    def collect_answers(self) -> models.Answers:
        """Collect what was answered; questions without an answer are left out."""
        answers: models.Answers = {}
        for question in self._questions:
            given = self.cleaned_data[f"question-{question.pk}"]
            if given in (None, "", []):
                continue
            answers[str(question.pk)] = _store_answer(QuestionKind(question.kind), given)
        return answers


def _split_sections(questions: Iterable[models.SurveyQuestion]) -> list[list[str]]:
    """Split questions, in their order, into sections that each fit one page of a phone."""
    sections: list[list[str]] = []
    room = 0
    for question in questions:
        lines = _count_lines(question)
        if lines > room:
            sections.append([])
            room = _SECTION_LINES
        sections[-1].append(f"question-{question.pk}")
        room -= lines
    return sections


def _count_lines(question: models.SurveyQuestion) -> int:
    if question.kind in _CHOICE_KINDS:
        return 2 + len(question.choices)
    return {QuestionKind.SCALE.value: 2 + question.scale_top, QuestionKind.TEXT.value: 4}.get(
        question.kind, 3
    )


def _word_label(question: models.SurveyQuestion, language: str) -> str:
    """Word the label of a question; a group of choices says that it is optional, as fields do."""
    wording = question.get_wording(language)
    is_group = question.kind in (*_CHOICE_KINDS, QuestionKind.SCALE)
    return wording if question.is_required or not is_group else f"{wording} {gettext('(optional)')}"


def _build_field(question: models.SurveyQuestion, language: str) -> forms.Field:
    numbered = [(str(i), label) for i, label in enumerate(question.list_labels(language))]
    scale = [(str(i), str(i)) for i in range(1, question.scale_top + 1)]
    match QuestionKind(question.kind):
        case QuestionKind.TEXT:
            return forms.CharField(
                max_length=MAX_TEXT,
                widget=forms.Textarea(attrs=_AREA),
                help_text=_("Please do not write names or addresses."),
            )
        case QuestionKind.ONE_CHOICE:
            return forms.ChoiceField(choices=numbered, widget=forms.RadioSelect)
        case QuestionKind.CHOICES:
            return forms.MultipleChoiceField(choices=numbered, widget=forms.CheckboxSelectMultiple)
        case QuestionKind.SCALE:
            return forms.ChoiceField(
                choices=scale,
                widget=forms.RadioSelect,
                help_text=_("1 is the lowest and %(top)s the highest.")
                % {"top": question.scale_top},
            )
        case QuestionKind.NUMBER:
            return forms.DecimalField(max_digits=12, decimal_places=3)
        case QuestionKind.DATE:
            return forms.DateField(widget=forms.DateInput(attrs=_DATE_INPUT))


def _store_answer(kind: QuestionKind, given: Any) -> Any:
    if kind is QuestionKind.ONE_CHOICE:
        return [int(given)]
    if kind is QuestionKind.CHOICES:
        return [int(position) for position in given]
    return given.isoformat() if isinstance(given, date) else str(given)
