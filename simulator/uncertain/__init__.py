"""How far apart answers lie, and why: what is not known, and luck."""
