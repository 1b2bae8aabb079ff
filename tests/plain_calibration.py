"""A calibration to calculate with by hand: a chain of which nothing is known is right as often as not.

Its vote counts 1, since the logarithm of its odds is 0. Nobody knows whether an answer is right but by its share.
"""

import json

PLAIN = {
    "version": 1,
    "name": "plain",
    "chain": {"intercept": 0.0, "evidence": {"refuted": -9.0, "answer refuted": -9.0, "answer confirmed": 2.0}},
    "answer": {"clra": {"intercept": 0.0, "share": 1.0}},
    "fitted": {},
}


def plain_calibration(folder):
    """The calibration as a file."""
    path = folder / "plain.json"
    path.write_text(json.dumps(PLAIN))
    return path
