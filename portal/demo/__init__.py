"""The demo network: a fictional soft-drink maker, its dealers and 24 months of trade, the same every time.

Everything is drawn from one seed per size, so two builds are equal row by row, and a few dealers behave in
ways known beforehand (``truths``) so that figures on screens can be checked against them.
"""
