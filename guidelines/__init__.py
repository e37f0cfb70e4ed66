"""The guideline on hepatic artery intervention for liver cancer, in pure Python: ask it with a dictionary of facts.

Each function answers one command of `python -m guidelines` and raises `FactError` for facts that cannot be.
"""

from guidelines.entry import FactError
from guidelines.next_step import next_step
from guidelines.response import response
from guidelines.scoring import scores
from guidelines.surveillance import schedule
from guidelines.verdict import eligibility

__all__ = ["FactError", "eligibility", "next_step", "response", "schedule", "scores"]
