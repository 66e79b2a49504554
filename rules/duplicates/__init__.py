"""When two accounts are suspected to be one: normalising, keys, score and the dated numbers behind it."""
