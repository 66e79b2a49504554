"""A trip after a training: criteria, rooms, itinerary, real cost and the benefit booked per dealer.

Its measure is what was solved and answered, not what was spent; cost per head is for the manufacturer alone.
"""
