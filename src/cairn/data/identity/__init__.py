"""Keep the person index, which links the records of partners to children."""
