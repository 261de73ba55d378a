"""The demo community: fictional River County, made from a seed, and the whole way of its data."""
