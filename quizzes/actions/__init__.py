"""Every write of questions, quizzes, attempts and answers."""
