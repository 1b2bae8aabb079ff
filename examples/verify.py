"""Find the first wrong step of a student's solution: no language model is asked.

usage: python examples/verify.py
"""

from pathlib import Path

import clra

HERE = Path(__file__).parent


def main() -> None:
    """Print the first wrong step, why it is wrong, and how it was read."""
    problem = (HERE / "student" / "problem.txt").read_text(encoding="utf-8")
    solution = (HERE / "student" / "solution.txt").read_text(encoding="utf-8")
    review = clra.verify(problem, solution)
    if review.first_error is None:
        print("nothing is proved wrong")
        return
    span = review.steps[review.first_error].span
    print(f"step {review.first_error + 1} is wrong: {review.text[span.start : span.end].strip()}")
    for checked in review.claims:
        if checked.refuted and checked.deciding is not None:
            print(f"  {checked.deciding.evidence} (read as {checked.claim.formal})")


if __name__ == "__main__":
    main()
