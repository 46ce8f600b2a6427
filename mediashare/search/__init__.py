"""Find episodes and moments that this person may see."""
