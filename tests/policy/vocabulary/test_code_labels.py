"""Messages label a code with the words that pages use for it."""

import re
from enum import StrEnum

import pytest
from django.apps import apps

from cairn.policy import vocabulary
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.code_labels import label_code
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.families import ConsentState
from cairn.policy.vocabulary.projects import ProjectState
from cairn.policy.vocabulary.releases import ExtractState, ReleaseState

_ENUMS = [
    item
    for item in vars(vocabulary).values()
    if isinstance(item, type) and issubclass(item, StrEnum) and item is not StrEnum
]


@pytest.mark.parametrize("codes", _ENUMS, ids=lambda codes: codes.__name__)
def test_no_label_is_spelled_like_a_code(codes: type[StrEnum]) -> None:
    labels = [label_code(code) for code in codes]
    assert not [label for label in labels if re.search(r"_|^$", label)]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("codes", "field"),
    [
        (Role, "partners.Affiliation.role"),
        (AgreementState, "agreements.Agreement.state"),
        (ProjectState, "projects.Version.state"),
        (Level, "projects.Version.level"),
        (Purpose, "projects.Version.purpose"),
        (ConsentState, "consents.Consent.state"),
        (ReleaseState, "releases.Release.state"),
        (ExtractState, "releases.Extract.state"),
    ],
)
def test_pages_use_the_same_words(codes: type[StrEnum], field: str) -> None:
    app, model, name = field.split(".")
    labels = dict(apps.get_model(app, model)._meta.get_field(name).flatchoices)
    assert labels
    for value, label in labels.items():
        assert label_code(codes(value)) == str(label)[0].lower() + str(label)[1:]
