"""Keep households, siblings and guardians of people over time."""
