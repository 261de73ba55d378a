"""Statistical disclosure control: protect tables of counts, then attack them to prove it."""
