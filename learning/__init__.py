"""Courses, assignments, completions and supervision. Knows that an item is a case or a quiz, not what a quiz is."""
