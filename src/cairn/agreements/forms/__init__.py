"""What people type: a text, a section of one, a review, a signature, a notice."""

from cairn.agreements.forms.beginning import BeginForm, BeginManyForm
from cairn.agreements.forms.loading import AgreementForm
from cairn.agreements.forms.section import SectionForms, section_named
from cairn.agreements.forms.speaking import (
    AttestForm,
    AttestReviewForm,
    OverrideForm,
    SignForm,
    TerminateForm,
    TextForm,
    WhyForm,
)

__all__ = [
    "AgreementForm",
    "AttestForm",
    "AttestReviewForm",
    "BeginForm",
    "BeginManyForm",
    "OverrideForm",
    "SectionForms",
    "SignForm",
    "TerminateForm",
    "TextForm",
    "WhyForm",
    "section_named",
]
