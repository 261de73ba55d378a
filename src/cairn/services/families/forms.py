"""Define the forms for families, and for the district staff who write to them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.api import ChildLabel, describe_element_for_families
from cairn.governance.partners.api import Organization
from cairn.policy.law import IMPERSONAL_RECORDS
from cairn.policy.vocabulary import CopyExclusion, SignerRelation, SpecialClass, label_code
from cairn.warehouse.schema import load_element_catalogue

__all__ = ["DEFAULT_LETTER_WEEKS", "parse_letter_line"]

_ADULT_RELATIONS: Final = (
    (SignerRelation.PARENT.value, _("I am the parent")),
    (SignerRelation.GUARDIAN.value, _("I am the legal guardian")),
    (
        SignerRelation.ACTING_PARENT.value,
        _("I act as a parent, like a grandparent who cares for the child"),
    ),
    (SignerRelation.FOSTER_PARENT.value, _("I am the foster parent")),
)

_STUDENT_RELATION: Final = ((SignerRelation.STUDENT.value, _("I am the student")),)

STAFF_RELATIONS: Final = (
    (SignerRelation.PARENT.value, _("Parent")),
    (SignerRelation.GUARDIAN.value, _("Legal guardian")),
    (SignerRelation.ACTING_PARENT.value, _("Acts as a parent")),
    (SignerRelation.FOSTER_PARENT.value, _("Foster parent")),
    (SignerRelation.STUDENT.value, _("The student")),
)

COPY_EXCLUSIONS: Final = (
    (CopyExclusion.OTHER_STUDENTS.value, _("Information about other students")),
    (CopyExclusion.PARENTS_FINANCES.value, _("Parents' financial records (colleges only)")),
    (CopyExclusion.CONFIDENTIAL_LETTERS.value, _("Confidential letters (colleges only)")),
    (CopyExclusion.COURT_ORDER.value, _("What a court order keeps from this parent")),
    (CopyExclusion.OTHER_LAW.value, _("What another law keeps from parents")),
)

DEFAULT_LETTER_WEEKS: Final = 12
"""Weeks for which a letter's code is valid unless the district chooses another day."""

_MAX_LETTERS: Final = 2_000
_LANGUAGES: Final = {"es": "es", "spanish": "es", "español": "es"}


class LetterCodeForm(forms.Form):
    """The code of a letter."""

    code = forms.CharField(
        label=_("Code from your letter"),
        max_length=40,
        help_text=_("The code has 12 letters and numbers, like ABCD-2345-WXYZ."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class SignerForm(forms.Form):
    """Name and relation of the person who answers.

    Once the student holds the rights, only the student can answer.
    """

    name = forms.CharField(
        label=_("Your full name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    relation = forms.ChoiceField(label=_("Who are you?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, student_answers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.student_answers = student_answers
        choice = cast("forms.ChoiceField", self.fields["relation"])
        choice.choices = _STUDENT_RELATION if student_answers else _ADULT_RELATIONS


class ConsentAnswerForm(SignerForm):
    """Consent to some or all records of a form, signed by typed name."""

    records = forms.MultipleChoiceField(
        label=_("Information that may be shared"), widget=forms.CheckboxSelectMultiple
    )
    signed = forms.BooleanField(
        label=_("I give permission. My typed name is my signature."),
        error_messages={"required": _("Check this box to sign.")},
    )
    field_order = ("records", "name", "relation", "signed")

    def __init__(self, *args: Any, offered: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.MultipleChoiceField", self.fields["records"])
        choice.choices = [(element, describe_element_for_families(element)) for element in offered]
        self.fields["records"].initial = list(offered)


class AmendmentForm(SignerForm):
    """What a family asks to amend in its child's record (34 CFR 99.20(a))."""

    wrong = forms.CharField(
        label=_("What is wrong in the record?"),
        max_length=2_000,
        help_text=_("For example: the record says 12 days absent in March."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    correct = forms.CharField(
        label=_("What should it say?"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    field_order = ("wrong", "correct", "name", "relation")


class RecordStatementForm(SignerForm):
    """A family's statement for the record (34 CFR 99.21(b)(2))."""

    statement = forms.CharField(
        label=_("Your statement"),
        max_length=5_000,
        help_text=_("Say why you disagree. You cannot change it later."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    field_order = ("statement", "name", "relation")


class LettersForm(forms.Form):
    """The children to write to, and the last day on which the codes are valid."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("District"), queryset=Organization.objects.none(), empty_label=None
    )
    children = forms.CharField(
        label=_("Students"),
        help_text=_(
            "One per line, separated by commas: student ID, student name, language (en or es). "
            "Example: S-1, River Alba, es."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=_("Codes valid through"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(
            weeks=DEFAULT_LETTER_WEEKS
        )

    def clean_children(self) -> list[tuple[ChildLabel, str]]:
        """Return each child with the language of its family."""
        lines = [line for line in self.cleaned_data["children"].splitlines() if line.strip()]
        if len(lines) > _MAX_LETTERS:
            raise forms.ValidationError(
                _("The list has more than %(most)s letters. Split it into smaller lists.")
                % {"most": _MAX_LETTERS}
            )
        return [parse_letter_line(line) for line in lines]


class FindLettersForm(forms.Form):
    """The child to search letters for, by the id that the district uses."""

    district: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("District"), queryset=Organization.objects.none(), empty_label=None
    )
    local_id = forms.CharField(
        label=_("Student ID"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "find_%s", **kwargs})
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["district"])
        choice.queryset = organizations


def parse_letter_line(line: str) -> tuple[ChildLabel, str]:
    """Parse one line of a list of letters: id, optional name, optional language.

    Args:
        line: the fields with commas between them, such as "S-1, River Alba, es".
    Returns:
        The child's label, and "es" or "en" (also for a language that is not known).
    """
    local_id, name, language = (*(part.strip() for part in line.split(",")), "", "")[:3]
    return ChildLabel(local_id, name), _LANGUAGES.get(language.casefold(), "en")


class CopyAnswerForm(forms.Form):
    """How the district answered a request for a copy, and what it left out."""

    answer = forms.CharField(
        label=_("Answer to the family"),
        max_length=400,
        help_text=_(
            "The family sees this answer. Say how you gave access: a copy handed over, a copy "
            "mailed, or a visit to review the record."
        ),
        widget=forms.Textarea,
    )
    exclusions = forms.TypedMultipleChoiceField(
        label=_("Left out of the copy"),
        choices=COPY_EXCLUSIONS,
        coerce=CopyExclusion,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "The family reads that information about other students, parents' finances or "
            "confidential letters was left out. It does not read about an order or another law, "
            "because that could reveal what the law protects."
        ),
    )
    counsel = forms.CharField(
        label=_("Counsel who reviewed what is left out"),
        max_length=120,
        required=False,
        help_text=_("Needed for a court order or another law."),
    )


class CopyReviewForm(CopyAnswerForm):
    """What the reviewer of a copy leaves out before it can be downloaded."""

    left_out = forms.MultipleChoiceField(
        label=_("Record types to leave out"), required=False, widget=forms.CheckboxSelectMultiple
    )
    texts_read = forms.BooleanField(
        label=_("I read these texts. They are about this student alone."), required=False
    )
    field_order = ("left_out", "exclusions", "counsel", "texts_read", "answer")

    def __init__(self, *args: Any, records: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["left_out"]).choices = list(records)
        self.fields["answer"].required = False
        self.fields["answer"].widget.attrs["rows"] = 3
        self.fields["answer"].help_text = _("The family sees this beside the copy.")


class ReceivedAmendmentForm(forms.Form):
    """A request to amend a record that a family made on paper or by phone."""

    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=_("District"), queryset=Organization.objects.none(), empty_label=None
    )
    local_id = forms.CharField(
        label=_("Student ID"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    student_name = forms.CharField(
        label=_("Student's name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Requested by"),
        max_length=120,
        help_text=_(
            "The full name. The family page shows the request only to a person who gives this name."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    relation = forms.ChoiceField(
        label=_("Relation to the student"), choices=STAFF_RELATIONS, widget=forms.RadioSelect
    )
    received_on = forms.DateField(
        label=_("Received on"),
        help_text=_("The time to decide counts from this day."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    wrong = forms.CharField(
        label=_("What is wrong"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    correct = forms.CharField(
        label=_("What it should say"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    scan = forms.FileField(
        label=_("Scan of the request"),
        required=False,
        help_text=_("PDF or image. Cairn stores it encrypted."),
    )

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast("forms.ModelChoiceField[Organization]", self.fields["organization"])
        choice.queryset = organizations


class AmendmentDecisionForm(forms.Form):
    """The organization's decision about a request to amend a record, and its reason."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("amend", _("Amend the record as the family asks")),
            ("refuse", _("Do not amend the record")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4_000,
        help_text=_(
            "The family reads it. If you amend the record, say what you changed. If you refuse, "
            "the family's page also explains the right to a hearing."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class HearingForm(forms.Form):
    """Day, place and officer of a hearing (34 CFR 99.22)."""

    held_on = forms.DateField(
        label=_("Day of the hearing"),
        help_text=_("Leave the family enough time to prepare."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    place = forms.CharField(label=_("Time and place"), max_length=200)
    officer = forms.CharField(
        label=_("Hearing officer"),
        max_length=120,
        help_text=_("An official of the organization may conduct the hearing."),
    )
    impartial = forms.BooleanField(
        label=_("The hearing officer has no direct interest in the outcome."),
        required=False,
    )


def _list_record_choices() -> list[tuple[str, str]]:
    """List the record types with data about students, as choices."""
    return sorted(
        (
            (name, record.title)
            for name, record in load_element_catalogue().items()
            if name not in IMPERSONAL_RECORDS and not record.anonymous
        ),
        key=lambda choice: choice[1],
    )


class HearingDecisionForm(forms.Form):
    """The written decision after a hearing (34 CFR 99.22(f))."""

    decision = forms.ChoiceField(
        label=_("Decision after the hearing"),
        choices=[
            ("amend after hearing", _("Amend the record")),
            ("uphold", _("Keep the record as it is")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Written decision"),
        max_length=8_000,
        help_text=_(
            "Summarize the evidence presented at the hearing, and give the reasons. The decision "
            "rests on that evidence alone. The family reads it."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    contested = forms.MultipleChoiceField(
        label=_("Part of the record that the family contests"),
        choices=_list_record_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "If you keep the record, the family may add a statement. Cairn shows it beside data of "
            "these kinds, and beside all data about the student if you select none."
        ),
    )


PROTECTED_SERVICES: Final = tuple(
    (special.value, label_code(special).capitalize())
    for special in (
        SpecialClass.HEALTH,
        SpecialClass.SUBSTANCE_USE,
        SpecialClass.CHILD_WELFARE,
        SpecialClass.JUVENILE,
        SpecialClass.DOMESTIC_VIOLENCE,
        SpecialClass.HOMELESSNESS,
        SpecialClass.IMMIGRATION,
    )
)


class ProgramAccessForm(forms.Form):
    """Whether families read their child's record of one program, and which law protects it."""

    shown = forms.ChoiceField(
        label=_("Families see their child's enrollment and attendance"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        widget=forms.RadioSelect,
    )
    service = forms.ChoiceField(
        label=_("Service that a law of its own protects"),
        choices=(("", _("None of these")), *PROTECTED_SERVICES),
        required=False,
        help_text=_("A program with such a service is on no family page."),
    )
