"""The words of a house and its groups that recognisers do not know, and what they hear instead."""
