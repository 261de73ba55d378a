"""Write the files that the partners of River County would send, and the ground truth."""
