"""Linking children without their names: a partner encodes at home, Cairn compares the encodings.

``secret``: how the partners of a project come to one secret that nobody else has. ``bits``: a
record → bits that are alike for records that are alike. ``file``: what is sent, made; ``form``: the
same, known and read again. ``matching``: encodings → people; ``loss``: what that costs.
"""
