"""Who is who: records of any number of sources → people.

The way of a record: ``standard`` (one spelling) → ``blocking`` (who is worth comparing with whom)
→ ``comparisons`` and ``scoring`` (how far two records agree, and what that is worth by the
``model``) → ``groups`` (people) → ``explaining`` (why). ``linking`` does all of it for a batch.
"""
