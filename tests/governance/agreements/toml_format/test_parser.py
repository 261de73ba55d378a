"""The written form: what is said becomes facts; every mistake names its place and the mend."""

from datetime import date

import pytest

from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.agreements.toml_format.parser import parse_agreement, parse_as_far_as_possible
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED
from cairn.policy.vocabulary.agreements import AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.projects import NoResponseEffect

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
        parse_agreement(text)
    return "\n".join(bad.value.mistakes)


def test_a_whole_text_becomes_facts() -> None:
    terms = parse_agreement(TEXT)
    assert (terms.reference, terms.tier) == ("T-1", AgreementTier.DATA_SHARING_AGREEMENT)
    assert (terms.starts, terms.ends) == (date(2025, 7, 1), date(2028, 6, 30))
    assert terms.purposes == {Purpose.PUBLIC_REPORTING}
    assert terms.list_organizations(PartyRole.PROVIDER) == {"elm"}
    assert terms.basis is LegalBasis.AUDIT_EVALUATION
    assert terms.criteria == {"designation": "§2", "program_operator": "elm"}
    assert terms.elements == {"enrollment.local_id", "enrollment.school_id"}
    assert (terms.data[0].first_year, terms.data[0].last_year) == ("2021-22", "2025-26")
    assert terms.retention.period_days == 1095
    assert (terms.disclosure.minimum_cell, terms.disclosure.silence) == (15, NoResponseEffect.WAITS)
    assert terms.disclosure.no_ranking
    assert terms.delivery.channels == {Channel.UPLOAD}
    assert terms.delivery.contacts == (("Jo", "jo@elm.example"),)
    assert terms.terminated_on is None


def test_an_end_may_be_open_or_unknown() -> None:
    assert (
        parse_agreement(TEXT.replace("2028-06-30", '"until terminated"')).ends == UNTIL_TERMINATED
    )
    assert parse_agreement(TEXT.replace("ends = 2028-06-30", "")).ends is None


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
        (
            "minimum_cell = 15",
            "minimun_cell = 15",
            "“minimun_cell” in disclosure is not a known key",
        ),
        ('designation = "§2"', 'ferpa_ok = "yes"', "“ferpa_ok” in legal_basis.criteria is not"),
        ('silence = "waits"', 'no_ranking = "yes"', "“no_ranking” in disclosure must be true"),
        (
            "[retention]",
            "[retained]",
            "“retention” is missing: add a table that begins with [retention]",
        ),
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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("reference = ", "Line 1, “reference”: this is not TOML (Invalid value). Check"),
        ('title = "x"\nstarts = 07-01\n', "Line 2, “starts”: this is not TOML"),
        ('title = "x"\nstarts = 07-01\n', "Write the date as year-month-day: 2026-07-01."),
        ("starts = July 1, 2026", "Write the date as year-month-day: 2026-07-01."),
        ("title = Sharing", 'Put text in quotation marks: "…".'),
        ("[[parties]\n", "Line 1: this is not TOML"),
        ('title = "x"\ntitle = "y"', "This key is already in the text"),
        ("", "“reference” is missing"),
    ],
)
def test_text_that_is_not_toml_names_its_line(text: str, told: str) -> None:
    assert told in mistakes(text)


def replace_in_text(*changes: tuple[str, str]) -> str:
    text = TEXT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


NAMED_TWICE = 'organization = "elm"\nname = "Elm"\nkind = "vendor"\nrole = "provider"'
ACCESS = '[[access]]\norganization = "oak"\nrole = "analyst"\ninterest = "counts"\n'
REPORT = '[[giveback]]\nwhat = "tables"\nto = "hub"\ncontents = "published tables"\n'
ONWARD = '[[onward]]\norganization = "hub"\ninterest = "helps"\n'


@pytest.mark.parametrize(
    ("change", "at", "told"),
    [
        (("ends = 2028-06-30", "ends = 2024-06-30"), "ends =", "“ends” is before “starts”"),
        (('"2021-22", "2025-26"', '"2025-26", "2021-22"'), "years =", "ends before it begins"),
        (('"2021-22", "2025-26"', '"2021", "2025"'), "years =", "first and the last school year"),
        (
            ('"2021-22", "2025-26"', '"2021-23", "2025-26"'),
            "years =",
            "first and the last school year",
        ),
        (
            ('tier = "data_sharing_agreement"', 'amends = "T-1"'),
            "amends",
            "cannot depend on itself",
        ),
        (
            ('tier = "data_sharing_agreement"', 'under = ["T-1"]'),
            "under",
            "cannot depend on itself",
        ),
        (
            ('tier = "data_sharing_agreement"', 'tier = "treaty"'),
            "treaty",
            "must be one of: memorandum",
        ),
        (
            ('signed_by = "A. Person"', "signed_by = 3"),
            "signed_by = 3",
            "“signed_by” in parties, number 1",
        ),
        (('name = "The Hub"', 'name = " "'), 'name = " "', "is empty: enter a value"),
        (
            ('["local_id", "school_id"]', '["local_id", "local_id"]'),
            "elements",
            "lists a value twice",
        ),
        (('{ name = "Jo", email', '{ name = "Jo", mail'), "contacts", "must name each person so"),
        (('email = "jo@elm.example"', "email = 3"), "contacts", "must name each person so"),
        (
            ('contacts = [{ name = "Jo", email = "jo@elm.example" }]', 'contacts = "Jo"'),
            "contacts",
            "person",
        ),
        (
            ("[legal_basis.criteria]\n", "criteria = 3\n[[notes]]\n"),
            "criteria = 3",
            "must be a table that",
        ),
        (
            ('designation = "§2"', "designation = 2"),
            "designation = 2",
            "or text in quotation marks",
        ),
        (
            ('tier = "data_sharing_agreement"', "renewal = 3"),
            "renewal = 3",
            "add a table that begins with [renewal]",
        ),
        (
            (
                'organization = "hub"\nname',
                f'{NAMED_TWICE}\n[[parties]]\norganization = "hub"\nname',
            ),
            'organization = "elm"',
            "a second time in the same role",
        ),
        (
            ("[retention]", f"{ACCESS}[retention]"),
            'organization = "oak"',
            "names oak, which is not a party; the parties are: elm, hub",
        ),
        (
            ("[retention]", f"{REPORT}[retention]"),
            'to = "hub"',
            "names hub, which submits no data",
        ),
        (
            ("[retention]", f"{ONWARD}[retention]"),
            'organization = "hub"',
            "names hub, which is a party",
        ),
        (("[retention]", "[parties2]\n[retention]"), "[parties2]", "“parties2” is not a known key"),
    ],
)
def test_a_mistake_has_the_line_of_its_key(change: tuple[str, str], at: str, told: str) -> None:
    text = replace_in_text(change)
    (found,) = (
        mistake for mistake in parse_as_far_as_possible(text).mistakes if told in mistake.told
    )
    assert at in text.splitlines()[found.line - 1]


def test_what_cannot_be_read_leaves_the_rest_readable() -> None:
    text = replace_in_text(
        ('role = "provider"', 'role = "owner"'), ("period_days = 1095", "days = 9")
    )
    reading = parse_as_far_as_possible(text.replace('name = "Elm School District"\n', ""))
    assert len(reading.mistakes) == 3
    terms = reading.agreement
    assert (terms.parties[0].role, terms.parties[0].name) == (PartyRole.RECIPIENT, "")
    assert terms.retention.period_days is None
    assert terms.elements == {"enrollment.local_id", "enrollment.school_id"}
    assert not parse_agreement(TEXT).parties[1].signed_by


def test_a_text_of_nothing_is_read_too() -> None:
    nothing = parse_as_far_as_possible("").agreement
    assert (nothing.starts, nothing.ends, nothing.parties) == (date.max, None, ())
    assert nothing.basis is LegalBasis.NO_DISCLOSURE
    assert nothing.tier is AgreementTier.DATA_SHARING_AGREEMENT


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'designation = "§2"',
            'designation = "§2"\nopt_out_window = "§3"',
            "applies to directory, but this agreement rests on audit_evaluation",
        ),
        ("[[data]]\n", '[[data]]\nbasis = "directory"\n', "is not a known key"),
    ],
)
def test_a_second_basis_is_sent_to_a_part_of_its_own(old: str, new: str, said: str) -> None:
    problem = mistakes(TEXT.replace(old, new, 1))
    assert problem.count("applies to") + problem.count("is not a known key") == 1
    assert said in problem
    assert "give the agreement a [[part]] for each basis, or write a second agreement" in problem
