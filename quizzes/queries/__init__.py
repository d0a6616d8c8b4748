"""Every read of questions, quizzes, attempts and answers."""
