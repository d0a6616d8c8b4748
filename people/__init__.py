"""Accounts, departments, roles and who supervises whom; sign-in. Knows nothing of cases, courses or quizzes."""
