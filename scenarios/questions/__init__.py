"""Questions for the least capacity that meets conditions: levers, limits, costs."""

from scenarios.questions.question import Condition, Lever, Question
from scenarios.questions.reading import is_question, question

__all__ = ["Condition", "Lever", "Question", "is_question", "question"]
