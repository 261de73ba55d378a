"""Law packs: data about one law each, which can only narrow what an agreement allows.

`coverage.data_elements` applies class packs to one element under one agreement,
`checks.state_law` applies state packs to a whole use. The most restrictive pack wins.
"""
