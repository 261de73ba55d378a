"""How templates of this room say things."""
