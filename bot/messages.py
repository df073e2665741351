"""All wording."""

from pathlib import PurePath

from retrieval import Article, Citation

COMMANDS = {
    "start": "What this bot is about",
    "help": "How to ask",
    "article": "The article: title, publisher, first lines",
    "source": "The citations of the last answer",
}
PROMPT = "> "
QUIT = "/quit"
HOW_TO_QUIT = "/quit ends the conversation."

ASK_SOMETHING = "Type a question about the article; /help says more."
NOT_FOUND = "The article does not say."
CLOSEST = "The closest passage, which may not answer it:"
NO_SOURCE = "Nothing has been asked yet; /source shows where the last answer stands."
NO_CITATIONS = (
    "The last question found nothing in the article, so there is no passage to show."
)
TEXT_ONLY = "I can only read text. Type a question about the article."
SORRY = "Sorry, something went wrong on my side. Please ask again."
SEVERAL = "Several sentences stand about equally strong:"
SAMPLES = "You could ask:"
CLOSEST_SOURCE = "The article does not answer the last question; closest to it:"


def start(articles: tuple[Article, ...]) -> str:
    """Greet, and say what can be asked about."""
    return f"Ask me about {' and '.join(map(name, articles))}. I answer by quoting."


def help_text() -> str:
    """Say how to ask, and list the commands."""
    return (
        "Type a question. I reply with the sentence of the article that answers it, "
        "word for word, and say where it stands. "
        "When the article does not say, I tell you so. "
        "You can follow up: “and when was it?” goes on from your last question."
    )


def command_line(command: str) -> str:
    """Describe one command in a list of them."""
    return f"/{command}: {COMMANDS[command]}"


def unknown_command(command: str) -> str:
    """Answer a command that does not exist."""
    known = ", ".join(f"/{name}" for name in COMMANDS)
    return f"I do not know {command}. Try {known}, or type a question."


def sample_about(name: str) -> str:
    """Ask what the article says about a name."""
    return f"What does the article say about {name}?"


def name(article: Article) -> str:
    """Name an article by title and publisher, as far as they are known."""
    title = f"“{title_line(article)}”"
    return f"{title} ({article.publisher})" if article.publisher else title


def title_line(article: Article) -> str:
    """Return the title, or what else names the article."""
    if article.title:
        return article.title
    return PurePath(article.source).name if article.source else "untitled"


def facts(article: Article) -> list[str]:
    """List what is known about an article, a line each."""
    count = len(article.passages)
    lines = [f"Publisher: {article.publisher}"] if article.publisher else []
    if article.source and article.source.startswith(("http://", "https://")):
        lines.append(f"Link: {article.source}")
    lines.append(f"{count} passage{'s' if count != 1 else ''}. It begins:")
    return lines


def not_mentioned(words: tuple[str, ...]) -> str:
    """Say which of the question's words the article never uses."""
    quoted = [f"“{word}”" for word in words]
    listed = " or ".join(
        [", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted
    )
    return f"It does not mention {listed}."


def attribution(citations: tuple[Citation, ...]) -> str:
    """Say where citations of one article stand: title, publisher, passage numbers."""
    article = citations[0].article
    numbers = list(dict.fromkeys(c.passage.number for c in citations))
    where = "passage" if len(numbers) == 1 else "passages"
    parts = [title_line(article), article.publisher]
    parts.append(f"{where} {', '.join(map(str, numbers))}")
    return "— " + ", ".join(part for part in parts if part)


def no_answer_to_empty() -> str:
    """Answer a question without a word that could be looked up."""
    return "There is no word in it to look up. Name what you want to know about."
