"""How often people may rate; whether they may at all is `library_policy.may_rate`."""

# Changing one's mind is fine; a program that changes it all day long is not.
RATE_LIMIT = "60 per minute"
