"""Every write of causes, cases, their drafts and the readers' choices."""
