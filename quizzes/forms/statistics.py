"""Words for the statistics of quizzes and questions."""

from typing import Any

from flask_babel import lazy_gettext as _l

from quizzes.rules.statistics import Which

WHICH_LABELS = {
    Which.FIRST: _l("First attempts"),
    Which.ALL: _l("All attempts"),
    Which.LAST: _l("Last attempts"),
    Which.HIGHEST: _l("Best attempts"),
}

# Figures in the order of the page: label, unit ("" or "%"), and what the figure is.
QUIZ_FIGURES: dict[str, tuple[Any, str, Any]] = {
    "mean": (_l("Mean score"), "%", _l("All scores added up, divided by their number.")),
    "median": (_l("Median score"), "%", _l("Half of the attempts score less.")),
    "deviation": (_l("Standard deviation"), "%", _l("How far scores lie from the mean.")),
    "skewness": (_l("Skewness"), "", _l("0 where scores lie evenly about the mean; below 0 where a few score far lower.")),
    "kurtosis": (_l("Kurtosis"), "", _l("0 for a bell; above 0 for a sharp peak with long tails.")),
    "consistency": (_l("Internal consistency"), "%", _l("How far the questions measure one thing: Cronbach's alpha.")),
    "error_ratio": (_l("Error ratio"), "%", _l("The share of the deviation that is chance.")),
    "standard_error": (_l("Standard error"), "%", _l("How far a score is off by chance: two of three lie closer to what somebody can.")),
}
QUESTION_FIGURES: dict[str, tuple[Any, str, Any]] = {
    "facility": (_l("Facility"), "%", _l("The mean share of the marks: high is easy.")),
    "deviation": (_l("Standard deviation"), "%", _l("How far the marks of this question lie from their mean.")),
    "guess": (_l("Score by guessing"), "%", _l("What somebody earns who knows nothing.")),
    "intended": (_l("Intended weight"), "%", _l("Its share of the marks of the quiz.")),
    "effective": (_l("Effective weight"), "%", _l("Its share of what makes scores differ.")),
    "discrimination": (_l("Discrimination"), "%", _l("Whether those who do well in the rest of the quiz do well here: 100 always, 0 not at all.")),
    "efficiency": (_l("Discriminative efficiency"), "%", _l("Discrimination as a share of what these marks would allow.")),
}

SIGN_WORDS = {
    "few": _l("Fewer than 30 attempts: single people move these figures. Read them with care."),
    "bunched": _l("Scores lie close together. Where everybody must know it, that is the aim; to tell people apart it takes 12 points."),
    "tail_low": _l("A few score far lower than the rest."),
    "tail_high": _l("A few score far higher than the rest."),
    "peaked": _l("Most scores are nearly alike, and some are far off."),
    "consistent": _l("The questions measure the same thing."),
    "fairly_consistent": _l("Good enough."),
    "inconsistent": _l("The questions do not go together, or nearly everybody scores alike. Look at those with most trouble."),
    "below_guessing": _l("Guessing would earn more: check the key and the wording."),
    "nobody": _l("Hardly anybody gets it: the question or its key may be wrong."),
    "hard": _l("Hard: is the case clear about it?"),
    "fit": _l("In the range that tells most."),
    "easy": _l("Nearly everybody gets it. Right for a rule that all must know; it tells nobody apart."),
    "backwards": _l("Check the key: the strong get it wrong more often."),
    "too_easy_to_tell": _l("Says little here, for nearly everybody gets it."),
    "hardly": _l("Hardly tells who knows from who does not."),
    "weakly": _l("Tells who knows from who does not, but weakly."),
    "well": _l("Tells who knows from who does not."),
    "very_well": _l("Tells very well who knows from who does not."),
    "inefficient": _l("At this difficulty it could tell people apart twice as well."),
    "guessed": _l("Guessing earns this much. Several such questions, and somebody passes by luck."),
    "key": _l("The upper third prefers a wrong option: the key may be wrong."),
    "stronger": _l("A wrong option draws the strong more than the weak: read it again."),
    "unused": _l("A wrong option is chosen by nobody: replace it."),
    "sure_and_wrong": _l("Many are sure and wrong: teach this next."),
}
OPTION_WORDS = {
    "key": _l("The upper third prefers it to the right one: the key may be wrong."),
    "stronger": _l("It draws the strong more than the weak."),
    "unused": _l("Chosen by nobody: replace it."),
    "rare": _l("Chosen by hardly anybody."),
}
LINE_WORDS = {
    "area": _l("Area"),
    "outside": _l("Outside every area"),
    "rest": _l("What no answer accepts"),
    "nothing": _l("No answer"),
}
CERTAINTY_LABELS = {1: _l("Not sure"), 2: _l("Fairly sure"), 3: _l("Sure")}
