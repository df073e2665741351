import pytest

from retrieval import Article


@pytest.fixture(scope="session")
def make_article():
    """Make an article of words, some of which are rare; the same for a number."""

    def make(number, language="en", **known):
        words = "bee cow dog elk fox gnu hen ibis jay koi".split()
        passages = []
        for n in range(1 + number % 4):
            picked = [words[(number * 7 + n * 3 + k) % len(words)] for k in range(6)]
            passages.append(
                f"The {picked[0]} met a {picked[1]} and the {picked[2]}. "
                f"{picked[3].title()} {number} saw {picked[4]} in {1900 + number}. "
                f"It left."
            )
        title = f"On the {words[number % 10]} of {words[number // 10 % 10]}"
        text = "\n\n".join(passages)
        return Article.from_text(text, title=title, language=language, **known)

    return make
