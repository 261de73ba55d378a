"""Pages of deliveries: the list, the upload form, one delivery, and its column mapping."""
