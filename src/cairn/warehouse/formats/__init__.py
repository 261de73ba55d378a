"""One table in the formats that researchers' programs open, with its labels and terms inside.

Every writer takes a `Labelled` table and gives bytes: an extract is never a file on a disk of ours
that anyone could open.
"""
