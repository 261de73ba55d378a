"""Measure percentage bands of many programs and ZIP codes at once, beside earlier releases.

    python benchmarks/program_bands.py [--children 4000] [--programs 12] [--zips 12] [--earlier 2]

A synthetic county: schools in districts, races and genders, ZIP codes, and programs, each with some
of the children. One release shows the outcome by district and school, by race and gender, by ZIP
code and for each program. Each district and each program attacks it as one that knows its own.
Earlier releases showed the first two tables; with `--came`, more children came since each of them.
"""

import argparse
import json
import time
from collections import Counter
from dataclasses import replace

import numpy as np

from cairn.sdc.audit import BandRelease, attack_bands
from cairn.sdc.contributors import CellContributor
from cairn.sdc.perturbation import BandsExposedError, build_band_population, publish_bands
from cairn.sdc.tables import CellCounts, Key, Nest, SuppressionRule, TableRequest

FIRST_TABLES = (("district", "school"), ("race", "gender"))
RACES, RACE_SHARES = 7, (0.47, 0.22, 0.17, 0.06, 0.055, 0.02, 0.005)
GENDERS, GENDER_SHARES = 3, (0.507, 0.488, 0.005)
MOST_TRIED = 400
DISTRICTS, SCHOOLS = 3, 12


def main() -> None:
    """Print the processor seconds, and how much the bands tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--children", type=int, default=4000)
    parser.add_argument("--programs", type=int, default=12)
    parser.add_argument("--zips", type=int, default=12)
    parser.add_argument("--earlier", type=int, default=2)
    parser.add_argument("--came", type=float, default=0.0, help="share that came between releases")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    result = measure_release(args)
    print(json.dumps(result) if args.json else "\n".join(f"{k}: {v}" for k, v in result.items()))


def measure_release(args: argparse.Namespace) -> dict[str, float | int | str]:
    """Publish the tables beside the earlier releases, and attack the result once more."""
    children = generate_children(args)
    rng = np.random.default_rng(args.seed)
    came_in = rng.permutation(args.children)
    earlier = list[BandRelease]()
    for number in range(args.earlier):
        kept = int(args.children * (1 - args.came * (args.earlier - number)))
        request = build_request([children[index] for index in sorted(came_in[:kept])], args, ())
        try:
            bands = publish_bands(
                request,
                SuppressionRule(),
                earlier=earlier,
                name=f"{number}",
                contributors=list_contributors(request),
                most_tried=MOST_TRIED,
            )
        except BandsExposedError:
            return {"earlier release without safe bands": number}
        earlier.append(BandRelease(f"{number}", build_band_population(request.cells), bands.groups))
    programs = tuple((f"program{index}",) for index in range(args.programs))
    request = build_request(children, args, (("zip",),) * bool(args.zips) + programs)
    contributors = list_contributors(request)
    start = time.process_time()
    try:
        bands = publish_bands(
            request,
            SuppressionRule(),
            earlier=earlier,
            name="now",
            contributors=contributors,
            most_tried=MOST_TRIED,
        )
    except BandsExposedError as error:
        exposed = error.certificate.exposures
        return {
            "seconds until it is stopped": round(time.process_time() - start, 1),
            "exposed": len(exposed),
        }
    end = time.process_time()
    now = BandRelease("now", build_band_population(request.cells), bands.groups, {
        item.name: build_band_population(CellCounts(request.cells.dims, {
            key: item.own.get(key, 0) for key in request.cells.counts})) for item in contributors
    })  # fmt: skip
    certificate = attack_bands(
        [*(replace(item, contributors=now.contributors)
           if item.population == now.population else item for item in earlier), now], 3,
    )  # fmt: skip
    return {
        "finest groups": len(now.population.sizes),
        "groups": len(bands.groups),
        "groups that tell": sum(group.tells for group in bands.groups),
        "widened": bands.widened,
        "contributors": len(contributors),
        "targets": certificate.targets,
        "programs": certificate.programs,
        "exposed": len(certificate.exposures),
        "seconds to publish": round(end - start, 1),
        "seconds of one attack": round(time.process_time() - end, 1),
    }


def generate_children(args: argparse.Namespace) -> list[Key]:
    """Generate children: all values of each, with the outcome last."""
    rng = np.random.default_rng(args.seed)
    schools = rng.choice(SCHOOLS, args.children, p=rng.dirichlet(np.full(SCHOOLS, 5.0)))
    zips = (schools + rng.choice([0, 0, 0, 1, 2], args.children)) % max(args.zips, 1)
    races = rng.choice(RACES, args.children, p=RACE_SHARES)
    genders = rng.choice(GENDERS, args.children, p=GENDER_SHARES)
    # A program has from 30 children up, most of them of a few schools.
    members = np.zeros((args.children, args.programs), np.bool_)
    for program in range(args.programs):
        near = np.isin(schools, rng.choice(SCHOOLS, 4, replace=False))
        share = min(float(rng.uniform(0.008, 0.06)), 1)
        members[:, program] = rng.random(args.children) < np.where(near, share * 2.5, share / 4)
    has_outcome = rng.random(args.children) < 0.15 + 0.04 * races
    return [
        (
            f"d{schools[child] % DISTRICTS}", f"s{schools[child]:02}",
            f"r{races[child]}", f"g{genders[child]}",
            *((f"z{zips[child]:02}",) if args.zips else ()),
            *("yes" if member else "no" for member in members[child]),
            "yes" if has_outcome[child] else "no",
        )
        for child in range(args.children)
    ]  # fmt: skip


def build_request(
    children: list[Key], args: argparse.Namespace, more: tuple[tuple[str, ...], ...]
) -> TableRequest:
    """Build the request of the first two tables and more, with children by all values."""
    dims = (
        "district", "school", "race", "gender", *(("zip",) if args.zips else ()),
        *(f"program{index}" for index in range(args.programs)), "result",
    )  # fmt: skip
    cells = CellCounts(dims, dict(Counter(children)))
    return TableRequest(cells, (*FIRST_TABLES, *more), (Nest("school", "district"),))


def list_contributors(request: TableRequest) -> list[CellContributor]:
    """List each district, and each program, with its own children."""
    counts, dims = request.cells.counts, request.cells.dims
    names = sorted({key[0] for key in counts})
    return [
        *(CellContributor(name, {k: n for k, n in counts.items() if k[0] == name})
          for name in names),
        *(CellContributor(dim, {k: n for k, n in counts.items() if k[index] == "yes"})
          for index, dim in enumerate(dims) if dim.startswith("program")),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
