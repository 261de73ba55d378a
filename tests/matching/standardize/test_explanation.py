"""Every change of standardizing in words, the original beside it."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.standardize.explanation import explain_standardization, explain_value
from cairn.matching.standardize.record_table import standardize_records

CASES = {
    ("given_name", "BILL"): ("bill", "it may be a short form of"),
    ("given_name", "José"): ("jose", "accents"),
    ("given_name", "BABY BOY"): ("", "has no meaning"),
    ("family_name", "de la Cruz"): ("cruz", "“de la” is a name particle"),
    ("family_name", "Delacruz"): ("cruz", "joined to"),
    ("family_name", "García-López"): ("garcia lopez", "in any order"),
    ("family_name", "O'Neil Jr."): ("oneil", "the suffix jr is compared separately"),
    ("suffix", "III"): ("3", "written in one way"),
    ("birth_date", date(2012, 3, 4)): ("2012-03-04", "day and month swapped"),
    ("birth_date", date(2012, 1, 1)): ("2012-01-01", "January 1"),
    ("birth_date", date(1850, 5, 20)): ("", "the year"),
    ("street", "12 North Oak Street, Apt. 4-B"): ("12 n oak st", "“apt 4 b” is not compared"),
    ("street", "Hope Family Shelter"): ("", "a shelter"),
    ("street", "Lincoln Elementary School"): ("", "a school"),
    ("phone", "(555) 123-4567"): ("5551234567", "ten digits"),
    ("phone", "0"): ("", "not a 10-digit phone number"),
    ("email", "Ana@Example.org"): ("ana@example.org", "capital"),
    ("email", "none"): ("", "not an email address"),
    ("guardian_name", "Lopez, Maria"): ("lopez maria", "punctuation separates words"),
    ("guardian_name", "Mom"): ("", "not a full name"),
    ("state_id", "00-12a"): ("12A", "leading zeros"),
    ("local_id", "9999"): ("", "has no meaning"),
    ("postal_code", "22903-1234"): ("22903", "five digits"),
    ("postal_code", "00000"): ("", "has no meaning"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_told_with_its_original(case: tuple[str, object]) -> None:
    field, written = case
    compared, why = CASES[case]
    found = explain_value(field, written)
    assert (found.written, found.compared) == (str(written), compared)
    assert any(why in one for one in found.why)


def test_what_is_not_changed_is_not_told() -> None:
    record = {"given_name": "zelda", "family_name": "quill", "birth_date": date(2012, 3, 24),
              "street": "12 oak st", "phone": None, "email": "", "source": "x"}  # fmt: skip
    assert explain_standardization(record) == ()


def test_a_street_called_school_is_a_street() -> None:
    assert explain_value("street", "122 High School Road").compared == "122 high school rd"
    assert explain_value("street", "4 Shelter Cove Lane").compared == "4 shelter cove ln"


def test_what_many_families_share_is_told() -> None:
    record = {"street": "1 Main St", "postal_code": "22903", "phone": "434 555 0001"}
    found = explain_standardization(record, {"a 1 main st 22903", "p 4345550001"})
    assert [one.field for one in found] == ["street", "phone"]
    assert all("so many families" in one.why[-1] for one in found)


@given(st.text(max_size=30))
def test_what_is_told_is_what_is_compared(text: str) -> None:
    said = {key: [text] for key in ("given_name", "family_name", "street")}
    row = standardize_records(pa.table({"record_key": ["a"], "source": ["s"], **said})).to_pylist()[
        0
    ]
    assert explain_value("given_name", text).compared.replace(" ", "") == (row["given"] or "")
    assert explain_value("family_name", text).compared == (row["family"] or "")
    assert explain_value("street", text).compared == (row["address"] or "")
