"""Account classes (고객 유형): who contributes and who buys steadily, month by month, from dated books.

The numbers and the reasons come from ``rules.segments``; this slice keeps them, shows them, lets them go on.
"""
