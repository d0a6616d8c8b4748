"""Every read of courses, progress and completions."""
