"""Reads of trips: the trip with its occasion, people and rooms, costs and benefits, fairness, hospitality."""
