"""Make the demo community, fictional River County, from a seed.

Its data go through every step by the same actions that a person would use.
"""
