"""The written form: what is said becomes facts; every mistake names its place and the mend."""

from datetime import date

import pytest

from cairn.agreements.format import BadAgreement, parse
from cairn.rules.agreement import UNTIL_TERMINATED
from cairn.rules.vocabulary import Channel, LegalBasis, PartyRole, Purpose, Silence, Tier

TEXT = """
reference = "T-1"
title = "Data sharing agreement: Elm and the Hub"
tier = "data_sharing_agreement"
purposes = ["public_reporting"]
starts = 2025-07-01
ends = 2028-06-30

[[parties]]
organization = "elm"
name = "Elm School District"
kind = "school_district"
role = "provider"
signed_by = "A. Person"
signed_capacity = "Superintendent"
signed_on = 2025-06-01

[[parties]]
organization = "hub"
name = "The Hub"
kind = "backbone"
role = "authorized_representative"

[legal_basis]
basis = "audit_evaluation"
clause = "§4"
[legal_basis.criteria]
designation = "§2"
program_operator = "elm"

[[data]]
record = "enrollment"
elements = ["local_id", "school_id"]
years = ["2021-22", "2025-26"]
clause = "Exhibit A"

[retention]
period_days = 1095
method = "cryptographic erasure"

[disclosure]
minimum_cell = 15
send_back_days = 5
silence = "waits"

[delivery]
channels = ["upload"]
contacts = [{ name = "Jo", email = "jo@elm.example" }]
"""


def mistakes(text: str) -> str:
    with pytest.raises(BadAgreement) as bad:
        parse(text)
    return "\n".join(bad.value.mistakes)


def test_a_whole_text_becomes_facts() -> None:
    terms = parse(TEXT)
    assert (terms.reference, terms.tier) == ("T-1", Tier.DATA_SHARING_AGREEMENT)
    assert (terms.starts, terms.ends) == (date(2025, 7, 1), date(2028, 6, 30))
    assert terms.purposes == {Purpose.PUBLIC_REPORTING}
    assert terms.organizations(PartyRole.PROVIDER) == {"elm"}
    assert terms.basis is LegalBasis.AUDIT_EVALUATION
    assert terms.criteria == {"designation": "§2", "program_operator": "elm"}
    assert terms.elements == {"enrollment.local_id", "enrollment.school_id"}
    assert (terms.data[0].first_year, terms.data[0].last_year) == ("2021-22", "2025-26")
    assert terms.retention.period_days == 1095
    assert (terms.disclosure.minimum_cell, terms.disclosure.silence) == (15, Silence.WAITS)
    assert terms.disclosure.no_ranking
    assert terms.delivery.channels == {Channel.UPLOAD}
    assert terms.delivery.contacts == (("Jo", "jo@elm.example"),)
    assert terms.terminated_on is None


def test_an_end_may_be_open_or_unknown() -> None:
    assert parse(TEXT.replace("2028-06-30", '"until terminated"')).ends == UNTIL_TERMINATED
    assert parse(TEXT.replace("ends = 2028-06-30", "")).ends is None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('reference = "T-1"', "", "“reference” is missing"),
        ('reference = "T-1"', "reference = 1", "“reference” must be text"),
        ('"public_reporting"', '"anything"', "“purposes” must be a list of one or more of"),
        ("starts = 2025-07-01", 'starts = "2025-07-01"', "“starts” must be a date"),
        ("ends = 2028-06-30", 'ends = "some day"', "“ends” must be a date"),
        ('role = "provider"', 'role = "owner"', "“role” in parties, number 1 must be one of"),
        ('["local_id", "school_id"]', "[]", "“elements” in data, number 1 must be a list"),
        ('["2021-22", "2025-26"]', '["2021-22"]', "“years” in data, number 1 must be the first"),
        ("period_days = 1095", "period_days = 0", "“period_days” in retention must be a whole"),
        ("minimum_cell = 15", "minimun_cell = 15", "“minimun_cell” in disclosure is not known"),
        ('designation = "§2"', 'ferpa_ok = "yes"', "“ferpa_ok” in legal_basis.criteria is not"),
        ('silence = "waits"', 'no_ranking = "yes"', "“no_ranking” in disclosure must be true"),
        ("[retention]", "[retained]", "“retention” is missing: begin it with [retention]"),
        ('channels = ["upload"]', "channels = []", "“channels” in delivery must be a list"),
    ],
)
def test_a_mistake_names_its_place_and_what_to_write(before: str, after: str, told: str) -> None:
    assert told in mistakes(TEXT.replace(before, after, 1))


def test_all_mistakes_are_told_at_once() -> None:
    text = TEXT.replace('title = "', 'titel = "').replace("period_days = 1095", "period_days = 0")
    assert len(mistakes(text).splitlines()) >= 3


def test_parties_are_required() -> None:
    told = mistakes('reference = "x"\ntitle = "y"')
    assert "“parties” needs at least one table that begins with [[parties]]" in told


def test_text_that_is_not_toml_says_so() -> None:
    assert "This is not TOML" in mistakes("reference = ")
