"""Who is who: records of any number of sources → people.

The way of a record: ``standard`` (one spelling) → ``blocking`` (who is worth comparing with whom)
→ ``comparisons`` and ``agreement`` (how far two records agree: a pattern) → ``model``, learned in
``training`` from what is counted by ``chance`` (what a pattern is worth) → ``groups`` and
``rosters`` (people) → ``explaining`` (why). ``linking`` does all of it for a batch, ``scoring``
the comparing, for a million pairs or for one child.
"""
