"""What the template says: an example of each kind, and what stands in each column. Both languages, for the file speaks for itself."""

from quizzes.rules.questions import QuestionKind

KIND_WORDS = {
    QuestionKind.SINGLE: ("single", "单选题"),
    QuestionKind.MULTIPLE: ("multiple", "多选题"),
    QuestionKind.TRUE_FALSE: ("true-false", "判断题"),
    QuestionKind.NUMERIC: ("numeric", "数值题"),
    QuestionKind.SHORT: ("short", "填空题"),
    QuestionKind.MATCHING: ("matching", "匹配题"),
    QuestionKind.ORDERING: ("ordering", "排序题"),
    QuestionKind.WORDS: ("words", "选词填空题"),
    QuestionKind.ESSAY: ("essay", "简答题"),
    QuestionKind.INFORMATION: ("information", "说明"),
}


def kind_words(kind: str, language: str) -> str:
    """How a kind is called in a sheet."""
    return KIND_WORDS[QuestionKind(kind)][language == "zh"]


def _options(*pairs: tuple[str, str]) -> dict[str, str]:
    return {f"option:{at}:{language}": text for at, pair in enumerate(pairs, 1) for language, text in zip(("en", "zh"), pair, strict=True)}


def _row(kind: str, en: str, zh: str, answer: str = "", **more: str) -> dict[str, str]:
    return {"kind": kind, "text:en": en, "text:zh": zh, "answer": answer, **more}


EXAMPLES: list[dict[str, str]] = [
    {
        **_row("single", "Which gas puts people to sleep without a smell?", "哪种气体没有气味却使人昏迷？", "A"),
        **_options(("Nitrogen", "氮气"), ("Ammonia", "氨气"), ("Chlorine", "氯气")),
        "why:2:en": "You would smell it long before.",
        "why:2:zh": "远未到危险浓度就能闻到。",
        "feedback:en": "Nitrogen takes the place of oxygen.",
        "feedback:zh": "氮气取代了氧气。",
        "category": "Confined space/Gases",
        "tags": "nitrogen; 氮气",
        "difficulty": "2",
    },
    {
        **_row("multiple", "What is measured before entry?", "进入前要检测什么？", "A, B"),
        **_options(("Oxygen", "氧含量"), ("Flammable gas", "可燃气体"), ("Humidity", "湿度")),
    },
    {**_row("true-false", "A mask with a filter protects where oxygen is lacking.", "过滤式面具在缺氧处也能防护。", "FALSE")},
    {**_row("numeric", "At least how much oxygen must there be, in per cent?", "氧含量至少应为百分之多少？", "19.5"), "tolerance": "0.1"},
    {**_row("short", "The one who stays outside is the ____.", "留在外面的人叫____。"), **_options(("attendant", "监护人"), ("watcher", "监护员"))},
    {
        **_row("matching", "Which sign belongs to which?", "哪个颜色表示什么？", "1-A; 2-B"),
        **_options(("Prohibition", "禁止"), ("Warning", "警告"), ("Mandatory action", "指令")),
        "stem:1:en": "Red",
        "stem:1:zh": "红色",
        "stem:2:en": "Yellow",
        "stem:2:zh": "黄色",
    },
    {**_row("ordering", "Put the steps in order.", "请按先后排序。"), **_options(("Isolate", "隔离"), ("Ventilate", "通风"), ("Measure", "检测"))},
    {
        **_row("words", "First [[1]], then [[2]].", "先[[1]]，再[[2]]。", "1-A; 2-B"),
        **_options(("ventilate", "通风"), ("measure", "检测"), ("enter", "进入")),
        "groups": "1; 1; 1",
    },
    {
        **_row("essay", "Describe how you would call for help.", "说明你怎样呼救。"),
        "guide:en": "Place, number of people, what happened.",
        "guide:zh": "地点、人数、发生了什么。",
    },
    {**_row("information", "Read the permit before you go on.", "继续之前先看作业票。")},
]

NOTES_HEAD = {"en": ["Column", "What stands in it"], "zh": ["列", "填什么"]}
NOTES = {
    "kind": (
        "single, multiple, true-false, numeric, short, matching, ordering, words, essay or information. Empty: found by options and answer.",
        "单选题、多选题、判断题、数值题、填空题、匹配题、排序题、选词填空题、简答题或说明。不填时按选项和答案判断。",
    ),
    "text:en": ("The question. One language is enough. Missing words are marked [[1]], [[2]].", "题干，填一种语言即可。选词填空处写 [[1]]、[[2]]。"),
    "option:1:en": (
        "An option; for short answers one that is accepted; for ordering the rows in their right order; "
        "for matching and missing words what there is to choose.",
        "选项；填空题为一个可接受的答案；排序题按正确顺序填写；匹配题和选词填空题为备选内容。",
    ),
    "answer": (
        "Letters (A, C), TRUE or FALSE, numbers between semicolons, or for matching and missing words 1-B; 2-A. "
        "Empty for short answers in the option columns, and for ordering.",
        "字母（A, C）、对或错、用分号隔开的数值；匹配题和选词填空题写 1-B; 2-A。填空题答案写在选项列时、排序题均可不填。",
    ),
    "weight:1": (
        "Per cent for this option, 100 for all marks. Either every option has one or none.",
        "选该项得百分之几，100 为满分。要么每项都填，要么都不填。",
    ),
    "why:1:en": ("What is said to whoever chose this option.", "选了该项后给出的说明。"),
    "stem:1:en": ("For matching: what is to be joined with an option.", "匹配题：要与选项配对的内容。"),
    "hint:1:en": ("Shown after a wrong try.", "答错一次后显示。"),
    "feedback:en": ("Why the right answer is right.", "为什么正确答案是对的。"),
    "right:en": ("Said to whoever is right; likewise partly right, and wrong.", "答对后显示；部分答对、答错同理。"),
    "guide:en": ("For whoever marks an essay.", "简答题评分人看的要点。"),
    "tolerance": ("How far a number may be off; one for all or one for each.", "数值允许的偏差；一个通用，或每个答案各一个。"),
    "units": ("Name=factor between semicolons: bar=1; kPa=0.01.", "单位=系数，用分号隔开：bar=1; kPa=0.01。"),
    "unit": ("none, optional or required.", "不要、可选或必须。"),
    "exact": ("yes where capitals count.", "区分大小写时填“是”。"),
    "fixed": ("yes where options keep their order.", "选项顺序不打乱时填“是”。"),
    "groups": ("For missing words: the group of each option, 1; 1; 2.", "选词填空：各选项所属组，如 1; 1; 2。"),
    "ids": ("Names that rows had before. Leave it as it is.", "原有的行标识，请勿改动。"),
    "penalty": ("Per cent taken away for each wrong try.", "每答错一次扣减的百分数。"),
    "format": ("markdown or html; empty for plain text.", "markdown 或 html；纯文本不填。"),
    "category": ("Where it is kept: Confined space/Gases.", "存放位置：有限空间/气体。"),
    "tags": ("Words between semicolons.", "标签，用分号隔开。"),
    "difficulty": ("1 easy to 5 hard.", "1（易）到 5（难），或易、中、难。"),
    "cause": ("Short name of the cause: blind-rescue.", "事故原因类别的短名：blind-rescue。"),
    "case": ("Short name of the case it belongs to.", "所属事故案例的短名。"),
    "part": ("Part of the case where the answer is read.", "答案所在的案例部分。"),
    "id": ("Names a question that stands already: the row then changes it.", "题库中已有试题的标识：该行用于修改那道题。"),
    "title": ("A name for lists, never shown to learners.", "列表中的名称，不给学员看。"),
}
