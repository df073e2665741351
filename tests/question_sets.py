"""Question sets made up for the tests, in both formats."""

import json

BEES = (
    "Bees make honey in wooden hives. Keepers wear white veils in summer.",
    "A queen lays eggs all spring. Drones do nothing but eat.",
)
TEA = ("Tea grows on green hills in Assam. Pickers carry baskets at dawn.",)
COWS = ("Cows eat grass in green meadows. Farmers milk cows at dawn.",)
MILLS = ("Mills grind wheat in stone halls. Millers wear white aprons.",)
QUESTIONS = {
    "Who makes honey?": "Bees",
    "What do keepers wear?": "white veils",
    "Who lays eggs?": "A queen",
}


def qas(context, answers, impossible=()):
    """Make a paragraph with questions; answers are found in it by their text."""
    asked = [
        {
            "question": question,
            "answers": [{"text": text, "answer_start": context.index(text)}],
        }
        for question, text in answers.items()
        if text in context
    ]
    refused = [
        {"question": question, "answers": [], "is_impossible": True}
        for question in impossible
    ]
    return {"context": context, "qas": asked + refused}


def entry(title, contexts, answers, impossible=()):
    """Make an article of contexts; impossible questions go with the last."""
    *first, last = contexts
    paragraphs = [qas(context, answers) for context in first]
    return {"title": title, "paragraphs": [*paragraphs, qas(last, answers, impossible)]}


def bees(impossible=()):
    return entry("Bee_Keeping", BEES, QUESTIONS, impossible)


def tea(impossible=()):
    return entry("Tea", TEA, {"Where does tea grow?": "on green hills"}, impossible)


def cows():
    return entry("Cows", COWS, {"Who milks cows?": "Farmers"})


def mills():
    return entry("Mills", MILLS, {"What do millers wear?": "white aprons"})


LAMP = """# The lamp of Corra

The lamp was lit in 1902 by Ann Lee. It burns oil.

## Care

- Trim the wick **every** morning.
- Polish the brass.

| Part | Price |
|---|---|
| Wick | 4 pounds |
"""


def readers(**changes):
    """Make users' questions about the lamp."""
    questions = [
        {"q": "who switched it on", "gold": "by Ann Lee", "kind": "paraphrased"},
        {"q": "How often must the wick be trimmed?", "gold": ["every morning", "Trim"],
         "kind": "plain"},
        {"q": "What does a wick cost?", "gold": "| Wick | 4 pounds", "kind": "plain"},
        {"q": "What does the brass cost?", "gold": None, "kind": "look-alike"},
        {"q": "How old was Ann Lee?", "gold": None, "kind": "named"},
    ]  # fmt: skip
    dialogs = [
        [
            {"q": "When was the lamp lit?", "gold": "in 1902"},
            {"q": "by whom?", "gold": "by Ann Lee"},
            {"q": "and how old was she?", "gold": None},
        ]
    ]
    return {"file": "lamp.md", "questions": questions, "dialogs": dialogs, **changes}


def write_readers(folder, name="lamp", **changes):
    """Write the lamp's document and its questions; return the question file."""
    folder.mkdir(exist_ok=True)
    (folder / "lamp.md").write_text(LAMP, "utf-8")
    path = folder / f"{name}.json"
    path.write_text(json.dumps(readers(**changes)), "utf-8")
    return str(path)


def write(path, *entries):
    path.write_text(json.dumps({"version": "1.1", "data": entries}), "utf-8")
    return str(path)
