"""Turn counted tables into publishable figures with an audit certificate. Uses no Django."""
