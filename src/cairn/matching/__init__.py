"""Link records of any number of sources to people (record linkage, without Django).

A record passes through these packages in order:

- `standardize`: write every identifying field in one spelling.
- `blocking`: find the pairs of records that are worth comparing.
- `comparison`: state how far two records agree, field by field (an agreement pattern).
- `scoring`: learn what a pattern is worth (Fellegi and Sunter 1969) and weigh every pair.
- `clustering`: group pairs into people, and find the groups that may be wrong.
- `survivorship`: choose the value to show for each field of a person.

`pipeline` runs the whole way for a batch of records. `rosters` does so for plain files, and `pprl`
links encoded records, which carry no names.
"""
