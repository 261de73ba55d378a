"""Update the person index: compare affected records, group them, and write the changes."""
