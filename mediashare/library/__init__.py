"""Episodes, their tags and audiences, and who may see them."""
