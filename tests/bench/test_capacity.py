"""What a race says."""

import math

from bench.capacity import Race


def test_the_ratio_is_the_median_of_the_rounds_ratios() -> None:
    race = Race({"ours": [90, 200, 300], "dialplan": [100, 200, 400]})
    assert race.ratio("ours", "dialplan") == 0.9
    assert race.median("ours") == 200


def test_a_round_where_the_other_carried_nothing_is_left_out() -> None:
    assert Race({"ours": [90, 80], "dialplan": [0, 100]}).ratio("ours", "dialplan") == 0.8
    assert math.isnan(Race({"ours": [90], "dialplan": [0]}).ratio("ours", "dialplan"))
