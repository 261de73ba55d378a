"""Forms of those who ask."""

import re
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cairn.accounts.models import User
from cairn.partners.models import Organization
from cairn.projects import labels
from cairn.projects.forms.people import PeopleField, everybody
from cairn.projects.models import Question, Version
from cairn.projects.models.lesson import KINDS as LESSONS
from cairn.projects.written import Parties, Written
from cairn.rules.vocabulary import Level, OrganizationKind, Purpose

_YEAR: Final = re.compile(r"(\d{4})-(\d{2})")
_ROWS: Final = {"rows": 3}


def _text(label: Any, *, required: bool = False, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class ProposalForm(forms.Form):
    """Begins a project: a title, for whom, what for, and which way it goes."""

    title = forms.CharField(label=_("What do you want to find out?"), max_length=200)
    organization = forms.ModelChoiceField(
        label=_("For which organization?"),
        queryset=Organization.objects.none(),
        empty_label=None,
    )
    purpose = forms.ChoiceField(label=_("What is it for?"), choices=labels.PURPOSES)
    pilot = forms.BooleanField(
        label=_("A pilot: try the whole way with invented children first"),
        required=False,
        help_text=_(
            "The same rules, and only synthetic data. The real project can be made from it later."
        ),
    )
    flow = forms.ChoiceField(label=_("Which way does it go?"), widget=forms.RadioSelect)

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


class WordsForm(forms.Form):
    """The five key questions, the six principles, the level, benefit and harm. Nothing is required
    to save; the page says what is still missing."""

    title = forms.CharField(label=_("What do you want to find out?"), max_length=200)
    purpose = forms.ChoiceField(label=_("What is it for?"), choices=labels.PURPOSES)
    level = forms.ChoiceField(label=_("At which level are data needed?"), choices=labels.LEVELS)
    level_why = _text(_("Why this level, if it is not the usual one for this use"))
    harms = _text(_("In an evaluation: who could be harmed, who gains, what is done about it"))

    def __init__(self, data: Any = None, *, version: Version) -> None:
        initial = {name: getattr(version, name) for name in self.base_fields}
        initial |= {f"five_{key}": text for key, text in version.five.items()}
        initial |= {f"principle_{key}": text for key, text in version.principles.items()}
        super().__init__(data, initial=initial)
        for question, label in labels.FIVE.items():
            self.fields[f"five_{question.value}"] = _text(label)
        for principle, label in labels.PRINCIPLES.items():
            self.fields[f"principle_{principle.value}"] = _text(label)
        last = ("level", "level_why", "harms")
        self.order_fields([*(n for n in self.fields if n not in last), *last])

    def written(self) -> Written:
        """What was written, once the form is valid."""
        given = self.cleaned_data
        return Written(
            title=given["title"],
            purpose=Purpose(given["purpose"]),
            level=Level(given["level"]),
            level_why=given["level_why"],
            five={k.value: given[f"five_{k.value}"] for k in labels.FIVE},
            principles={p.value: given[f"principle_{p.value}"] for p in labels.PRINCIPLES},
            harms=given["harms"],
        )


class PartiesForm(forms.Form):
    """Whose data, whose members, who works with them, under which agreements, what comes of it."""

    providers = forms.ModelMultipleChoiceField(
        label=_("Whose data does it need?"),
        queryset=Organization.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them reviews the request, and may decline without a reason."),
    )
    nations = forms.ModelMultipleChoiceField(
        label=_("Which tribal nations' members does it concern?"),
        queryset=Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means that there is none; saving this page says so."),
    )
    organizations = forms.ModelMultipleChoiceField(
        label=_("Which organizations would work with the data?"),
        queryset=Organization.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    staff = PeopleField(
        label=_("Which people would work with them?"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agreements = forms.MultipleChoiceField(
        label=_("Under which agreements do the data come?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outputs = _text(_("What is to come out of it? One thing a line"))
    file_names = forms.CharField(
        label=_("In which files may data leave? One name a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Like absence_*.csv; * stands for any letters. None named: in any file."),
    )

    def __init__(
        self, data: Any = None, *, version: Version, agreements: list[tuple[str, str]]
    ) -> None:
        many = ("providers", "nations", "organizations", "staff")
        initial = {name: getattr(version, name).all() for name in many}
        initial |= {"agreements": version.agreements, "outputs": "\n".join(version.outputs)}
        initial |= {"file_names": "\n".join(version.file_names)}
        super().__init__(data, initial=initial)
        cast("PeopleField", self.fields["staff"]).queryset = everybody()
        cast("forms.MultipleChoiceField", self.fields["agreements"]).choices = agreements

    def parties(self) -> Parties:
        """What was chosen, once the form is valid."""
        given = self.cleaned_data
        return Parties(
            providers=list(given["providers"]),
            nations=list(given["nations"]),
            organizations=list(given["organizations"]),
            staff=list(given["staff"]),
            agreements=given["agreements"],
            outputs=_lines(given["outputs"]),
            file_names=_lines(given["file_names"]),
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class QuestionForm(forms.Form):
    """One question, and whose it is."""

    text = _text(_("The question"), required=True)
    asked_by = forms.CharField(
        label=_("Who asks it?"),
        max_length=160,
        help_text=_("A group of people: families, tutors, the district's principals."),
    )
    follows = forms.CharField(
        label=_("It follows from"),
        max_length=60,
        required=False,
        help_text=_("An earlier question, here or in another project: Q1, or P-2026-01 Q1."),
    )


class RewordForm(forms.Form):
    """Another wording, and why."""

    text = _text(_("The question"), required=True)
    why = _text(_("Why it is reworded"), required=True)

    def __init__(self, data: Any = None, *, question: Question) -> None:
        super().__init__(data, initial={"text": question.text})


class LessonForm(forms.Form):
    """One thing that a pilot taught."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=LESSONS, widget=forms.RadioSelect)
    text = _text(_("What was learned, or what should change"), required=True)


class SettleForm(forms.Form):
    """What became of something learned."""

    how = _text(_("What became of it"), required=True)


class WhyForm(forms.Form):
    """A reason, for a step that asks for one."""

    why = _text(_("Why"), required=True)


class ElementsForm(forms.Form):
    """The school years, and for each question the elements that it needs."""

    first_year = forms.CharField(
        label=_("From school year"), max_length=7, required=False, help_text=_("Like 2023-24.")
    )
    last_year = forms.CharField(label=_("Through school year"), max_length=7, required=False)

    def __init__(
        self, data: Any = None, *, version: Version, choices: list[tuple[str, str]]
    ) -> None:
        self._choices = choices
        self._questions = list(version.questions.filter(dropped_on__isnull=True))
        picked = list(version.elements.all())
        initial: dict[str, Any] = {
            "first_year": version.first_year,
            "last_year": version.last_year,
        }
        for q in self._questions:
            initial[f"for_{q.code}"] = [e.name for e in picked if q.code in e.questions]
        super().__init__(data, initial=initial)
        for q in self._questions:
            self.fields[f"for_{q.code}"] = forms.MultipleChoiceField(
                label=f"{q.code}: {q.text}",
                choices=choices,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean_first_year(self) -> str:
        return _school_year(self.cleaned_data["first_year"])

    def clean_last_year(self) -> str:
        return _school_year(self.cleaned_data["last_year"])

    def rows(self) -> list[tuple[str, bool, list[tuple[str, str, list[tuple[str, bool]]]]]]:
        """Record types with their elements, for the page: each with its words, and for each
        question (by its code) whether it is picked. A record type is open when something is."""
        found: dict[str, list[tuple[str, str, list[tuple[str, bool]]]]] = {}
        for name, words in self._choices:
            picks = [
                (q.code, name in (self[f"for_{q.code}"].value() or ())) for q in self._questions
            ]
            found.setdefault(name.partition(".")[0], []).append((name, words, picks))
        return [
            (record, any(picked for row in rows for _code, picked in row[2]), rows)
            for record, rows in found.items()
        ]

    def question_of(self) -> dict[str, list[str]]:
        """Each element that was picked with the codes of the questions it was picked for."""
        found: dict[str, list[str]] = {}
        for q in self._questions:
            for name in self.cleaned_data[f"for_{q.code}"]:
                found.setdefault(name, []).append(q.code)
        return found


def _school_year(text: str) -> str:
    """A school year, or nothing yet."""
    years = _YEAR.fullmatch(text)
    if text and (years is None or (int(years[1]) + 1) % 100 != int(years[2])):
        raise forms.ValidationError(_("Write the school year like 2026-27."))
    return text


class EquityForm(forms.Form):
    """Who took part, on which day, and what it changed."""

    on = forms.DateField(label=_("On"), widget=forms.DateInput(attrs={"type": "date"}))
    who_took_part = _text(_("Who took part?"), required=True)
    what_changed = _text(_("What did they say, and what changed because of it?"), required=True)
