"""Records of single children for approved research: how coarse, how rare, how much risk is left."""
