"""Statistical disclosure control: protect tables, then attack them to prove that they are safe.

Counts go in and publishable tables come out; nothing here reads files, a database or a clock.
`protect.protect_tables` is the place to begin: it runs the protector, then the attacker.

- `tables`: the request, the rules, the cells of all margins, and the published result.
- `suppression`: the protector, which chooses the cells to withhold (complementary suppression).
- `audit`: the attacker, who derives a range for each withheld cell. It shares no code with the
  protector.
- `differencing`: protect a release together with earlier and overlapping ones.
- `contributors`: protect each organization's people from other contributors, who can subtract their
  own.
- `perturbation`: alternatives to suppression (rounding, noise, coarser groups), and what each
  keeps.
- `magnitudes`: means, medians and sums.
- `microdata`: student-level extracts (k-anonymity, shifted dates, free text).

`options` has the choices that commands and pages offer.
"""
