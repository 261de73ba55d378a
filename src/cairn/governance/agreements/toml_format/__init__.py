"""The written form of an agreement: TOML for people, frozen facts for the policy package."""

from cairn.governance.agreements.toml_format.json_schema import build_agreement_json_schema
from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.agreements.toml_format.parser import (
    ParsedText,
    parse_agreement,
    parse_as_far_as_possible,
)

__all__ = [
    "BadAgreement",
    "ParsedText",
    "build_agreement_json_schema",
    "parse_agreement",
    "parse_as_far_as_possible",
]
