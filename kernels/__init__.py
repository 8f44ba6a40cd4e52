"""Numbers only: random numbers, laws, calendars, arrivals, tallies and the tables.

Nothing here knows a name, a unit, a file or a default. Both engines read the same
tables (`layout.Model`), draw from the same laws and write the same records.
"""
