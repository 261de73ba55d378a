"""Define the forms of releases and of reports to partners."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, cast

from django import forms
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.outputs.releases import labels
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.facts import build_audience_fact
from cairn.outputs.releases.models import (
    CADENCE_CHOICES,
    METHOD_CHOICES,
    NATION_ANSWER_CHOICES,
    STATISTIC_CHOICES,
    Release,
)
from cairn.outputs.releases.queries.offered_tables import list_offered_dimensions
from cairn.policy.checks import (
    LEAST_PARTNER_MINIMUM,
    list_audience_obstacles,
    list_publication_obstacles,
)
from cairn.policy.facts import ReleaseAudience
from cairn.policy.vocabulary import Audience, NationAnswer, OwnerAnswer, Purpose, ReviewVerdict
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.measures import get_breakdown, get_member_name

__all__ = ["WithdrawalForm"]

TABLE_CHOICES = (
    ("district,school", _("By district and school")),
    ("race_ethnicity,gender", _("By race and gender")),
    ("district,race_ethnicity", _("By district and race")),
    ("district,gender", _("By district and gender")),
)

REVIEWER_VERDICT_CHOICES = (
    (ReviewVerdict.APPROVE.value, _("Approve for publication")),
    (ReviewVerdict.RETURN.value, _("Request changes (returns the release to its author)")),
)

OWNER_ANSWER_CHOICES = (
    (OwnerAnswer.CONFIRM.value, _("Confirm: our data may be published as shown")),
    (OwnerAnswer.CORRECT.value, _("Request a correction")),
    (OwnerAnswer.DECLINE.value, _("Decline: our data may not be published")),
)

MOST_PROGRAMS = 12
"""How many programs the tables of one release may name.

Each program about doubles the groups of children that the disclosure check distinguishes. Twelve
beside 12 ZIP codes take 6 seconds for each outcome and year of 4,000 children
(`benchmarks/program_bands.py`).
"""

YEARS_OFFERED = 8
_FIRST_MONTH_OF_SCHOOL_YEAR = 7


def list_school_year_choices(on: date) -> list[tuple[str, str]]:
    """List the school years up to the one that contains a date, newest first."""
    last_year = on.year + (on.month >= _FIRST_MONTH_OF_SCHOOL_YEAR)
    labels = [
        f"{year - 1}-{year % 100:02}" for year in range(last_year, last_year - YEARS_OFFERED, -1)
    ]
    return [(label, label) for label in labels]


_UNITS_BY_FIELD: Final = {"outcomes": "percent", "measures": "mean", "counts": "count"}
"""The fields of the form that choose indicators, each of one unit."""


def _list_table_choices(
    dimensions: Iterable[str], kept_tables: Iterable[Sequence[str]]
) -> list[tuple[str, str]]:
    """List the tables to choose from: the usual ones, one for each dimension, and kept ones."""
    codes = (*dimensions, *(",".join(table) for table in kept_tables if table))
    choices = {code: str(label) for code, label in TABLE_CHOICES}
    for code in codes:
        choices.setdefault(code, capfirst(labels.label_table(code)))
    return list(choices.items())


class ReleaseTablesForm(forms.Form):
    """Choose what a release counts: outcomes, tables and years."""

    also_folded: tuple[str, ...] = ("measures", "counts", "statistic", "cohort_on")
    """Most releases need none, and the page must fit a phone (`field_folds`)."""

    outcomes = forms.MultipleChoiceField(
        label=_("Outcomes in percent"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
    )
    measures = forms.MultipleChoiceField(
        label=_("Means and medians"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
        help_text=_(
            "You can publish one statistic, one time, for each measure and year. Choose its "
            "tables carefully."
        ),
    )
    counts = forms.MultipleChoiceField(
        label=_("Numbers of children"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
        help_text=_(
            "Exact numbers; those of small groups are suppressed. Figures about almost the same "
            "children cannot be published for the same year."
        ),
    )
    statistic = forms.ChoiceField(
        label=_("Statistic for measures"),
        widget=forms.RadioSelect,
        choices=STATISTIC_CHOICES,
        required=False,
        initial=STATISTIC_CHOICES[0][0],
        help_text=_(
            "A mean is rounded; smaller groups are rounded more. A median is shown only if no "
            "single child's value could change it."
        ),
    )
    method = forms.ChoiceField(
        label=_("How outcomes are protected"),
        widget=forms.RadioSelect,
        choices=METHOD_CHOICES,
        initial=ReleaseMethod.BANDS.value,
    )
    tables = forms.MultipleChoiceField(
        label=_("Tables"),
        widget=forms.CheckboxSelectMultiple,
        choices=TABLE_CHOICES,
        initial=["district,school", "race_ethnicity,gender"],
        help_text=_(
            "County totals are always included. More disaggregation may cause more suppression."
        ),
    )
    years = forms.MultipleChoiceField(
        label=_("School years"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
        help_text=_("If you choose none, all years on record are included."),
    )

    cohort_on = forms.DateField(
        label=_("Fixed cohort"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_(
            "Only for one partner: the students who were enrolled in the program on this day. They "
            "count in every year and renewal; who joined later counts among all others. If empty, "
            "the students of each year count."
        ),
    )

    def __init__(
        self,
        *args: Any,
        on: date,
        purpose: Purpose = Purpose.PUBLIC_REPORTING,
        kept_tables: Sequence[Sequence[str]] = (),
        release: Release | None = None,
        **kwargs: Any,
    ) -> None:
        """Build the form; it offers breakdowns with data, and the tables that a release has."""
        super().__init__(*args, **kwargs)
        self.on, self.release = on, release
        publishable = load_indicator_catalogue().list_publishable()
        for field_name, unit in _UNITS_BY_FIELD.items():
            self.fields[field_name].choices = [  # type: ignore[attr-defined]
                (name, labels.localize_text(definition.title))
                for name, definition in publishable.items()
                if definition.unit == unit
            ]
        allowed = {name for definition in publishable.values() for name in definition.breakdowns}
        offered = [
            dim for dim in list_offered_dimensions(purpose) if get_breakdown(dim).id in allowed
        ]
        self.fields["tables"].choices = _list_table_choices(  # type: ignore[attr-defined]
            offered, kept_tables
        )
        if release is not None and release.audience is None:
            del self.fields["cohort_on"]
        choices = dict(list_school_year_choices(on))
        # A renewed release counts a half year by its name; to edit the tables keeps it.
        choices |= {year: year for year in (release.years if release else ())}
        self.fields["years"].choices = list(choices.items())  # type: ignore[attr-defined]

    def clean_cohort_on(self) -> date | None:
        """Require a day that has come, beside its field; the policy requires it, too."""
        day: date | None = self.cleaned_data["cohort_on"]
        if day and day > self.on:
            message = _(
                "The day of the cohort, %(day)s, has not come yet. Choose today or an earlier day."
            )
            raise forms.ValidationError(message % {"day": date_format(day)})
        return day

    def clean(self) -> dict[str, Any]:
        """Require at least one outcome, measure or count."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.list_outcomes():
            self.add_error("outcomes", _("Choose an outcome, a measure or a count."))
        if not self.errors:
            self._limit_programs()
        if not self.errors:
            self._require_program_of_cohort()
        if not self.errors:
            self._show_publication_obstacles()
        return cleaned

    def _limit_programs(self) -> None:
        named = {dim for table in self.list_table_dimensions() for dim in table}
        if sum(bool(get_member_name(dim)) for dim in named) > MOST_PROGRAMS:
            self.add_error(
                "tables",
                _(
                    "Choose at most %(most)s programs. The disclosure check tests all of them "
                    "together, which takes long. Use another release for the others."
                )
                % {"most": MOST_PROGRAMS},
            )

    def _require_program_of_cohort(self) -> None:
        named = (dim for table in self.list_table_dimensions() for dim in table)
        if self.cleaned_data.get("cohort_on") and not any(map(get_member_name, named)):
            self.add_error("cohort_on", _("Choose the table of a program, or leave the day empty."))

    def _build_audience_fact(self) -> ReleaseAudience | None:
        """Build the fact of the partner that the release is for; None for the public."""
        if self.release is None:
            return None
        return build_audience_fact(
            self.release.audience,
            self.release.audience_minimum,
            self.cleaned_data["method"],
            self.list_outcomes(),
            self.cleaned_data.get("cohort_on"),
        )

    def _show_publication_obstacles(self) -> None:
        """Show what policy has against these indicators in these tables."""
        audience = self._build_audience_fact()
        for reason in list_audience_obstacles(audience, self.on) if audience else ():
            self.add_error(None, f"{reason.message_for(Audience.STEWARD)} {reason.next_step}")
        catalogue = load_indicator_catalogue()
        dimensions = [name for table in self.list_table_dimensions() for name in table]
        indicators = [catalogue.build_fact(name) for name in self.list_outcomes()]
        for reason in list_publication_obstacles(indicators, dimensions):
            self.add_error("tables", f"{reason.message} {reason.next_step}")

    def list_outcomes(self) -> list[str]:
        """Return the chosen outcomes, measures and counts."""
        return [name for field in _UNITS_BY_FIELD for name in self.cleaned_data[field]]

    def list_table_dimensions(self) -> list[list[str]]:
        """Return the dimensions of each chosen table."""
        return [table.split(",") for table in self.cleaned_data["tables"]]


class ReleaseTextForm(forms.Form):
    """Write what readers see beside the figures."""

    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("The title that readers will see.")
    )
    story = forms.CharField(
        label=_("The story behind the numbers"),
        widget=forms.Textarea,
        help_text=_(
            "Explain in plain language what is behind the numbers. Required for publication."
        ),
    )


class NewReleaseForm(ReleaseTablesForm, ReleaseTextForm):
    """Draft a release: what it counts, its text, and the organization that publishes it."""

    also_folded = (*ReleaseTablesForm.also_folded, "audience_minimum", "renew")

    pilot = forms.BooleanField(
        label=_("Pilot: use synthetic data only"),
        required=False,
        help_text=_("Pilot figures are never public."),
    )
    organization = forms.ModelChoiceField(
        label=_("Publishing organization"), queryset=Organization.objects.none()
    )
    audience = forms.ModelChoiceField(
        label=_("Who may read it"),
        queryset=Organization.objects.order_by("name"),
        required=False,
        empty_label=_("Everyone: published for the public"),
        help_text=_(
            "Choose an organization to show the figures to that partner only. It must be a party "
            "to an agreement for these data."
        ),
    )
    audience_minimum = forms.IntegerField(
        label=_("Smallest group shown"),
        required=False,
        initial=LEAST_PARTNER_MINIMUM,
        help_text=_(
            "For one partner: at least 10 children. The strictest agreement may require more."
        ),
    )
    renew = forms.ChoiceField(
        label=_("Renew"),
        choices=(("", _("Never")), *CADENCE_CHOICES),
        required=False,
        help_text=_(
            "Cairn drafts the next release when the term or school year has ended. People review "
            "and publish it."
        ),
    )
    field_order = (
        "title",
        "pilot",
        "audience",
        "audience_minimum",
        "outcomes",
        "counts",
        "measures",
        "statistic",
        "method",
        "tables",
        "years",
        "cohort_on",
        "renew",
        "organization",
        "story",
    )

    def __init__(self, *args: Any, organizations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [organization.pk for organization in organizations]
        field = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        field.initial = ids[0] if ids else None

    def _build_audience_fact(self) -> ReleaseAudience | None:
        return build_audience_fact(
            self.cleaned_data["audience"],
            self.cleaned_data["audience_minimum"],
            self.cleaned_data["method"],
            self.list_outcomes(),
            self.cleaned_data["cohort_on"],
        )

    def clean(self) -> dict[str, Any]:
        """Require a partner for a fixed cohort: a public release counts those of each year."""
        cleaned = super().clean()
        if cleaned.get("cohort_on") and not cleaned.get("audience"):
            self.add_error(
                "cohort_on", _("Choose the partner who may read it, or leave the day empty.")
            )
        return cleaned


class ReleaseWordsForm(ReleaseTextForm):
    """Change the text beside the figures, and answer the policy's questions about it."""

    def __init__(
        self, *args: Any, questions: Mapping[str, str], answers: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for code, question in questions.items():
            self.fields[code] = forms.CharField(
                label=_("Explain"),
                help_text=question,
                initial=answers.get(code, ""),
                widget=forms.Textarea(attrs={"rows": 3}),
                required=False,
            )
        self.codes = tuple(questions)

    def get_answers(self) -> dict[str, str]:
        """Return the author's answers, by code of the rule that asks."""
        return {code: self.cleaned_data[code] for code in self.codes}


class MergeGroupsForm(forms.Form):
    """Choose groups to merge, and say why."""

    values = forms.MultipleChoiceField(
        label=_("Groups"),
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        help_text=_(
            "Choose 2 to 5 groups. If you choose a combined group, all of its groups are included."
        ),
    )
    why = forms.CharField(
        label=_("Reason, and the people from these groups you consulted"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("Reviewers, data owners and Tribal nations will see this."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["values"].choices = [  # type: ignore[attr-defined]
            (code, labels.label_race(code)) for code in labels.NAMED_RACE_CODES
        ]


class ReleaseVerdictForm(forms.Form):
    """Give a reviewer's verdict on a release."""

    verdict = forms.ChoiceField(
        label=_("Your decision"), choices=REVIEWER_VERDICT_CHOICES, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea,
        required=False,
        help_text=_("Required if you request changes. Say what should change."),
    )

    def clean(self) -> dict[str, Any]:
        """Require a comment with a request for changes."""
        cleaned: dict[str, Any] = super().clean() or {}
        if (
            cleaned.get("verdict") == ReviewVerdict.RETURN
            and not cleaned.get("comment", "").strip()
        ):
            self.add_error("comment", _("Say what should change."))
        return cleaned


class OwnerAnswerForm(forms.Form):
    """Give a data owner's answer."""

    answer = forms.ChoiceField(
        label=_("Your answer"), choices=OWNER_ANSWER_CHOICES, widget=forms.RadioSelect
    )
    comment = forms.CharField(
        label=_("Comments"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Required if you request a correction and reported no wrong figure."),
    )

    def __init__(self, *args: Any, disputed_count: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._named = disputed_count

    def clean(self) -> dict[str, Any]:
        """Check that the answer fits the comment and the disputed figures.

        A correction needs a comment or a disputed figure, a confirmation may have no disputed
        figure, and a refusal needs no reason.
        """
        cleaned: dict[str, Any] = super().clean() or {}
        answer, comment = cleaned.get("answer"), cleaned.get("comment", "").strip()
        if answer == OwnerAnswer.CORRECT and not comment and not self._named:
            self.add_error("comment", _("Report a wrong figure above, or say here what is wrong."))
        if answer == OwnerAnswer.CONFIRM and self._named:
            self.add_error(
                "answer", _("You reported a wrong figure. Remove that report before you confirm.")
            )
        return cleaned


class DisputedFigureForm(forms.Form):
    """Name a figure that is wrong, and what it should be."""

    figure = forms.ChoiceField(label=_("Figure"), choices=(), widget=forms.HiddenInput)
    reached = forms.IntegerField(
        label=_("Correct number"),
        min_value=0,
        required=False,
        help_text=_("Number of children in the group with the outcome."),
    )
    amount = forms.DecimalField(
        label=_("Correct value"),
        required=False,
        help_text=_("Mean or median of the group, if the table shows one."),
    )
    children = forms.IntegerField(
        label=_("Correct total"),
        min_value=0,
        required=False,
        help_text=_("Total number of children in the group."),
    )
    why = forms.CharField(
        label=_("Evidence"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
        help_text=_("Say which of your records show this. Do not name a child."),
    )

    def __init__(
        self,
        *args: Any,
        figures: Sequence[tuple[str, str]],
        absent_fields: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """Build the form; `absent_fields` names the fields for numbers that no figure has."""
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = list(figures)  # type: ignore[attr-defined]
        for name in absent_fields:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Require at least one number. No more children can reach an outcome than the group has."""
        cleaned: dict[str, Any] = super().clean() or {}
        reached, children = cleaned.get("reached"), cleaned.get("children")
        numbers = (reached, children, cleaned.get("amount"))
        if numbers == (None, None, None) and not self.errors:
            first_field = next(
                name for name in ("reached", "amount", "children") if name in self.fields
            )
            self.add_error(first_field, _("Enter at least one correct number."))
        if reached is not None and children is not None and reached > children:
            self.add_error(
                "reached",
                _("This number cannot be larger than the total number of children in the group."),
            )
        return cleaned


class NationDecisionForm(forms.Form):
    """Record a tribal nation's decision about figures that would count its children."""

    nation: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Tribal nation"), queryset=Organization.objects.none(), empty_label=None
    )
    answer = forms.ChoiceField(
        label=_("Decision"), choices=NATION_ANSWER_CHOICES, widget=forms.RadioSelect
    )
    condition = forms.CharField(
        label=_("Condition"),
        widget=forms.Textarea,
        required=False,
        max_length=1000,
        help_text=_(
            "Say what must happen before publication. The release stays unpublished until the "
            "Tribal nation approves it without a condition."
        ),
    )

    def __init__(self, *args: Any, nations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Organization]", self.fields["nation"])
        field.queryset = Organization.objects.filter(pk__in=[nation.pk for nation in nations])

    def clean(self) -> dict[str, Any]:
        """Reject a condition with a refusal: only an approval can have one."""
        cleaned: dict[str, Any] = super().clean() or {}
        declines = cleaned.get("answer") == NationAnswer.DECLINE
        if declines and cleaned.get("condition", "").strip():
            self.add_error(
                "condition",
                _(
                    "Only an approval can have a condition. Remove the condition or "
                    "choose approval."
                ),
            )
        return cleaned


class StateReportForm(forms.Form):
    """Enter the day on which a release was reported to a state."""

    day = forms.DateField(label=_("Reported on"), widget=forms.DateInput(attrs={"type": "date"}))


class WithdrawalForm(forms.Form):
    """Give the reason for a withdrawal; the public reads it."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=1000)


class ReleaseCorrectionForm(forms.Form):
    """Say what was wrong; the public reads it beside the corrected figures."""

    what_changed = forms.CharField(
        label=_("What was wrong and what changed"), widget=forms.Textarea, max_length=1000
    )


class RenewalForm(forms.Form):
    """Choose how often a release renews itself."""

    cadence = forms.ChoiceField(
        label=_("Renew"),
        widget=forms.RadioSelect,
        choices=CADENCE_CHOICES,
        help_text=_("Terms end on December 31 and June 30. A school year ends on June 30."),
    )


class PartnerReportForm(forms.Form):
    """Say which promised report was given, and how it went."""

    what = forms.ChoiceField(label=_("Report provided"), choices=(), widget=forms.RadioSelect)
    how = forms.CharField(
        label=_("Notes"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
        help_text=_("Say who discussed the report and what they said. Do not name a child."),
    )

    def __init__(self, *args: Any, promised: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(what, what) for what in promised]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["what"].initial = choices[0][0]
