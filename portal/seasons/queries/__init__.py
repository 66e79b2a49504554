"""What is read of seasons: the calendar, dealers and their sales, targets by version, one's own targets."""
