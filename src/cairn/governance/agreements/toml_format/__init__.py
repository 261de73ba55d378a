"""The written form of an agreement: TOML for people, frozen facts for the policy package."""

from cairn.governance.agreements.toml_format.file_shape import AgreedFileShape, derive_file_shape
from cairn.governance.agreements.toml_format.format_reference import build_agreement_json_schema
from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.agreements.toml_format.parser import (
    ParsedText,
    parse_agreement,
    parse_as_far_as_possible,
)

__all__ = [
    "AgreedFileShape",
    "BadAgreement",
    "ParsedText",
    "build_agreement_json_schema",
    "derive_file_shape",
    "parse_agreement",
    "parse_as_far_as_possible",
]
