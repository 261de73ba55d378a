"""Define the forms in which a requester proposes a project."""

import re
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.governance.projects import labels
from cairn.governance.projects.action_inputs import ProjectDescription, ProjectParties
from cairn.governance.projects.forms.choices import PeopleField, list_active_users
from cairn.governance.projects.models.project import LESSON_KINDS, Question, Version
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Level, OrganizationKind, Purpose

_SCHOOL_YEAR: Final = re.compile(r"(\d{4})-(\d{2})")


def _build_text_field(label: Any, *, required: bool = False, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class ProposalForm(forms.Form):
    """Start a project: title, organization, purpose and workflow."""

    title = forms.CharField(label=_("What do you want to find out?"), max_length=200)
    organization = forms.ModelChoiceField(
        label=_("Requesting organization"),
        queryset=Organization.objects.none(),
        empty_label=None,
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=labels.PURPOSES)
    pilot = forms.BooleanField(
        label=_("Pilot: test the whole process with synthetic data first"),
        required=False,
        help_text=_(
            "A pilot follows the same rules and uses only synthetic data. You can create the "
            "project "
            "from it later."
        ),
    )
    flow = forms.ChoiceField(label=_("Review process"), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        organizations: QuerySet[Organization],
        flows: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations
        cast("forms.ChoiceField", self.fields["flow"]).choices = flows
        self.fields["flow"].initial = flows[0][0] if flows else ""


class ProjectDescriptionForm(forms.Form):
    """Key questions, principles, level, benefit and harm.

    Every field can be saved empty; the page lists the missing answers.
    """

    title = forms.CharField(label=_("What do you want to find out?"), max_length=200)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=labels.PURPOSES)
    level = forms.ChoiceField(label=_("Level of data"), choices=labels.LEVELS)
    level_why = _build_text_field(_("Reason for this level, if it is not usual for this use"))
    harms = _build_text_field(
        _("For an evaluation: who benefits, who could be harmed, and how you will prevent harm")
    )

    def __init__(self, data: Any = None, *, version: Version) -> None:
        initial = {name: getattr(version, name) for name in self.base_fields}
        initial |= {f"five_{key}": field_text for key, field_text in version.five.items()}
        initial |= {
            f"principle_{key}": field_text for key, field_text in version.principles.items()
        }
        super().__init__(data, initial=initial)
        for question, label in labels.KEY_QUESTION_LABELS.items():
            self.fields[f"five_{question.value}"] = _build_text_field(label)
        for principle, label in labels.PRINCIPLE_LABELS.items():
            self.fields[f"principle_{principle.value}"] = _build_text_field(label)
        last_fields = ("level", "level_why", "harms")
        self.order_fields(
            [
                *(field_name for field_name in self.fields if field_name not in last_fields),
                *last_fields,
            ]
        )

    def get_description(self) -> ProjectDescription:
        """Return the description once the form is valid."""
        cleaned = self.cleaned_data
        return ProjectDescription(
            title=cleaned["title"],
            purpose=Purpose(cleaned["purpose"]),
            level=Level(cleaned["level"]),
            level_why=cleaned["level_why"],
            five={
                key_question.value: cleaned[f"five_{key_question.value}"]
                for key_question in labels.KEY_QUESTION_LABELS
            },
            principles={
                principle.value: cleaned[f"principle_{principle.value}"]
                for principle in labels.PRINCIPLE_LABELS
            },
            harms=cleaned["harms"],
        )


class PartiesForm(forms.Form):
    """Data owners, nations, recipients, people, agreements, outputs and file names."""

    providers = forms.ModelMultipleChoiceField(
        label=_("Data owners"),
        queryset=Organization.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each data owner reviews the request and may decline without giving a reason."),
    )
    nations = forms.ModelMultipleChoiceField(
        label=_("Tribal nations whose members the data include"),
        queryset=Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "If you choose none, saving this page confirms that no Tribal nation is concerned."
        ),
    )
    organizations = forms.ModelMultipleChoiceField(
        label=_("Recipients (organizations that will use the data)"),
        queryset=Organization.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    staff = PeopleField(
        label=_("Authorized users (people who will use the data)"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agreements = forms.MultipleChoiceField(
        label=_("Agreements"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outputs = _build_text_field(_("Planned outputs (one per line)"))
    file_names = forms.CharField(
        label=_("Names of files that may be exported (one per line)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Example: absence_*.csv, where * means any characters. Leave empty to allow any "
            "file name."
        ),
    )

    def __init__(
        self, data: Any = None, *, version: Version, agreements: list[tuple[str, str]]
    ) -> None:
        relations = ("providers", "nations", "organizations", "staff")
        initial = {name: getattr(version, name).all() for name in relations}
        initial |= {"agreements": version.agreements, "outputs": "\n".join(version.outputs)}
        initial |= {"file_names": "\n".join(version.file_names)}
        super().__init__(data, initial=initial)
        cast("PeopleField", self.fields["staff"]).queryset = list_active_users()
        cast("forms.MultipleChoiceField", self.fields["agreements"]).choices = agreements

    def get_parties(self) -> ProjectParties:
        """Return the parties once the form is valid."""
        cleaned = self.cleaned_data
        return ProjectParties(
            providers=list(cleaned["providers"]),
            nations=list(cleaned["nations"]),
            organizations=list(cleaned["organizations"]),
            staff=list(cleaned["staff"]),
            agreements=cleaned["agreements"],
            outputs=_split_lines(cleaned["outputs"]),
            file_names=_split_lines(cleaned["file_names"]),
        )


def _split_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class QuestionForm(forms.Form):
    """A question, and the group of people who ask it."""

    text = _build_text_field(_("Question"), required=True)
    asked_by = forms.CharField(
        label=_("Who asks this question?"),
        max_length=160,
        help_text=_("A group of people, such as families, tutors or principals."),
    )
    follows = forms.CharField(
        label=_("Follow-up to"),
        max_length=60,
        required=False,
        help_text=_("An earlier question in this or another project, such as Q1 or P-2026-01 Q1."),
    )


class RewordQuestionForm(forms.Form):
    """A new wording, and its reason."""

    text = _build_text_field(_("Question"), required=True)
    why = _build_text_field(_("Reason for the change"), required=True)

    def __init__(self, data: Any = None, *, question: Question) -> None:
        super().__init__(data, initial={"text": question.text})


class LessonForm(forms.Form):
    """One lesson of a pilot."""

    kind = forms.ChoiceField(label=_("Type"), choices=LESSON_KINDS, widget=forms.RadioSelect)
    text = _build_text_field(_("What you learned, or what should change"), required=True)


class ResolveLessonForm(forms.Form):
    """How a lesson was resolved."""

    how = _build_text_field(_("Resolution"), required=True)


class ReasonForm(forms.Form):
    """A reason, for a step that requires one."""

    why = _build_text_field(_("Reason"), required=True)


class ElementsForm(forms.Form):
    """The school years, and for each question the elements that it needs."""

    first_year = forms.CharField(
        label=_("First school year"), max_length=7, required=False, help_text=_("Example: 2023-24")
    )
    last_year = forms.CharField(label=_("Last school year"), max_length=7, required=False)

    def __init__(
        self, data: Any = None, *, version: Version, choices: list[tuple[str, str]]
    ) -> None:
        self._choices = choices
        self._questions = list(version.questions.filter(dropped_on__isnull=True))
        selected = list(version.elements.all())
        initial: dict[str, Any] = {
            "first_year": version.first_year,
            "last_year": version.last_year,
        }
        for question in self._questions:
            initial[f"for_{question.code}"] = [
                element.name for element in selected if question.code in element.questions
            ]
        super().__init__(data, initial=initial)
        for question in self._questions:
            self.fields[f"for_{question.code}"] = forms.MultipleChoiceField(
                label=f"{question.code}: {question.text}",
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_first_year(self) -> str:
        """Require a school year, or an empty field."""
        return _validate_school_year(self.cleaned_data["first_year"])

    def clean_last_year(self) -> str:
        """Require a school year, or an empty field."""
        return _validate_school_year(self.cleaned_data["last_year"])

    def rows(self) -> list[tuple[str, bool, list[tuple[str, str, list[tuple[str, bool]]]]]]:
        """Return record types with their elements, for the page.

        Each element has its words, and for each question (by its code) whether it is selected. A
        record type is open if one of its elements is selected.
        """
        rows_by_record: dict[str, list[tuple[str, str, list[tuple[str, bool]]]]] = {}
        for name, description in self._choices:
            selections = [
                (question.code, name in (self[f"for_{question.code}"].value() or ()))
                for question in self._questions
            ]
            rows_by_record.setdefault(name.partition(".")[0], []).append(
                (name, description, selections)
            )
        return [
            (record, any(is_selected for row in rows for _code, is_selected in row[2]), rows)
            for record, rows in rows_by_record.items()
        ]

    def question_of(self) -> dict[str, list[str]]:
        """Return each selected element with the codes of the questions that it was selected for."""
        codes_by_element: dict[str, list[str]] = {}
        for question in self._questions:
            for name in self.cleaned_data[f"for_{question.code}"]:
                codes_by_element.setdefault(name, []).append(question.code)
        return codes_by_element


def _validate_school_year(text: str) -> str:
    """Return a school year or an empty text. Raises `ValidationError` for other text."""
    years = _SCHOOL_YEAR.fullmatch(text)
    if text and (years is None or (int(years[1]) + 1) % 100 != int(years[2])):
        raise forms.ValidationError(_("Enter the school year as 2026-27."))
    return text


class EquityStepForm(forms.Form):
    """Who took part, on which day, and what it changed."""

    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    who_took_part = _build_text_field(_("Who took part?"), required=True)
    what_changed = _build_text_field(
        _("What did they say, and what changed as a result?"), required=True
    )
