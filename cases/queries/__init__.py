"""Every read of causes, cases, their drafts and the readers' choices."""
