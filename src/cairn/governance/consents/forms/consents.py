"""Define the forms for written consents: publish a form, record papers, decide, set rights."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import RETURNS
from cairn.governance.consents.models.form import LANGUAGES, PURPOSES, ConsentForm
from cairn.governance.partners.api import Organization
from cairn.warehouse.schema import load_element_catalogue

_SHORT_TEXT: Final = forms.Textarea(attrs={"rows": 4, "class": "few"})
_YES_NO_UNKNOWN: Final = (("", _("Not known")), ("yes", _("Yes")), ("no", _("No")))


def _list_record_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """List every element that a form can name, by record type; the whole record type first."""
    return [
        (
            record.title,
            [
                (f"{record.name}.*", _("All of it: %(title)s") % {"title": record.title.lower()}),
                *((field.element, field.description) for field in record.fields.values()),
            ],
        )
        for record in load_element_catalogue().values()
        if record.subject
    ]


class PublishConsentForm(forms.Form):
    """The form that a district asks families to sign: its five parts, in two languages."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Whose form it is"), queryset=Organization.objects.none(), empty_label=None
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    what_en = forms.CharField(
        label=_("What is shared, in English"), max_length=400, widget=_SHORT_TEXT
    )
    why_en = forms.CharField(
        label=_("What it is for, in English"), max_length=400, widget=_SHORT_TEXT
    )
    title_es = forms.CharField(label=_("Title in Spanish"), max_length=120)
    what_es = forms.CharField(
        label=_("What is shared, in Spanish"), max_length=400, widget=_SHORT_TEXT
    )
    why_es = forms.CharField(
        label=_("What it is for, in Spanish"), max_length=400, widget=_SHORT_TEXT
    )
    records = forms.MultipleChoiceField(
        label=_("Records"),
        help_text=_("Only what the purpose needs."),
        choices=_list_record_choices,
    )
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"), choices=PURPOSES, widget=forms.CheckboxSelectMultiple
    )
    parties: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        label=_("Who receives them"),
        queryset=Organization.objects.all(),
        widget=forms.CheckboxSelectMultiple,
    )
    agreement = forms.CharField(
        label=_("Agreement behind it"), max_length=80, required=False, help_text=_("Its reference.")
    )
    clause = forms.CharField(label=_("Clause"), max_length=80, required=False)
    ends = forms.DateField(
        label=_("Counts through"),
        required=False,
        help_text=_("Empty: until a family takes it back, or the child is 18."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def kinds(self) -> Iterator[tuple[str, int, list[tuple[str, str, bool]]]]:
        """Yield each record type: title, number chosen, and rows of value, words and whether
        chosen.
        """
        chosen = set(self["records"].value() or ())
        for title, choices in _list_record_choices():
            rows = [(value, description, value in chosen) for value, description in choices]
            yield title, sum(is_chosen for *_row, is_chosen in rows), rows

    @property
    def slug(self) -> str:
        """Short name from the English title: the same title is the same form."""
        return slugify(self.cleaned_data["title_en"])[:60] or "form"

    @property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        """Language → title, shared data, reason."""
        cleaned = self.cleaned_data
        parts = ("title", "what", "why")
        return {
            language: {part: cleaned[f"{part}_{language}"] for part in parts}
            for language in LANGUAGES
        }


class PaperForm(forms.Form):
    """A list of papers: the signed form, the collector, the list, and optionally a scan."""

    form: forms.ModelChoiceField[ConsentForm] = forms.ModelChoiceField(
        label=_("The form that was signed"), queryset=ConsentForm.objects.none(), empty_label=None
    )
    collected_by: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Who collected the papers"),
        queryset=Organization.objects.none(),
        empty_label=None,
    )
    pasted = forms.CharField(
        label=_("Paste the list"),
        required=False,
        help_text=_(
            "First the names of the columns, as in the sample. Student id, signed by, relationship "
            "and date signed are needed; language, answer, records, child name and date of birth "
            "if you like. Then one line for each paper."
        ),
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
        ),
    )
    list = forms.FileField(label=_("Or send it as a CSV or Excel file"), required=False)
    scan = forms.FileField(
        label=_("A scan of the papers"),
        required=False,
        help_text=_("PDF or picture. It is kept encrypted."),
    )

    def __init__(
        self,
        *args: Any,
        offered: QuerySet[ConsentForm],
        organizations: QuerySet[Organization],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[ConsentForm]", self.fields["form"]).queryset = offered
        field = cast("forms.ModelChoiceField[Organization]", self.fields["collected_by"])
        field.queryset = organizations

    def clean(self) -> dict[str, Any]:
        """Require one list, either pasted or uploaded."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("pasted", "").strip()) == bool(cleaned.get("list")):
            raise forms.ValidationError(_("Paste the list, or send it as a file: one of the two."))
        return cleaned

    @property
    def listed(self) -> tuple[str, bytes]:
        """Name and content of the list."""
        uploaded = self.cleaned_data["list"]
        if uploaded:
            return str(uploaded.name), uploaded.read()
        return "list.csv", self.cleaned_data["pasted"].strip().encode()


class VerifyForm(forms.Form):
    """A verifier's declaration that students attend no college.

    No answer is preselected, because a missing answer must not become a fact.
    """

    college = forms.ChoiceField(
        label=_("Students of whom nobody has said whether they attend a college"),
        choices=(
            ("none", _("I have looked: none of them attends a college")),
            ("open", _("Leave it open: their consents do not count yet")),
        ),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, unknown: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unknown:
            del self.fields["college"]


class ReturnConsentForm(forms.Form):
    """Why consents are returned. The collector reads the reason, so it names no child."""

    because = forms.ChoiceField(label=_("Why"), choices=RETURNS)


class RevokeConsentForm(forms.Form):
    """The person who revokes a consent."""

    name = forms.CharField(
        label=_("Who takes it back"),
        max_length=120,
        help_text=_("The name as that person writes it. It is kept encrypted."),
    )


class ParentConflictForm(forms.Form):
    """The district's decision where two parents disagree."""

    shares = forms.ChoiceField(
        label=_("What holds"),
        choices=(("no", _("Nothing is shared")), ("yes", _("The consent stands"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=400, widget=forms.Textarea)


class ObjectionForm(forms.Form):
    """The district's decision where another person wants an opt-out to end."""

    ends = forms.ChoiceField(
        label=_("What holds"),
        choices=(("no", _("The child stays left out")), ("yes", _("The opt-out ends"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=400, widget=forms.Textarea)


class RosterForm(forms.Form):
    """Children that a program serves, by the ids of their district."""

    district: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Whose ids they are"),
        queryset=Organization.objects.exclude(kind="community_program"),
        empty_label=None,
    )
    children = forms.CharField(
        label=_("The children"),
        help_text=_("One a line: the id; with a name after a comma if you like."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )


class ChildRightsForm(forms.Form):
    """What the district knows about who holds the right to consent for a child."""

    birth_date = forms.DateField(
        label=_("Birth date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    postsecondary = forms.ChoiceField(
        label=_("Attends a college or university"), choices=_YES_NO_UNKNOWN, required=False
    )
    court_order = forms.BooleanField(
        label=_("A court order limits a parent's rights"), required=False
    )
    placement: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Child welfare agency that is responsible"),
        queryset=Organization.objects.filter(kind="government"),
        required=False,
    )
    placement_since = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    placement_until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    hold = forms.CharField(label=_("Why nothing is shared for now"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Require a start date for a placement, and an end that is not before it."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("placement_since"), cleaned.get("placement_until")
        if cleaned.get("placement") and since is None:
            self.add_error("placement_since", _("Write from which day the agency is responsible."))
        if since and until and until < since:
            self.add_error("placement_until", _("It ends before it begins."))
        return cleaned

    @staticmethod
    def of(child: Child, birth_date: Any) -> dict[str, Any]:
        """Return the recorded facts as initial values of the form."""
        attends = {None: "", True: "yes", False: "no"}[child.postsecondary]
        return {
            "birth_date": birth_date,
            "postsecondary": attends,
            "court_order": child.court_order,
            "placement": child.placement_id,
            "placement_since": child.placement_since,
            "placement_until": child.placement_until,
            "hold": child.hold,
        }
