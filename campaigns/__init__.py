"""Campaigns: surveys, trips, promotions, outreach and the peak plan."""
