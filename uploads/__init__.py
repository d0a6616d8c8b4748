"""Large files that authors send in pieces, over networks that break. Knows people; knows nothing of what a film is shown for."""
