"""Seasons: calendar, natural sales, targets agreed with dealers, growth points that carry them."""
