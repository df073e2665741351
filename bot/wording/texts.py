"""All texts of the bot in English, translated by `locale/`."""

import gettext
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePath

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

from retrieval import Article, Citation

# Those that are complete.
LANGUAGES = ("en", "ar", "de", "es", "fr", "ja", "ko", "pt", "ru", "uk", "zh")
PROMPT = "> "
QUIT = "/quit"
WORDS_PER_MINUTE = 230  # of silent reading
MAX_NAMED = 3  # articles or languages that are named rather than counted

# What stands in a text from left to right in every language: commands, and what is
# filled in for "{name}", which may.
_EMBEDDED = re.compile(r"@?\{\w+\}|/[a-z]+")
_ISOLATED = "\u2068{}\u2069"  # reads in the direction of its own first letter


class Wording:
    """Everything that the bot says in its own words, in one language.

    Each method returns one text; `_` and `_n` mark the strings that are translated.

    Args:
        translations: Texts of the language; English needs none.
    """

    def __init__(self, translations: gettext.NullTranslations) -> None:
        self._translations = translations
        language = translations.info().get("language")
        # "A, B and C" is British.
        self._locale = Locale(language) if language else Locale("en", "GB")

    @property
    def language(self) -> str:
        """ISO 639-1 code of the language."""
        return str(self._locale.language)

    def _(self, text: str) -> str:
        return self._isolated(self._translations.gettext(text))

    def _n(self, singular: str, plural: str, n: int) -> str:
        return self._isolated(self._translations.ngettext(singular, plural, n))

    def _isolated(self, text: str) -> str:
        """Keep the parts of a text that is read from the right in their own order."""
        if self._locale.text_direction == "ltr":
            return text
        return _EMBEDDED.sub(lambda match: _ISOLATED.format(match[0]), text)

    def _number(self, number: float) -> str:
        return format_decimal(number, locale=self._locale)

    def language_name(self, code: str) -> str:
        """Return the name of a language; the code of one without a name."""
        return str(self._locale.languages.get(code, code))

    def commands(self) -> list[tuple[str, str]]:
        """List the commands, each with a description."""
        return [
            ("ask", self._("Ask a question; needed in groups only")),
            ("source", self._("Where the last answer comes from")),
            ("article", self._("Title, publisher and first lines of the article")),
            ("articles", self._("All articles, to choose one")),
            ("all", self._("Go back to asking all articles")),
            ("help", self._("How to ask")),
            ("start", self._("What this bot is about")),
            ("privacy", self._("What is stored, and how to delete it")),
            ("forget", self._("Delete what is stored of this chat")),
        ]

    def description(self) -> str:
        """Introduce the bot in its profile, to people who have not written to it."""
        return self._(
            "Ask me about what I have read. I answer with the sentence that answers, "
            "word for word, and say where it stands; and when it is not said there, I "
            "tell you so. /help says more."
        )

    def short_description(self) -> str:
        """Introduce the bot in a line, beside its name."""
        return self._("I answer questions about an article in its own words.")

    def how_to_quit(self) -> str:
        """Say how to end the console."""
        return self._("{quit} ends the conversation.").format(quit=QUIT)

    def start(self, articles: Sequence[Article]) -> str:
        """Greet, and name the articles that can be asked about."""
        return self._("Ask me about {articles}. I answer by quoting.").format(
            articles=self.names(articles)
        )

    def names(self, articles: Sequence[Article]) -> str:
        """Name a few articles, or say how many there are."""
        if len(articles) > MAX_NAMED:
            n = len(articles)
            text = self._n("{n} article", "any of {n} articles", n)
            return text.format(n=self._number(n))
        return format_list([*map(self.name, articles)], "standard", self._locale)

    def hello(self, articles: Sequence[Article]) -> str:
        """Greet back."""
        return self._("Hello! Ask me about {articles}.").format(
            articles=self.names(articles)
        )

    def welcome(self) -> str:
        """Answer thanks."""
        return self._("You are welcome. Ask me more whenever you like.")

    def good(self) -> str:
        """Answer “ok”."""
        return self._("All right. Ask me more whenever you like.")

    def goodbye(self) -> str:
        """Say goodbye."""
        return self._("Goodbye! I am here whenever you have a question.")

    def well(self, articles: Sequence[Article]) -> str:
        """Answer “how are you?”."""
        return self._(
            "All is well here, thank you. What would you like to know about {articles}?"
        ).format(articles=self.names(articles))

    def who(self, articles: Sequence[Article]) -> str:
        """Say who answers."""
        return self._(
            "I am a bot that answers questions about {articles}. I quote the sentence "
            "that answers and say where it stands; I make up nothing."
        ).format(articles=self.names(articles))

    def joined(self, articles: Sequence[Article], username: str) -> str:
        """Introduce the bot to a group that it was added to."""
        return self._(
            "Hello! I answer questions about {articles} by quoting. Here, ask with "
            "/ask, mention @{username}, or reply to one of my answers."
        ).format(articles=self.names(articles), username=username)

    def joined_privately(self, articles: Sequence[Article], username: str) -> str:
        """Introduce the bot to a group whose mentions do not reach it."""
        return self._(
            "Hello! I answer questions about {articles} by quoting. Here, ask with "
            "/ask or reply to one of my answers; Telegram may not show me a mention of "
            "@{username}, unless an administrator lets me read all messages."
        ).format(articles=self.names(articles), username=username)

    def title_is(self, article: Article) -> str:
        """State the title."""
        return self._("The title is “{title}”.").format(title=self.title_line(article))

    def author_is(self, author: str) -> str:
        """State the author of an article."""
        return self._("It was written by {author}.").format(author=author)

    def date_is(self, date: str) -> str:
        """State the date of an article."""
        return self._("It is dated {date}.").format(date=date)

    def publisher_is(self, publisher: str) -> str:
        """State the publisher of an article."""
        return self._("It was published by {publisher}.").format(publisher=publisher)

    def begins(self, article: Article) -> str:
        """Introduce an article's first sentences, which show what it is about."""
        return self._("{article} begins:").format(article=self.name(article))

    def length_is(self, passages: int, words: int) -> str:
        """State the length of an article, and introduce its beginning."""
        minutes = max(1, round(words / WORDS_PER_MINUTE))
        return self._(
            "It has {words} words in {passages} passages, some {minutes} minutes to "
            "read; “more” goes on from its beginning:"
        ).format(
            words=self._number(words),
            passages=self._number(passages),
            minutes=self._number(minutes),
        )

    def language_is(self, language: str) -> str:
        """State the language of an article."""
        name = self.language_name(language)
        return self._("It is in this language: {language}.").format(language=name)

    def in_language(self, language: str) -> str:
        """Explain a quotation in another language than the question's."""
        name = self.language_name(language)
        return self._("The article is in {language}.").format(language=name)

    def ask_in_language(self, languages: Sequence[str], *, several: bool) -> str:
        """Refuse a question in a language that is not understood.

        Args:
            languages: ISO 639-1 codes of the articles' languages.
            several: Whether there are several articles.
        """
        text = (
            self._(
                "I do not understand this language well enough to look it up: the "
                "articles are in {language}. Please ask in one of their languages."
            )
            if several
            else self._(
                "I do not understand this language well enough to look it up: the "
                "article is in {language}. Please ask in that language."
            )
        )
        names = [*map(self.language_name, languages)]
        named = names if len(names) <= MAX_NAMED else [*names[:MAX_NAMED], "…"]
        return text.format(language=format_list(named, "or", self._locale))

    def no_opinion(self) -> str:
        """Answer a question for the bot's opinion."""
        return self._("I have no opinion; I only quote what the article says.")

    def article_says(self) -> str:
        """Introduce a line of the article that states its author or the like."""
        return self._("The article says:")

    def no_title(self) -> str:
        """Answer a question for the title of an article without one."""
        return self._("The article has no title that I could see.")

    def no_author(self) -> str:
        """Answer a question for the author, where none is named."""
        return self._("The article does not name its author.")

    def no_date(self) -> str:
        """Answer a question for the date, where there is none."""
        return self._("The article does not say when it was published.")

    def no_publisher(self) -> str:
        """Answer a question for the publisher, where none is named."""
        return self._("The article does not say who published it.")

    def no_text(self) -> str:
        """Answer a question about the topic of an empty article."""
        return self._("The article is empty.")

    def which_article(self) -> str:
        """Answer a question about “the article” where there are several."""
        return self._("Which one do you mean? Choose it, then ask again.")

    def nothing_to_go_on_from(self) -> str:
        """Answer “tell me more” before any question was asked."""
        return self._("Ask something first; then “more” shows another passage.")

    def nothing_more(self) -> str:
        """Answer “tell me more” when every passage was shown."""
        return self._("That is all that I have found. Ask about something else in it.")

    def did_you_mean(self, words: Sequence[str]) -> str:
        """Ask whether other words were meant."""
        return self._("Did you mean {words}?").format(words=self._quoted(words))

    def yes_button(self, words: Sequence[str]) -> str:
        """Label the button that asks with other words."""
        return self._("Yes, {words}").format(words=self._quoted(words))

    def say_yes(self) -> str:
        """Say how to agree where there are no buttons."""
        return self._("Type “yes” to ask that.")

    def answerable(self) -> str:
        """Introduce questions that can be answered, after one that cannot."""
        return self._("Questions that I can answer:")

    def samples(self) -> str:
        """Introduce sample questions."""
        return self._("You could ask:")

    def sample_about(self, name: str) -> str:
        """Return a sample question about a name."""
        return self._("What does the article say about {name}?").format(name=name)

    def ask_something(self) -> str:
        """Answer a message without a question."""
        return self._("Type a question about the article; /help says more.")

    def help_text(self) -> str:
        """Say how to ask."""
        return self._(
            "Type a question. I reply with the sentence of the article that answers "
            "it, word for word, and say where it stands. "
            "When the article does not say, I tell you so. "
            "You can follow up: “when was it established?” goes on from your last "
            "question."
        )

    def uploads_help(self) -> str:
        """Say that documents and links may be sent."""
        return self._(
            "Send me a document or a link, with a question or before it: I then answer "
            "from it, in this chat only."
        )

    def voice_help(self) -> str:
        """Say that questions may be spoken."""
        return self._("You may also speak: send me a voice message.")

    def heard(self, text: str) -> str:
        """Quote what was heard in a recording."""
        return self._quoted([text])

    def recording_too_long(self, seconds: float) -> str:
        """Answer a recording beyond the limit."""
        return self._(
            "That is too long for me; I listen to up to {seconds} seconds."
        ).format(seconds=f"{seconds:g}")

    def recording_damaged(self) -> str:
        """Answer a file that cannot be played."""
        return self._(
            "I cannot play that; it may be damaged. Send it again, or type your "
            "question."
        )

    def nothing_heard(self) -> str:
        """Answer a recording without speech."""
        return self._("I hear no words in it. Say it again, or type your question.")

    def not_understood(self, language: str) -> str:
        """Answer speech that is unclear, or in a language that is not understood.

        Args:
            language: The only language that is understood, or "".
        """
        line = self._("I did not understand that. Say it again, or type your question.")
        if not language:
            return line
        name = self._locale.languages.get(language, language)
        only = self._("The only language that I understand when spoken: {language}.")
        return f"{line} {only.format(language=name)}"

    def recording_unavailable(self) -> str:
        """Answer a recording while none can be heard."""
        return self._(
            "I cannot listen to that at the moment. Send it again later, or type your "
            "question."
        )

    def list_heading(self, articles: int, chosen: Sequence[Article]) -> str:
        """Head the list of articles."""
        listed = self._n("There is {n} article.", "There are {n} articles.", articles)
        if articles == 1:
            return listed.format(n=self._number(1))
        now = (
            self._("You are asking {article} alone.").format(article=self.names(chosen))
            if chosen
            else self._("You are asking all of them.")
        )
        return f"{listed.format(n=self._number(articles))} {now}"

    def list_line(self, number: int, article: Article) -> str:
        """List one article."""
        return f"{number}. {self.name(article)}"

    def list_more(self, articles: int) -> str:
        """Say that the list goes on."""
        text = self._n("… and {n} more.", "… and {n} more.", articles)
        return text.format(n=self._number(articles))

    def how_to_choose(self) -> str:
        """Say how to choose where there are no buttons."""
        return self._(
            "Send /articles with a number or words of a title to ask that one alone; "
            "/all asks all of them."
        )

    def chosen(self, article: Article) -> str:
        """Confirm that one article is asked alone."""
        return self._(
            "From now on I answer from {article} alone; /all asks all articles again."
        ).format(article=self.name(article))

    def widened(self, articles: Sequence[Article]) -> str:
        """Confirm that all articles are asked."""
        return self._("From now on I answer from {articles}.").format(
            articles=self.names(articles)
        )

    def no_such_article(self, name: str) -> str:
        """Answer a number or a link of an article that is not there."""
        return self._(
            "I have no article “{name}”; /articles lists those I have."
        ).format(name=name)

    def choice_is_gone(self) -> str:
        """Head an answer when the chosen article no longer exists."""
        return self._("The article that you chose is gone; this is from all articles.")

    def choice_is_unsure(self) -> str:
        """Head an answer when the choice of an article cannot be looked up."""
        return self._(
            "I cannot look up at the moment which article you chose; this is from all "
            "articles."
        )

    def not_chosen(self) -> str:
        """Answer a choice of an article while the store cannot be used."""
        return self._(
            "I cannot remember your choice: the place where I keep it cannot be used "
            "at the moment. Please try again later."
        )

    def previous_page(self) -> str:
        """Label the button to the page before."""
        return self._("◀ Back")

    def next_page(self) -> str:
        """Label the button to the page after."""
        return self._("More ▶")

    def all_button(self) -> str:
        """Label the button that asks all articles."""
        return self._("All articles")

    def upload_read(self, article: Article, n_others: int, hours: float) -> str:
        """Confirm a document that was sent."""
        read = (
            self._n(
                "I have read {article}. Ask me about it and the other document that "
                "you sent: for {hours} hours I answer from both in this chat, unless "
                "you send /all. A reply to this message asks this one alone.",
                "I have read {article}. Ask me about it and the {n} other documents "
                "that you sent: for {hours} hours I answer from all of them in this "
                "chat, unless you send /all. A reply to this message asks this one "
                "alone.",
                n_others,
            )
            if n_others
            else self._(
                "I have read {article}. Ask me about it: for {hours} hours I answer "
                "from it in this chat alone, unless you send /all."
            )
        )
        return read.format(
            article=self.name(article),
            n=self._number(n_others),
            hours=self._number(hours),
        )

    def upload_replaces(self, replaced: Sequence[Article]) -> str:
        """Say which documents a new one replaces."""
        return self._(
            "It replaces {articles}; I keep only the latest documents of a chat."
        ).format(articles=self.names(replaced))

    def uploads_off(self) -> str:
        """Answer a document or a link where none are read."""
        return self._(
            "I cannot read documents or links here. Type a question about the article."
        )

    def upload_refused(self, problem: str) -> str:
        """Answer a document that cannot be read; the problem is in English."""
        return self._("I cannot read that: {problem}.").format(problem=problem)

    def upload_too_large(self, megabytes: float) -> str:
        """Answer a document over the limit."""
        return self._("That is too large for me; I read up to {size} MB.").format(
            size=self._number(megabytes)
        )

    def unknown_command(self, command: str) -> str:
        """Answer a command that does not exist."""
        known = ", ".join(f"/{name}" for name, _ in self.commands())
        return self._(
            "There is no command {command}. Try {known}, or type a question."
        ).format(command=command, known=known)

    def too_long(self, characters: int) -> str:
        """Answer a question beyond the limit."""
        return self._(
            "That is too long for me. Ask in at most {characters} characters."
        ).format(characters=self._number(characters))

    def too_many_questions(self, n: int) -> str:
        """End the answers to a message that asks more questions than are answered."""
        text = self._("I answer {n} questions at a time; ask the others again.")
        return text.format(n=self._number(n))

    def too_many(self) -> str:
        """Answer the first message beyond a person's limit."""
        return self._("You ask faster than I may answer. Please wait a minute.")

    def not_allowed(self, chat_id: int) -> str:
        """Answer a chat that the operator has not listed, with the id to list."""
        return self._(
            "I am sorry: this bot answers in some chats only, and not in this one, "
            "whose id is {id}."
        ).format(id=chat_id)

    def today(self) -> str:
        """Name today in a line of numbers."""
        return self._("Today")

    def last_days(self, days: int) -> str:
        """Name the last days in a line of numbers."""
        return self._("{days} days").format(days=self._number(days))

    def stats(self, name: str, totals: Sequence[int]) -> str:
        """State the numbers of a span of time.

        Args:
            name: The span of time.
            totals: The numbers of questions, answers, refusals, and people or groups.
        """
        questions, found, refused, chats = map(self._number, totals)
        return self._(
            "{name}: questions {questions}, answered {found}, refused {refused}, "
            "people or groups {chats}"
        ).format(
            name=name, questions=questions, found=found, refused=refused, chats=chats
        )

    def unanswered(self, number: int, total: int, count: int) -> str:
        """Head an unanswered question."""
        return self._(
            "Unanswered question {number} of {total}, asked {count} ×:"
        ).format(
            number=self._number(number),
            total=self._number(total),
            count=self._number(count),
        )

    def nothing_unanswered(self) -> str:
        """Answer /unanswered when there is no such question."""
        return self._("There is no unanswered question.")

    def here_button(self) -> str:
        """Label the button that calls the closest passage the answer."""
        return self._("Is answered here")

    def ignore_button(self) -> str:
        """Label the button that takes a question off the list."""
        return self._("Ignore")

    def off_the_list(self) -> str:
        """Confirm that a question is no longer listed."""
        return self._("It is off the list.")

    def add_entry(self) -> str:
        """Introduce an entry for the file of answers."""
        return self._(
            "Add this to the file that BOT_ANSWERS names, and restart the bot:"
        )

    def articles_failed(self, problems: Sequence[str], total: int) -> str:
        """List articles for operators that could not be loaded.

        Args:
            problems: A line for each of the first problems, in English.
            total: The number of all problems.
        """
        lines = [self._("Articles could not be loaded:")]
        lines += [f"• {problem}" for problem in problems]
        if total > len(problems):
            lines.append(self.list_more(total - len(problems)))
        return "\n".join(lines)

    def text_only(self, *, uploads: bool) -> str:
        """Answer a picture, a voice message and the like."""
        if uploads:
            return self._("I can only read text, documents and links.")
        return self._("I can only read text. Type a question about the article.")

    def sorry(self) -> str:
        """Apologise for an error of the bot."""
        return self._("Sorry, something went wrong on my side. Please ask again.")

    def several(self) -> str:
        """Head quotations of several passages."""
        return self._("Several sentences may answer this:")

    def not_found(self, *, several: bool = False) -> str:
        """Refuse, for one article or for several."""
        if several:
            return self._("The articles do not say.")
        return self._("The article does not say.")

    def unsure(self) -> str:
        """Head the closest passage of a refusal that may answer all the same."""
        return self._("I am not sure. This comes closest:")

    def perhaps(self) -> str:
        """Head an answer that is less sure than most."""
        return self._("Perhaps:")

    def closest(self) -> str:
        """Head the closest passage of a refusal."""
        return self._("The closest passage, which may not answer it:")

    def another_heading(self) -> str:
        """Head a further passage."""
        return self._("Another passage, which may not answer it:")

    def next_heading(self) -> str:
        """Head the reply to “tell me more”."""
        return self._("Another passage:")

    def nothing_asked(self) -> str:
        """Answer /source when there is no answer yet."""
        return self._(
            "There is no answer yet whose source I could show; ask something first."
        )

    def no_citations(self) -> str:
        """Answer /source after a question that matched nothing."""
        return self._(
            "Nothing was found for the last question, so there is no passage to show."
        )

    def closest_source(self) -> str:
        """Head the passages of a refusal."""
        return self._("This does not answer the last question; it is closest to it:")

    def nothing_to_look_up(self) -> str:
        """Answer a question with no word that could be looked up."""
        return self._("I see no word in it to look up. What do you want to know about?")

    def not_remembered(self) -> str:
        """Answer /source when the answer replied to is not, or no longer, stored."""
        return self._(
            "I do not remember that answer: it is too old, was forgotten, or is not "
            "mine."
        )

    def index_away(self) -> str:
        """Answer a message that needs the articles while they cannot be reached."""
        return self._(
            "I cannot look into the articles at the moment. Please ask again in a "
            "little while."
        )

    def store_away(self) -> str:
        """Answer a message that needs the store while it cannot be used."""
        return self._(
            "I cannot look it up: the place where I keep my answers cannot be used at "
            "the moment. Please try again later."
        )

    def not_kept(self) -> str:
        """Answer /source when the last answer could not be stored."""
        return self._(
            "I could not keep the last answer: the place where I keep them could not "
            "be used at that moment. Please ask again."
        )

    def not_forgotten(self) -> str:
        """Answer /forget while the store cannot be used."""
        return self._(
            "Nothing was deleted: the place where I keep my answers cannot be used at "
            "the moment. Please try again later."
        )

    def regret(self) -> str:
        """Answer a complaint about the last answer."""
        return self._("I am sorry. Asking in other words may help.")

    def all_right(self) -> str:
        """Answer “never mind”."""
        return self._("All right.")

    def contact(self, contact: str) -> str:
        """Answer a wish to talk to a human."""
        if contact:
            return self._("I am a bot. You reach a human here: {contact}").format(
                contact=contact
            )
        return self._("I am a bot, and have nobody to hand you over to.")

    def privacy(
        self, days: int, upload_hours: float, contact: str, *, voice: bool = False
    ) -> str:
        """Say what is stored, how long, by whom, and how to have it deleted."""
        if not days:
            return self._("Nothing of this conversation is kept when it ends.")
        sentences = [
            self._n(
                "I keep the questions of this chat, my answers and your ratings, with "
                "the numbers of the chat and of those who rate, for {n} day at most; "
                "no names.",
                "I keep the questions of this chat, my answers and your ratings, with "
                "the numbers of the chat and of those who rate, for {n} days at most; "
                "no names.",
                days,
            ).format(n=self._number(days))
        ]
        if upload_hours:
            sentences.append(
                self._("Documents that you send go after {hours} hours.").format(
                    hours=self._number(upload_hours)
                )
            )
        if voice:
            sentences.append(
                self._(
                    "Voice messages are turned into text on the machine that I run on; "
                    "the recordings are not kept."
                )
            )
        sentences.append(self._("/forget deletes all of it at once."))
        if contact:
            runs = self._("Whoever runs this bot is reached here: {contact}")
            sentences.append(runs.format(contact=contact))
        return " ".join(sentences)

    def asks_to_forget(self) -> str:
        """Ask whether to delete what is stored."""
        return self._("Shall I delete all that I have stored of this chat?")

    def forget_button(self) -> str:
        """Label the button that deletes what is stored."""
        return self._("Yes, delete it")

    def administrators_only(self) -> str:
        """Refuse to delete what is stored of a group."""
        return self._("In a group, only administrators may do that.")

    def forgotten(self) -> str:
        """Confirm /forget."""
        return self._("I have deleted what I had stored of this chat.")

    def forgotten_soon(self) -> str:
        """Confirm /forget while another program, such as a backup, reads the store."""
        return self._(
            "I have deleted what I had stored of this chat. A copy of the store is "
            "being made at the moment; the last traces go as soon as that is done."
        )

    def source_button(self) -> str:
        """Label the button that shows the whole passage."""
        return self._("Source")

    def another_button(self) -> str:
        """Label the button that shows the next best passage."""
        return self._("Another passage")

    def closest_button(self) -> str:
        """Label the button of a refusal that shows the closest passage."""
        return self._("Closest passage")

    def back_button(self) -> str:
        """Label the button that goes back to the answer."""
        return self._("Back to the answer")

    def right_button(self) -> str:
        """Label the button that calls an answer right."""
        return self._("👍 Right")

    def wrong_button(self) -> str:
        """Label the button that calls an answer wrong."""
        return self._("👎 Wrong")

    def thanks(self) -> str:
        """Thank for feedback."""
        return self._("Thank you, noted.")

    def thanked_before(self) -> str:
        """Answer feedback that was given before."""
        return self._("You have told me already, thank you.")

    def out_of_date(self) -> str:
        """Answer a button that is outdated or unknown."""
        return self._("This button is out of date. Please ask again.")

    def shown_before(self) -> str:
        """Answer the source button when the source was sent before."""
        return self._("The source is in the chat already.")

    def inline_title(self, articles: Sequence[Article]) -> str:
        """Head the explanation of an empty inline query."""
        return self._("Type a question about {articles}").format(
            articles=self.names(articles)
        )

    def inline_description(self) -> str:
        """Explain an empty inline query."""
        return self._("You can then send the sentence that answers, with its source.")

    def inline_usage(self, username: str) -> str:
        """Say how to ask inline."""
        return self._(
            "Type @{username} and a question in any chat: I answer by quoting."
        ).format(username=username)

    def ask_in_private(self) -> str:
        """Label the inline button that leads to the bot's own chat."""
        return self._("Ask me in a chat of our own")

    def name(self, article: Article) -> str:
        """Name an article by title and publisher, as far as they are known."""
        title = self._in_quotes(self.title_line(article))
        return f"{title} ({article.publisher})" if article.publisher else title

    def title_line(self, article: Article) -> str:
        """Return the title, or else the file name."""
        if article.title:
            return article.title
        source = article.source
        return PurePath(source).name if source else self._("untitled")

    def facts(self, article: Article) -> list[str]:
        """Describe an article, in a line for each of its properties."""
        lines = self.known_facts(article)
        if article.url:
            lines.append(self._("Link: {link}").format(link=article.url))
        n = len(article.passages)
        lines.append(
            self._n("{n} passage. It begins:", "{n} passages. It begins:", n).format(
                n=self._number(n)
            )
        )
        return lines

    def known_facts(self, article: Article) -> list[str]:
        """List publisher, author and date, as far as they are known."""
        lines = []
        if article.publisher:
            line = self._("Publisher: {publisher}")
            lines.append(line.format(publisher=article.publisher))
        if article.author:
            lines.append(self._("Author: {author}").format(author=article.author))
        if article.date:
            lines.append(self._("Date: {date}").format(date=article.date))
        return lines

    def original(self) -> str:
        """Label the link to the source of an article."""
        return self._("The original")

    def to_the_quotation(self) -> str:
        """Label the link to the quotation in a page."""
        return self._("Go to the quotation")

    def quotation_gone(self) -> str:
        """Introduce a quotation that the article no longer contains."""
        return self._(
            "The article has changed since this was quoted, and no longer says it:"
        )

    def table(self) -> str:
        """Name a table for screen readers."""
        return self._("Table")

    def passage(self, number: int) -> str:
        """Name a passage."""
        return self._("passage {number}").format(number=self._number(number))

    def not_mentioned(self, words: Sequence[str], *, several: bool = False) -> str:
        """Say which of the question's words no article uses."""
        line = (
            self._("They do not mention {words}.")
            if several
            else self._("It does not mention {words}.")
        )
        return line.format(words=self._quoted(words))

    def _quoted(self, words: Sequence[str]) -> str:
        return format_list([*map(self._in_quotes, words)], "or", self._locale)

    def _in_quotes(self, text: str) -> str:
        return self._("“{text}”").format(text=text)

    def _embedded(self, text: str) -> str:
        return self._isolated("{text}").format(text=text)

    def attribution(self, citation: Citation) -> str:
        """Return title, publisher, section, page and passage, and if recognised."""
        article, passage = citation.article, citation.passage
        parts = [self.title_line(article), article.publisher]
        if passage.section:
            parts.append(self._in_quotes(passage.section))
        if passage.page:
            parts.append(self._("page {page}").format(page=passage.page))
        parts.append(self.passage(passage.number))
        if passage.recognition is not None:
            parts.append(self._("text recognised in a picture"))
        return "— " + ", ".join(self._embedded(part) for part in parts if part)


@lru_cache
def wording(language: str | None) -> Wording:
    """Return the wording for a language tag such as "ko-KR"; English if unknown."""
    primary = (language or "").replace("_", "-").partition("-")[0].casefold()
    if primary not in LANGUAGES or primary == "en":
        return ENGLISH
    folder = str(files("bot") / "wording" / "locale")
    return Wording(gettext.translation("bot", folder, [primary]))


ENGLISH = Wording(gettext.NullTranslations())
