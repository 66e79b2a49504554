"""Reads of occasions: what happens when, who is invited, the queue, people, the door."""
