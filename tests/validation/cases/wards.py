"""Beds that are kept, shared, kept back and opened; help between services."""

from tests.validation.formulas import MMc, erlang_b
from tests.validation.harness import EXACT_USE, Case, Metric
from tests.validation.quantities import (
    in_use,
    line,
    mean_wait,
    measure,
    midnights_above,
    occupancy,
    per_day,
    rate,
    share_waiting,
    turned_away,
)
from tests.validation.wards import (
    Exchange,
    Outliers,
    Surge,
    fenced,
    held_beds,
    kaufman_roberts,
    saturated_line,
    theatres,
)

KEPT = (
    Case(
        "T20a",
        "T20a: two wards, blocking after treatment",
        (
            Metric(
                "beds kept for who is done",
                measure("acute ward: delayed, mean"),
                1.31590879014,
            ),
            Metric("mean line", line("acute ward"), 2.51730534424, limit=0.02),
            Metric(
                "mean wait",
                mean_wait("acute ward"),
                2.51730534424,
                "days",
                limit=0.02,
            ),
            Metric("acute beds taken", in_use("acute ward"), 5.31590879014),
            Metric(
                "rehabilitation beds taken",
                in_use("rehabilitation ward"),
                4.0,
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "F86",
        "two beds in a row, never short of patients; Hunt 1956: 2/3",
        (
            Metric("treated per day", per_day("second bed", "completions"), 2 / 3),
            Metric(
                "of the time of the first bed, kept",
                measure("first bed: delayed, mean"),
                1 / 3,
            ),
        ),
    ),
    Case(
        "F87",
        "three beds in a row, never short of patients; Hunt 1956: 22/39",
        (
            Metric(
                "treated per day", per_day("three", "completions"), saturated_line(3)
            ),
        ),
    ),
)

FENCED = fenced((0.8, 1.8), (1 / 4, 1 / 5), 12, 4)
"""F99, a day."""

KEPT_BACK = (
    Case(
        "T31a",
        "T31a: beds left free for emergencies",
        (
            Metric(
                "electives refused",
                turned_away("elective admissions"),
                0.240570341983,
            ),
            Metric(
                "emergencies refused",
                turned_away("mixed ward"),
                0.0269697692807,
                limit=0.02,
            ),
            Metric("beds taken", in_use("mixed ward"), 19.2231730324, limit=EXACT_USE),
        ),
    ),
    Case(
        "F99",
        "beds kept back, which their patients take first; Markov chain",
        (
            Metric(
                "electives refused",
                measure("fenced ward: turned away, share", "elective"),
                FENCED.mean(lambda s: float(s[1] == 8 or sum(s) == 12)),
            ),
            Metric(
                "emergencies refused",
                measure("fenced ward: turned away, share", "emergency"),
                FENCED.mean(lambda s: float(sum(s) == 12)),
            ),
            Metric(
                "beds taken",
                in_use("fenced ward"),
                FENCED.mean(sum),
                limit=EXACT_USE,
            ),
        ),
    ),
)

CARE = kaufman_roberts(20, [(6, 1), (1.8, 3), (1, 5)])
"""F89, a day."""

NEEDS = (
    Case(
        "T32a",
        "T32a: one or two nurses each; Kaufman and Roberts 1981",
        (
            Metric(
                "two to one refused",
                measure("intensive nurses: turned away, share", "two to one"),
                0.236677413856,
            ),
            Metric(
                "one to one refused",
                measure("intensive nurses: turned away, share", "one to one"),
                0.109677430697,
            ),
            Metric(
                "nurses busy", in_use("intensive nurses"), 8.3952257604, limit=EXACT_USE
            ),
        ),
    ),
    Case(
        "F89",
        "three sizes of need, any law; Kaufman and Roberts 1981",
        (
            *(
                Metric(
                    f"{need} need refused",
                    measure("care hours: turned away, share", need),
                    CARE.refused[row],
                )
                for row, need in ((2, "high"), (0, "low"), (1, "middle"))
            ),
            Metric("units in use", in_use("care hours"), CARE.in_use, limit=EXACT_USE),
        ),
    ),
)

JOINT = MMc(6.4, 0.25, 2)
"""F90, an hour."""
SOME = Outliers((2, 1.5), (1 / 4, 1 / 5), (8, 10), 2).steady()
"""F91, a day."""

HELPED = (
    Case(
        "F90",
        "two clinics that always help each other = M/M/2; GSTH 2.3",
        (
            Metric("mean wait, east", mean_wait("east clinic"), JOINT.wait, "hours"),
            Metric("mean wait, west", mean_wait("west clinic"), JOINT.wait, "hours"),
            Metric(
                "share waiting, east", share_waiting("east clinic"), JOINT.share_waiting
            ),
        ),
    ),
    Case(
        "T25a-helped",
        "T25a: two wards with outliers, said with help",
        (
            Metric("medical patients lost", turned_away("medicine"), 0.064511120646),
            Metric("surgical patients lost", turned_away("surgery"), 0.181203521547),
        ),
    ),
    Case(
        "T40a-helped",
        "T40a: beds of their own and shared ones, said with help",
        (
            Metric(
                "cardiology patients lost", turned_away("cardiology"), 0.112544648134
            ),
            Metric(
                "renal patients lost", turned_away("renal medicine"), 0.116236733111
            ),
        ),
    ),
    Case(
        "F91",
        "outliers only while more than two beds are free; Markov chain",
        (
            Metric(
                "medical patients lost",
                turned_away("general medicine"),
                SOME.mean(lambda s: float(s[0] == 8 and s[1] + s[2] >= 8)),
            ),
            Metric(
                "surgical patients lost",
                turned_away("general surgery"),
                SOME.mean(lambda s: float(s[1] + s[2] == 10)),
            ),
        ),
    ),
)

SURGE = Surge(1.9, 0.2, 10, 2, above=5, below=2).steady()
"""F96, a day."""

ESCALATION = Case(
    "F96",
    "beds opened and closed with hysteresis; Markov chain",
    (
        Metric("mean line", line("surge ward"), SURGE.mean(lambda s: s[1])),
        Metric("beds taken", in_use("surge ward"), 9.5),
        Metric(
            "share of nights with more than ten taken",
            midnights_above(10, "surge ward"),
            SURGE.mean(lambda s: float(s[0] > 10)),
        ),
    ),
)

CLEANED = erlang_b(1.2 * 3.5, 6)
"""F100."""
ROOMS = theatres((2.0, 1.2), (3, 2), 5, (1, 2))
"""F101."""
SWAPS = Exchange((0.9, 0.6), (1 / 4, 1 / 6), (0.5, 0.3), (4, 5)).steady()
"""F102, a day."""
OPERATIONS = held_beds(1.6, 1.0, 2.0, 1 / 3, 8)
"""F103, a day."""
OPERATED = 1.6 * OPERATIONS.mean(lambda s: float(sum(s) < 8))


HELD = (
    Case(
        "F100",
        "M/G/6/6 with cleaning; GSTH 2.5, whatever the law",
        (
            Metric("share lost", turned_away("cleaned ward"), CLEANED),
            Metric(
                "occupancy, cleaning included",
                occupancy("cleaned ward"),
                4.2 * (1 - CLEANED) / 6,
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "F101",
        "theatres that take surgeons along, any law; Kelly 1991",
        (
            Metric(
                "spines refused",
                turned_away("spine theatres"),
                ROOMS.mean(lambda s: float(s[1] == 2 or s[0] + 2 * s[1] > 3)),
            ),
            Metric(
                "hips refused",
                turned_away("hip theatres"),
                ROOMS.mean(lambda s: float(s[0] == 3 or s[0] + 2 * s[1] == 5)),
            ),
            Metric(
                "surgeons busy",
                in_use("surgeons"),
                ROOMS.mean(lambda s: s[0] + 2 * s[1]),
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "F102",
        "wards that exchange patients, blocked and swapped; Markov chain",
        (
            Metric(
                "beds of the first kept",
                measure("stroke ward: delayed, mean"),
                SWAPS.mean(lambda s: s[1]),
            ),
            Metric(
                "beds of the second kept",
                measure("older people's ward: delayed, mean"),
                SWAPS.mean(lambda s: s[3]),
            ),
            Metric(
                "beds of the first taken",
                in_use("stroke ward"),
                SWAPS.mean(lambda s: s[0] + s[1]),
                limit=EXACT_USE,
            ),
            Metric(
                "beds of the second taken",
                in_use("older people's ward"),
                SWAPS.mean(lambda s: s[2] + s[3]),
                limit=EXACT_USE,
            ),
        ),
    ),
    Case(
        "F103",
        "beds held through a theatre with a line; Markov chain",
        (
            Metric(
                "share refused",
                rate(
                    "surgical beds: turned away, number",
                    "model: patients entered, number",
                ),
                OPERATIONS.mean(lambda s: float(sum(s) == 8)),
            ),
            Metric(
                "mean wait for the theatre",
                mean_wait("operating theatre"),
                OPERATIONS.mean(lambda s: max(s[1] - 1, 0)) / OPERATED,
                "days",
            ),
            Metric(
                "beds taken",
                in_use("surgical beds"),
                OPERATIONS.mean(sum),
                limit=EXACT_USE,
            ),
        ),
    ),
)

CASES = (*KEPT, *KEPT_BACK, *NEEDS, *HELPED, ESCALATION, *HELD)
