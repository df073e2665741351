"""A reader whose understanding a test decides."""

import numpy as np

TOPICS = ("time", "food", "place")
WORDS = {
    "guarantee": "time",
    "warranty": "time",
    "years": "time",
    "soup": "food",
    "lunch": "food",
    "harbour": "place",
}


class TopicReader:
    """Takes texts on the same topic as alike, and judges by that, too."""

    name = "topics"
    key = "topics"
    width = len(TOPICS) + 1
    languages = frozenset({"en"})

    def __init__(self, *, judges=True):
        self.judges = judges
        self.embedded = []
        self.judged = []

    def embed(self, texts):
        self.embedded += texts
        return np.array([self._vector(text) for text in texts], dtype=np.float32)

    def judge(self, question, windows):
        self.judged.append((question, list(windows)))
        asked = self._vector(question)
        return [
            np.array([6 * asked @ self._vector(s) - 3 for s in window.sentences])
            for window in windows
        ]

    def _vector(self, text):
        topics = {WORDS.get(word.strip(".?,").lower()) for word in text.split()}
        vector = np.array([*(float(topic in topics) for topic in TOPICS), 0.1])
        return vector / np.linalg.norm(vector)
