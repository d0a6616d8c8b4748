"""Tables of the question bank, quizzes, attempts and answers."""
