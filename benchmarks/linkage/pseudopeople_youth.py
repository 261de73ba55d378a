# /// script
# requires-python = ">=3.11"
# dependencies = ["pseudopeople==1.3.1"]
# ///
"""Extract the youth of pseudopeople's sample population: census, nutrition program and tax forms.

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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    birth_dates = _list_birth_dates()
    rows = pd.concat(
        [_read_years(birth_dates, name, args.seed) for name in _SOURCES], ignore_index=True
    )
    rows["record_id"] = rows.index.map("r{:06}".format)
    truth = rows[["record_id", "source"]].assign(
        person=rows["simulant_id"].map(lambda name: int(name.replace("_", ""))),
        race_ethnicity=rows["simulant_id"].map(_list_groups()).fillna("unknown"),
    )
    args.out.mkdir(parents=True, exist_ok=True)
    rows[list(_COLUMNS)].to_parquet(args.out / "records.parquet", index=False)
    truth.to_parquet(args.out / "truth.parquet", index=False)
    print(f"{len(rows):,} records of {truth['person'].nunique():,} youth in {args.out}")


def _read_years(birth_dates: pd.Series, name: str, seed: int) -> pd.DataFrame:
    generate, years = _SOURCES[name]
    tables = []
    for year in years:
        table = generate(seed=seed, year=year)
        birth = table["simulant_id"].map(birth_dates)
        youth = (birth > _BORN_AFTER) & (birth > pd.Timestamp(year - 25, 1, 1))
        tables.append(_convert_table(table[youth], name))
    return pd.concat(tables, ignore_index=True)


def _convert_table(table: pd.DataFrame, source: str) -> pd.DataFrame:
    def get_column(*names: str) -> pd.Series:
        columns = [table[name] for name in names if name in table] or [
            pd.Series(None, index=table.index)
        ]
        return columns[0].astype(object).where(columns[0].notna(), None)

    street = get_column("street_number", "mailing_address_street_number").fillna("")
    street += " " + get_column("street_name", "mailing_address_street_name").fillna("")
    unit = get_column("unit_number", "mailing_address_unit_number").fillna("")
    box = get_column("mailing_address_po_box").map(
        lambda number: f"PO Box {number}" if number else ""
    )
    street = (street + " " + unit).str.strip()
    return pd.DataFrame(
        {
            "simulant_id": table["simulant_id"],
            "source": source,
            "given_name": get_column("first_name"),
            "middle_name": get_column("middle_initial"),
            "family_name": get_column("last_name"),
            "birth_date": get_column("date_of_birth").map(_parse_date),
            "sex": get_column("sex").map(lambda value: value[0] if value else None),
            "race_ethnicity": get_column("race_ethnicity"),
            "street": street.where(street != "", box).replace("", None),
            "city": get_column("city", "mailing_address_city"),
            "postal_code": get_column("zipcode", "mailing_address_zipcode"),
            # Cairn refuses what looks like a social security number; here it is but a number.
            "state_id": get_column("ssn").map(lambda ssn: ssn.replace("-", "") if ssn else None),
        }
    )


def _parse_date(text: str | None) -> object:
    """Parse a date, month first as these files have it; None if it is no date."""
    digits = "".join(letter for letter in text or "" if letter.isdigit())
    found = pd.to_datetime(digits, format="%m%d%Y", errors="coerce") if digits else None
    return None if found is None or pd.isna(found) else found.date()


def _generate_without_noise(generate: object, year: int) -> pd.DataFrame:
    return generate(config=pseudopeople.NO_NOISE, year=year)


def _list_birth_dates() -> pd.Series:
    """List the true birth date of every person in any census or in the nutrition program."""
    tables = [
        _generate_without_noise(pseudopeople.generate_decennial_census, year)
        for year in (2020, 2030, 2040)
    ]
    tables.append(_generate_without_noise(pseudopeople.generate_women_infants_and_children, None))
    everyone = pd.concat(tables).drop_duplicates("simulant_id").set_index("simulant_id")
    return everyone["date_of_birth"].map(_parse_date).map(pd.Timestamp)


def _list_groups() -> pd.Series:
    tables = [
        _generate_without_noise(pseudopeople.generate_decennial_census, year)
        for year in (2020, 2030, 2040)
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
