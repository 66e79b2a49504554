"""What changes in seasons: the calendar, natural sales chosen, targets and what is said about them."""
