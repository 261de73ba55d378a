"""Apps that hold data about students: intake of deliveries and the person index."""
