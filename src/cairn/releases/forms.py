"""What people write on the pages of this room."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import Organization
from cairn.releases import labels
from cairn.releases.models import NATION_ANSWERS, STATISTICS
from cairn.rules.vocabulary import Answer, NationAnswer, Verdict
from cairn.warehouse.outcomes import catalogue

TABLES = (
    ("district,school", _("By district and school")),
    ("race_ethnicity,gender", _("By race and gender")),
    ("district,race_ethnicity", _("By district and race")),
    ("district,gender", _("By district and gender")),
)
VERDICTS = (
    (Verdict.APPROVE.value, _("Approve: the public may see this")),
    (Verdict.RETURN.value, _("Ask for changes: it goes back to its author")),
)
ANSWERS = (
    (Answer.CONFIRM.value, _("Confirm: our data may be published like this")),
    (Answer.CORRECT.value, _("Ask for a correction: something is wrong")),
    (Answer.DECLINE.value, _("Decline: our data may not be published")),
)
SHOWN_YEARS = 8
_SUMMER = 7


def school_years(on: date) -> list[tuple[str, str]]:
    """The school years up to the one a date lies in, newest first."""
    ends = on.year + (on.month >= _SUMMER)
    labels = [f"{year - 1}-{year % 100:02}" for year in range(ends, ends - SHOWN_YEARS, -1)]
    return [(label, label) for label in labels]


class Counted(forms.Form):
    """What a release counts: which outcomes, which tables, which years."""

    outcomes = forms.MultipleChoiceField(
        label=_("Outcomes: how many children reached them"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
    )
    measures = forms.MultipleChoiceField(
        label=_("Measures: what children have"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
        help_text=_(
            "Of a measure and a year one figure can be published, once: choose its tables well."
        ),
    )
    statistic = forms.ChoiceField(
        label=_("What is told of a measure"),
        widget=forms.RadioSelect,
        choices=STATISTICS,
        required=False,
        initial=STATISTICS[0][0],
        help_text=_(
            "A mean is rounded, the coarser the smaller a group is. A median is told where no "
            "single child could have changed it."
        ),
    )
    tables = forms.MultipleChoiceField(
        label=_("Tables"),
        widget=forms.CheckboxSelectMultiple,
        choices=TABLES,
        initial=["district,school", "race_ethnicity,gender"],
        help_text=_("The whole county is always shown. Each table more may withhold more."),
    )
    years = forms.MultipleChoiceField(
        label=_("School years"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
        help_text=_("None chosen means every year on record."),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, measured in (("outcomes", False), ("measures", True)):
            self.fields[field].choices = [  # type: ignore[attr-defined]
                (name, labels.spoken(definition.title))
                for name, definition in catalogue().items()
                if (definition.measure is not None) is measured
            ]
        self.fields["years"].choices = school_years(on)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Something must be counted or measured."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not (found["outcomes"] or found["measures"]):
            self.add_error("outcomes", _("Choose an outcome or a measure."))
        return found

    def counted(self) -> list[str]:
        """The chosen outcomes and measures."""
        return [*self.cleaned_data["outcomes"], *self.cleaned_data["measures"]]

    def dimensions(self) -> list[list[str]]:
        """The chosen tables as lists of their dimensions."""
        return [table.split(",") for table in self.cleaned_data["tables"]]


class Told(forms.Form):
    """What readers read beside the figures."""

    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("What readers will call it.")
    )
    story = forms.CharField(
        label=_("The story behind the curve"),
        widget=forms.Textarea,
        help_text=_("What happened, in plain words. A figure without its story is not published."),
    )


class NewRelease(Counted, Told):
    """A draft: what it counts, what it says, and on whose behalf."""

    pilot = forms.BooleanField(
        label=_("A pilot: count synthetic data, and no other"),
        required=False,
        help_text=_("The public never sees the figures of a pilot."),
    )
    organization = forms.ModelChoiceField(
        label=_("On behalf of"), queryset=Organization.objects.none()
    )
    field_order = (
        "title",
        "pilot",
        "outcomes",
        "measures",
        "statistic",
        "tables",
        "years",
        "organization",
        "story",
    )

    def __init__(self, *args: Any, organizations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [organization.pk for organization in organizations]
        field = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        field.initial = ids[0] if ids else None


class Words(Told):
    """What readers read beside the figures, and the author's answers about these words."""

    def __init__(
        self, *args: Any, questions: Mapping[str, str], answers: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, question in questions.items():
            self.fields[code] = forms.CharField(
                label=_("Why is that so?"),
                help_text=question,
                initial=answers.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 3}),
                required=False,
            )
        self.codes = tuple(questions)

    def answers(self) -> dict[str, str]:
        """What the author says, by the code of the rule that asks."""
        return {code: self.cleaned_data[code] for code in self.codes}


class AsOne(forms.Form):
    """Groups to be counted as one, and why."""

    values = forms.MultipleChoiceField(
        label=_("Groups"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        help_text=_("Two to five of them. A group that is merged already comes with all of them."),
    )
    why = forms.CharField(
        label=_("Why they may stand together, and whom of them you asked"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Reviewers, owners and tribal nations read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["values"].choices = [  # type: ignore[attr-defined]
            (code, labels.race(code)) for code in labels.NAMED_RACES
        ]


class VerdictForm(forms.Form):
    """A reviewer's verdict."""

    verdict = forms.ChoiceField(label=_("Your verdict"), choices=VERDICTS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea,
        required=False,
        help_text=_("Needed when you ask for changes: say what should change."),
    )

    def clean(self) -> dict[str, Any]:
        """Asking for changes without saying which helps nobody."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("verdict") == Verdict.RETURN and not found.get("comment", "").strip():
            self.add_error("comment", _("Say what should change."))
        return found


class AnswerForm(forms.Form):
    """A data owner's answer."""

    answer = forms.ChoiceField(label=_("Your answer"), choices=ANSWERS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("Anything we should know"),
        widget=forms.Textarea,
        required=False,
        help_text=_(
            "Needed for a correction that names no figure: say what is wrong. You may decline "
            "without a reason."
        ),
    )

    def __init__(self, *args: Any, named: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._named = named

    def clean(self) -> dict[str, Any]:
        """A correction must say what is wrong, or name a figure; declining needs no reason. A
        figure that is called wrong goes with a correction."""
        found: dict[str, Any] = super().clean() or {}
        given, said = found.get("answer"), found.get("comment", "").strip()
        if given == Answer.CORRECT and not said and not self._named:
            self.add_error("comment", _("Name a wrong figure above, or say here what is wrong."))
        if given == Answer.CONFIRM and self._named:
            self.add_error("answer", _("You named a wrong figure. Take it back first."))
        return found


class WrongFigureForm(forms.Form):
    """Which figure is wrong, and what it should be."""

    figure = forms.ChoiceField(label=_("Which figure"), choices=())
    reached = forms.IntegerField(
        label=_("Reached: it should be"),
        min_value=0,
        required=False,
        help_text=_("How many children of the group reached the outcome."),
    )
    amount = forms.DecimalField(
        label=_("What children have: it should be"),
        required=False,
        help_text=_("The mean or median of the group, where that is what is told of it."),
    )
    children = forms.IntegerField(
        label=_("Children: it should be"),
        min_value=0,
        required=False,
        help_text=_("How many children the group has."),
    )
    why = forms.CharField(
        label=_("How you know"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
        help_text=_("Which of your records say so. Please name no child."),
    )

    def __init__(
        self,
        *args: Any,
        figures: Mapping[str, Sequence[tuple[str, str]]],
        without: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """``without``: the numbers that no figure has."""
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = list(figures.items())  # type: ignore[attr-defined]
        for name in without:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """One of the numbers at least; nobody can reach an outcome who is not there."""
        found: dict[str, Any] = super().clean() or {}
        reached, children = found.get("reached"), found.get("children")
        said = (reached, children, found.get("amount"))
        if said == (None, None, None) and not self.errors:
            first = "reached" if "reached" in self.fields else "amount"
            self.add_error(first, _("Say what one of the two numbers should be."))
        if reached is not None and children is not None and reached > children:
            self.add_error("reached", _("More children cannot reach it than the group has."))
        return found


class NationForm(forms.Form):
    """What a tribal nation says of figures that would count its children."""

    nation: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Nation"), queryset=Organization.objects.none(), empty_label=None
    )
    answer = forms.ChoiceField(
        label=_("What the nation says"), choices=NATION_ANSWERS, widget=forms.RadioSelect
    )
    condition = forms.CharField(
        label=_("On this condition"),
        widget=forms.Textarea,
        required=False,
        max_length=1000,
        help_text=_(
            "What has to be done before anything is published. It stays unpublished until the "
            "nation approves again without a condition."
        ),
    )

    def __init__(self, *args: Any, nations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Organization]", self.fields["nation"])
        field.queryset = Organization.objects.filter(pk__in=[one.pk for one in nations])

    def clean(self) -> dict[str, Any]:
        """A condition is of an approval."""
        found: dict[str, Any] = super().clean() or {}
        declines = found.get("answer") == NationAnswer.DECLINE
        if declines and found.get("condition", "").strip():
            self.add_error("condition", _("A condition goes with an approval. Take one back."))
        return found


class ReportForm(forms.Form):
    """On which day a release was reported to a state."""

    day = forms.DateField(label=_("Reported on"), widget=forms.DateInput(attrs={"type": "date"}))


class Reason(forms.Form):
    """Why something is taken back; the public reads it after a withdrawal."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=1000)


class Correction(forms.Form):
    """What was wrong; the public reads it beside the corrected figures."""

    what_changed = forms.CharField(
        label=_("What was wrong, and what is right now"), widget=forms.Textarea, max_length=1000
    )
