"""Development plans, daily routes, visits and weekly meetings: what is done in the off-season, day by day.

Plans are made by ``rules.planning``; this slice keeps them, lets people edit and agree, and counts what was
done.
"""
