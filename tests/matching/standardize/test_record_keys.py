"""Records go by keyed hashes, and ids alone by their anchor."""

from datetime import date

import pyarrow as pa

from cairn.matching.standardize.record_keys import (
    compute_anchor_key,
    extract_identifying_fields,
    remove_social_security_numbers,
)

KEY = b"k" * 32
ROSTER = pa.table(
    {
        "local_id": ["1", "1", None, "2"],
        "given_name": ["Ada", " ada ", "Bo", None],
        "family_name": ["Lund", "LUND", "Prado", None],
        "birth_date": pa.array([date(2012, 1, 2)] * 4, pa.date32()),
        "phone": ["5551234567", "5557654321", "", None],
    }
)


def test_the_same_child_is_the_same_record_in_any_spelling_of_case() -> None:
    found = extract_identifying_fields(ROSTER, source="river", key=KEY)
    keys = found["record_key"].to_pylist()
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert found["phone"].to_pylist() == ["5551234567", "5557654321", None, None]


def test_an_id_alone_is_its_anchor() -> None:
    found = extract_identifying_fields(ROSTER, source="river", key=KEY)
    assert found["record_key"][3] == found["anchor"][3]
    assert found["anchor"].to_pylist()[0] == compute_anchor_key("river", " 1 ", KEY)
    assert found["anchor"].to_pylist()[2] is None


def test_sender_and_key_change_every_name() -> None:
    names = [
        set(extract_identifying_fields(ROSTER, source=s, key=k)["record_key"].to_pylist())
        for s, k in (("river", KEY), ("lake", KEY), ("river", b"j" * 32))
    ]
    assert not names[0] & names[1]
    assert not names[0] & names[2]


def test_a_file_without_ids_or_names_says_nothing() -> None:
    found = extract_identifying_fields(pa.table({"record_id": ["1"]}), source="river", key=KEY)
    assert found["record_key"].to_pylist() == [None]


def test_a_date_of_death_changes_no_name_of_a_record() -> None:
    died = pa.array([date(2025, 3, 9), None, None, None], pa.date32())
    found = extract_identifying_fields(
        ROSTER.append_column("death_date", died), source="river", key=KEY
    )
    before = extract_identifying_fields(ROSTER, source="river", key=KEY)
    assert found["death_date"].to_pylist() == died.to_pylist()
    assert before["death_date"].null_count == len(ROSTER)
    assert found.drop_columns("death_date") == before.drop_columns("death_date")


def test_a_social_security_number_names_its_row_and_says_nothing() -> None:
    ids = pa.array(["900-45-6001", "2", None, "4"])
    found = extract_identifying_fields(
        ROSTER.set_column(0, "local_id", ids).append_column(
            "state_id", pa.array(["K1", "900-45-6002", None, "K4"])
        ),
        source="river",
        key=KEY,
    )
    left = remove_social_security_numbers(found)
    assert left["local_id"].to_pylist() == [None, "2", None, "4"]
    assert left["state_id"].to_pylist() == ["K1", None, None, "K4"]
    assert left["phone"] == found["phone"]
    assert left["birth_date"] == found["birth_date"]
    assert (
        left["anchor"][0]
        == found["anchor"][0]
        == pa.scalar(compute_anchor_key("river", "900-45-6001", KEY))
    )
