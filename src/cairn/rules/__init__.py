"""The law of the house: facts go in, a Decision with all its reasons comes out. Pure."""
