"""Record what families consent to and what they opt out of."""
