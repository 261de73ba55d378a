"""Define the forms for written consents: publish a form, record papers, decide, set rights."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import clean_agreement_number
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import RETURNS
from cairn.governance.consents.models.consent_form import (
    FORM_BASES,
    LANGUAGES,
    PURPOSES,
    ConsentForm,
)
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.partners.api import Organization
from cairn.policy.vocabulary import LegalBasis
from cairn.warehouse.schema import load_element_catalogue

_SHORT_TEXT: Final = forms.Textarea(attrs={"rows": 4, "class": "few"})


def _list_record_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """List every element that a form can name, by record type; the whole record type first."""
    return [
        (
            record.title,
            [
                (
                    f"{record.name}.*",
                    _("All fields: %(title)s") % {"title": record.title_in_sentence},
                ),
                *((field.element, field.label) for field in record.fields.values()),
            ],
        )
        for record in load_element_catalogue().values()
        if record.subject
    ]


class PublishConsentForm(forms.Form):
    """The form that a district asks families to sign: its five parts, in two languages."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.none(), empty_label=None
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    what_en = forms.CharField(
        label=_("Information shared, in English"), max_length=400, widget=_SHORT_TEXT
    )
    why_en = forms.CharField(label=_("Purpose, in English"), max_length=400, widget=_SHORT_TEXT)
    title_es = forms.CharField(label=_("Title in Spanish"), max_length=120)
    what_es = forms.CharField(
        label=_("Information shared, in Spanish"), max_length=400, widget=_SHORT_TEXT
    )
    why_es = forms.CharField(label=_("Purpose, in Spanish"), max_length=400, widget=_SHORT_TEXT)
    basis = forms.ChoiceField(
        label=_("Kind of form"),
        choices=FORM_BASES,
        initial=LegalBasis.CONSENT.value,
        help_text=_("A form opens records only under agreements that rest on this kind of form."),
    )
    records = forms.MultipleChoiceField(
        label=_("Records"),
        help_text=_("Select only the records that the purpose requires."),
        choices=_list_record_choices,
    )
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"), choices=PURPOSES, widget=forms.CheckboxSelectMultiple
    )
    parties: forms.ModelMultipleChoiceField[Organization] = forms.ModelMultipleChoiceField(
        label=_("Recipients"),
        queryset=Organization.objects.all(),
        widget=forms.CheckboxSelectMultiple,
    )
    agreement = forms.CharField(
        label=_("Agreement"),
        max_length=80,
        required=False,
        help_text=_("Reference of the agreement, such as RC-DSA-01."),
    )
    clause = forms.CharField(label=_("Clause"), max_length=80, required=False)
    ends = forms.DateField(
        label=_("Valid through"),
        required=False,
        help_text=_(
            "If empty, the consent is valid until the family revokes it or the rights transfer to "
            "the student."
        ),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations

    def clean_agreement(self) -> str:
        """Refuse a number that no agreement on record has."""
        return clean_agreement_number(self.cleaned_data["agreement"])

    def list_element_groups(self) -> Iterator[tuple[str, int, list[tuple[str, str, bool]]]]:
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


class TaxEvidenceForm(forms.Form):
    """What a parent showed about a student as a tax dependent."""

    tax_year = forms.IntegerField(
        label=_("Tax year"), help_text=_("The year of the return."), min_value=2000, max_value=2100
    )
    document = forms.CharField(
        label=_("Document that you saw"),
        max_length=120,
        help_text=_("For example: first page of Form 1040. Enter no name and no number from it."),
    )


class PaperForm(forms.Form):
    """A list of papers: the signed form, the collector, the list, and optionally a scan."""

    form: forms.ModelChoiceField[ConsentForm] = forms.ModelChoiceField(
        label=_("Form that was signed"), queryset=ConsentForm.objects.none(), empty_label=None
    )
    collected_by: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Collected by"),
        queryset=Organization.objects.none(),
        empty_label=None,
    )
    pasted = forms.CharField(
        label=_("Paste the list"),
        required=False,
        help_text=_(
            "The first row names the columns, as in the sample. Required: student id, signed by, "
            "relationship, date signed. Optional: language, answer, records, child name, date of "
            "birth. Then enter one row for each signed form."
        ),
        widget=forms.Textarea(
            attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off", "class": "code"}
        ),
    )
    list = forms.FileField(label=_("Or upload a CSV or Excel file"), required=False)
    scan = forms.FileField(
        label=_("Scan of the signed forms"),
        required=False,
        help_text=_("PDF or image. Cairn stores it encrypted."),
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
            raise forms.ValidationError(_("Paste the list or upload a file. Do one of the two."))
        return cleaned

    @property
    def list_file(self) -> tuple[str, bytes]:
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
        label=_("Students with unknown college status"),
        choices=(
            ("none", _("I checked our records: none of them attends college")),
            ("open", _("Leave unknown: their consents are not valid yet")),
        ),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, unknown: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not unknown:
            del self.fields["college"]


class ReturnConsentForm(forms.Form):
    """Why consents are returned. The collector reads the reason, so it names no child."""

    because = forms.ChoiceField(label=_("Reason"), choices=RETURNS)


class RevokeConsentForm(forms.Form):
    """The person who revokes a consent."""

    name = forms.CharField(
        label=_("Person who revokes the consent"),
        max_length=120,
        help_text=_("Enter the name as that person signs it. Cairn stores it encrypted."),
    )


class ParentConflictForm(forms.Form):
    """The district's decision where two parents disagree."""

    shares = forms.ChoiceField(
        label=_("Decision"),
        choices=(("no", _("Do not share")), ("yes", _("The consent remains valid"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea)


class ObjectionForm(forms.Form):
    """The district's decision where another person wants an opt-out to end."""

    ends = forms.ChoiceField(
        label=_("Decision"),
        choices=(("no", _("The opt-out remains in effect")), ("yes", _("The opt-out ends"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea)


class RosterForm(forms.Form):
    """Children that a program serves, by the ids of their district."""

    district: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("District that assigned the IDs"),
        queryset=Organization.objects.exclude(kind="community_program"),
        empty_label=None,
    )
    children = forms.CharField(
        label=_("Students"),
        help_text=_("One per line: student ID. You can add the student's name after a comma."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )


_COLLEGE_CHOICES = (
    ("", _("Unknown")),
    ("no", _("No")),
    ("dual", _("Yes, and is also enrolled here (dual enrollment)")),
    ("yes", _("Yes, and is no longer enrolled here, or this is the college")),
)


class ChildRightsForm(forms.Form):
    """What the district knows about who holds the right to consent for a child."""

    birth_date = forms.DateField(
        label=_("Birth date"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    postsecondary = forms.ChoiceField(
        label=_("Attends college"),
        choices=_COLLEGE_CHOICES,
        required=False,
        help_text=_(
            "In dual enrollment, the rights to records here stay with the parents until age 18. "
            "The rights to the college's records belong to the student."
        ),
    )
    court_order = forms.BooleanField(
        label=_("A court order limits a parent's rights"), required=False
    )
    custodians = forms.CharField(
        label=_("Parents with legal custody"),
        required=False,
        help_text=_(
            "Only if the parents are divorced or legally separated. Enter each name as that parent "
            "signs it, one per line. Leave it empty if both parents notified the school in writing "
            "that either may consent. In some states only these parents may consent. Cairn stores "
            "the names encrypted and shows them only to your district and the data manager."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "class": "few"}),
        max_length=400,
    )
    placement: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("Responsible child welfare agency"),
        queryset=Organization.objects.filter(kind="government"),
        required=False,
    )
    placement_since = forms.DateField(
        label=_("Responsible since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    placement_until = forms.DateField(
        label=_("Responsible until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    hold = forms.CharField(label=_("Reason to hold all sharing"), required=False, max_length=200)

    def clean_custodians(self) -> tuple[str, ...]:
        """Split the names, one per line."""
        lines = self.cleaned_data["custodians"].splitlines()
        return tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def clean(self) -> dict[str, Any]:
        """Require a start date for a placement, and an end that is not before it."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("placement_since"), cleaned.get("placement_until")
        if cleaned.get("placement") and since is None:
            self.add_error(
                "placement_since", _("Enter the first day on which the agency is responsible.")
            )
        if since and until and until < since:
            self.add_error("placement_until", _("The end date is before the start date."))
        return cleaned

    @staticmethod
    def build_initial(child: Child, label: ChildLabel) -> dict[str, Any]:
        """Return the recorded facts as initial values of the form."""
        attends = (
            "dual"
            if child.dual_enrolled
            else {None: "", True: "yes", False: "no"}[child.postsecondary]
        )
        return {
            "birth_date": label.birth_date,
            "postsecondary": attends,
            "court_order": child.court_order,
            "custodians": "\n".join(label.custodians),
            "placement": child.placement_id,
            "placement_since": child.placement_since,
            "placement_until": child.placement_until,
            "hold": child.hold,
        }
