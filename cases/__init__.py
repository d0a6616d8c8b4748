"""Causes, accident cases, decision points and films. Knows people; knows nothing of courses or quizzes."""
