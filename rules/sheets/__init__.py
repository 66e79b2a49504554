"""Score sheets at speed: all subjects of a month in columns, with the very outcomes of the reference."""
