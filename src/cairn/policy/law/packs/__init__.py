"""Law packs: data about one law each, which can only narrow what an agreement allows.

`checks.special_class_law` applies class packs to one element under one agreement,
`checks.state_law` applies state packs to a whole use. The most restrictive pack wins.
"""
