# /// script
# requires-python = ">=3.11"
# dependencies = ["pseudopeople==1.3.1"]
# ///
"""Youth of pseudopeople's sample population: census, nutrition program and tax forms.

    uv run --script benchmarks/linkage/pseudopeople_youth.py OUT

Its libraries' versions are not ours, so it runs in an environment of its own. People born after
April 2001, in the censuses of 2020 and 2030 and in every year's nutrition program (WIC), W-2 and
1099 forms and tax returns until they are 25, with its own noise at its own settings. Tax forms
carry no birth date, the census no number of social security; everybody lives in one town.
"""

import argparse
from pathlib import Path

import pandas as pd
import pseudopeople

_BORN_AFTER = pd.Timestamp(2001, 4, 30)
_YEARS = range(2020, 2031)
_COLUMNS = (
    "record_id", "source", "given_name", "middle_name", "family_name", "birth_date", "sex",
    "race_ethnicity", "street", "city", "postal_code", "state_id",
)  # fmt: skip


def main() -> None:
    """Write records and truth."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    born = _born()
    rows = pd.concat([_in_years(born, name, chosen.seed) for name in _SOURCES], ignore_index=True)
    rows["record_id"] = rows.index.map("r{:06}".format)
    truth = rows[["record_id", "source"]].assign(
        person=rows["simulant_id"].map(lambda name: int(name.replace("_", ""))),
        race_ethnicity=rows["simulant_id"].map(_groups()).fillna("unknown"),
    )
    chosen.out.mkdir(parents=True, exist_ok=True)
    rows[list(_COLUMNS)].to_parquet(chosen.out / "records.parquet", index=False)
    truth.to_parquet(chosen.out / "truth.parquet", index=False)
    print(f"{len(rows):,} records of {truth['person'].nunique():,} youth in {chosen.out}")


def _in_years(born: pd.Series, name: str, seed: int) -> pd.DataFrame:
    generate, years = _SOURCES[name]
    tables = []
    for year in years:
        table = generate(seed=seed, year=year)
        birth = table["simulant_id"].map(born)
        youth = (birth > _BORN_AFTER) & (birth > pd.Timestamp(year - 25, 1, 1))
        tables.append(_as_ours(table[youth], name))
    return pd.concat(tables, ignore_index=True)


def _as_ours(table: pd.DataFrame, source: str) -> pd.DataFrame:
    def said(*names: str) -> pd.Series:
        found = [table[n] for n in names if n in table] or [pd.Series(None, index=table.index)]
        return found[0].astype(object).where(found[0].notna(), None)

    street = said("street_number", "mailing_address_street_number").fillna("")
    street += " " + said("street_name", "mailing_address_street_name").fillna("")
    unit = said("unit_number", "mailing_address_unit_number").fillna("")
    box = said("mailing_address_po_box").map(lambda n: f"PO Box {n}" if n else "")
    street = (street + " " + unit).str.strip()
    return pd.DataFrame(
        {
            "simulant_id": table["simulant_id"],
            "source": source,
            "given_name": said("first_name"),
            "middle_name": said("middle_initial"),
            "family_name": said("last_name"),
            "birth_date": said("date_of_birth").map(_date),
            "sex": said("sex").map(lambda s: s[0] if s else None),
            "race_ethnicity": said("race_ethnicity"),
            "street": street.where(street != "", box).replace("", None),
            "city": said("city", "mailing_address_city"),
            "postal_code": said("zipcode", "mailing_address_zipcode"),
            # Cairn refuses what looks like a social security number; here it is but a number.
            "state_id": said("ssn").map(lambda ssn: ssn.replace("-", "") if ssn else None),
        }
    )


def _date(text: str | None) -> object:
    """The day, month first as these files have it; None for what is no date."""
    digits = "".join(letter for letter in text or "" if letter.isdigit())
    found = pd.to_datetime(digits, format="%m%d%Y", errors="coerce") if digits else None
    return None if found is None or pd.isna(found) else found.date()


def _without_noise(generate: object, year: int) -> pd.DataFrame:
    return generate(config=pseudopeople.NO_NOISE, year=year)


def _born() -> pd.Series:
    """The true birth date of everybody in any census or in the nutrition program."""
    tables = [
        _without_noise(pseudopeople.generate_decennial_census, year) for year in (2020, 2030, 2040)
    ]
    tables.append(_without_noise(pseudopeople.generate_women_infants_and_children, None))
    everyone = pd.concat(tables).drop_duplicates("simulant_id").set_index("simulant_id")
    return everyone["date_of_birth"].map(_date).map(pd.Timestamp)


def _groups() -> pd.Series:
    tables = [
        _without_noise(pseudopeople.generate_decennial_census, year) for year in (2020, 2030, 2040)
    ]
    everyone = pd.concat(tables).drop_duplicates("simulant_id").set_index("simulant_id")
    return everyone["race_ethnicity"].astype(object)


_SOURCES = {
    "census": (pseudopeople.generate_decennial_census, (2020, 2030)),
    "nutrition": (pseudopeople.generate_women_infants_and_children, _YEARS),
    "wages": (pseudopeople.generate_taxes_w2_and_1099, _YEARS),
    "returns": (pseudopeople.generate_taxes_1040, _YEARS),
}


if __name__ == "__main__":
    main()
