"""Question bank, quizzes, attempts, answers and marking. On top: a submitted quiz writes a completion."""
