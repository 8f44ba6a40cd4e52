"""Questions for the least capacity that meets conditions: levers, limits, costs."""

from scenarios.questions.question import Condition, Lever, Question
from scenarios.questions.reading import question

__all__ = ["Condition", "Lever", "Question", "question"]
