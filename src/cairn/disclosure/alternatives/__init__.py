"""What else than withholding: coarser groups, ranges, rounding, noise; and what each keeps."""
