"""Conversation: a pure function of a message and a chat's state to a reply."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from bot.articles.entries import Articles, CatalogueEntry
from bot.articles.sample_questions import sample_id
from bot.articles.slugs import slug_of
from bot.chat import intents
from bot.chat.article_info import (
    byline_answer,
    metadata_text,
    opening_answer,
    opening_citations,
    unknown_metadata_text,
)
from bot.chat.intents import Intent
from bot.chat.listing import list_reply, matches_reply
from bot.chat.parsing import Command, Question, parse_message
from bot.chat.presentation import Presentation
from bot.chat.replies import (
    Action,
    Button,
    Choose,
    Forget,
    Heading,
    Part,
    Reply,
    ReplyText,
)
from bot.chat.reply_builder import (
    answer_reply,
    is_worth_showing,
    next_answer,
    quotation,
    quoted_reply,
    source_reply,
)
from bot.chat.state import Chat
from retrieval import Answer, Article
from retrieval.errors import IndexUnavailableError
from retrieval.query.questions import MAX_QUESTIONS, split_questions

logger = logging.getLogger(__name__)

MAX_QUESTION_CHARACTERS = 1_000
MAX_DIGITS = 9  # of an article's number in the list
INLINE = "inline"  # the start parameter of the button above inline results


def is_too_long(question: str) -> bool:
    """Return whether a text is longer than a question may be."""
    return len(question) > MAX_QUESTION_CHARACTERS


class Conversation:
    """Replies to one message, and changes nothing.

    The caller applies the effect of a reply: `Chat.apply` in memory, the chat service
    in the store.

    All methods but `respond` and `reply` raise `IndexUnavailableError` if the articles
    cannot be reached.

    Args:
        chat: The state of the chat.
        presentation: The form of the replies.
    """

    def __init__(self, chat: Chat, presentation: Presentation) -> None:
        self._chat = chat
        self._catalogue = chat.catalogue
        self._given_presentation = presentation

    @cached_property
    def _chosen(self) -> tuple[CatalogueEntry, ...]:
        return self._chat.find_chosen()

    @property
    def _is_choice_gone(self) -> bool:
        return self._chat.chosen is not None and not self._chosen

    @property
    def _presentation(self) -> Presentation:
        several = (len(self._chosen) or self._catalogue.count) != 1
        return replace(self._given_presentation, multiple_articles=several)

    def respond(self, text: str) -> Reply:
        """Parse a message and reply to it."""
        return self.reply(parse_message(text))

    def reply(self, message: Command | Question) -> Reply:
        """Answer a question or carry out a command."""
        try:
            if isinstance(message, Question):
                there = self._in_context_of(message)._in_language_of(message.text)
                reply = there._reply_to_question(message.text)
                return there._after_heard(reply, message.heard)
            return self._reply_to_command(message)
        except IndexUnavailableError as error:
            logger.warning("A question could not be answered: %s", error)
            wording = self._given_presentation.wording
            return Reply((ReplyText(wording.index_away()),))

    def _after_heard(self, reply: Reply, heard: str) -> Reply:
        """Return a reply that begins with what was heard, if anything was."""
        if not heard:
            return reply
        line = ReplyText(self._given_presentation.wording.heard(heard))
        return replace(reply, parts=(line, *reply.parts))

    def _in_context_of(self, message: Question) -> "Conversation":
        """Return the conversation as the message continues it.

        What the message is about takes the place of the last turn.
        """
        if not message.about:
            return self
        about = message.about[:MAX_QUESTION_CHARACTERS]
        answer = self._catalogue.answer(about, (), self._chosen)
        turn = replace(answer, found=bool(answer.citations))
        chat = replace(self._chat, turns=(turn,))
        return Conversation(chat, self._given_presentation)

    def _in_language_of(self, text: str) -> "Conversation":
        """Return the conversation with its wording in the language of a message."""
        spoken = self._given_presentation.in_language_of(text)
        return Conversation(self._chat, spoken)

    def _reply_to_question(self, question: str) -> Reply:
        wording = self._presentation.wording
        if not question:
            return Reply((ReplyText(wording.ask_something()),))
        if is_too_long(question):
            return Reply((ReplyText(wording.too_long(MAX_QUESTION_CHARACTERS)),))
        return self._with_samples(self.reply_to_text(question))

    def _reply_to_command(self, command: Command) -> Reply:
        wording = self._presentation.wording
        match command.name:
            case "/start":
                return self.start(command.argument)
            case "/help":
                return self._help()
            case "/article":
                return self._article()
            case "/articles":
                name = command.argument
                return self._choose(name) if name else self._list()
            case "/all":
                return self.choose(None)
            case "/source":
                return self.show_source()
            case "/forget":
                return (
                    self._ask_to_forget()
                    if self._presentation.buttons
                    else Reply((ReplyText(wording.forgotten()),), effect=Forget())
                )
            case "/privacy":
                return self._privacy()
        return Reply((ReplyText(wording.unknown_command(command.name[:32])),))

    def start(self, slug: str = "") -> Reply:
        """Greet the user, and offer sample questions.

        Args:
            slug: The start parameter of a link: the slug of the article to choose, or
                "".
        """
        wording = self._presentation.wording
        opened = self._chat.find(slug)
        entries = (opened,) if opened else self._chosen
        articles = self._articles_of(entries)
        parts: list[Part] = []
        if slug and slug != INLINE and opened is None:
            parts.append(ReplyText(wording.no_such_article(slug)))
        greeting = self._presentation.own_words.greeting
        parts.append(ReplyText(greeting or wording.start(articles)))
        samples, buttons = self._samples(wording.samples(), entries)
        how = [ReplyText(wording.ask_something())]
        if len(articles) > 1:
            how.append(ReplyText(wording.how_to_choose()))
        # The introduction of buttons comes last, right above them.
        parts += [*how, *samples] if buttons else [*samples, *how]
        choice = Choose(opened.slug) if opened else None
        return Reply(tuple(parts), buttons=buttons, effect=choice)

    def reply_to_text(self, text: str) -> Reply:
        """Reply to a text: by its intent, or with an answer if it has none."""
        last = self._chat.last
        if last and last.corrections and intents.is_yes(text):
            chat = self._chat.without_last_turn()
            return Conversation(chat, self._given_presentation).ask_and_echo(
                last.corrected_question
            )
        if intent := intents.small_talk(text, is_first=last is None):
            return self._small_talk(intent)
        asked = intents.strip_courtesies(text)
        if intents.complains(asked):
            return self._regret()
        if intents.asks_for_opinion(asked):
            return Reply((ReplyText(self._presentation.wording.no_opinion()),))
        if intents.asks_for_more(asked):
            return self._more()
        if last and intents.asks_for_source(asked):
            return self.show_source()
        questions = [
            one for one in split_questions(asked) if not intents.small_talk(one)
        ]
        if len(questions) > 1:
            return self._ask_each(questions)
        return self._about(asked) or self.ask(asked)

    def ask_sample(self, sample: int) -> Reply | None:
        """Answer a sample question by its id; None if there is no such question."""
        samples = self._catalogue.samples(self._chosen)
        matching = (text for text in samples if sample_id(text) == sample)
        question = next(matching, None)
        return self.ask_and_echo(question) if question else None

    def ask_and_echo(self, question: str) -> Reply:
        """Answer a question that the user did not type, with the question above."""
        reply = self._in_language_of(question).ask(question)
        return replace(reply, parts=(Heading(question), *reply.parts))

    def ask(self, question: str) -> Reply:
        """Answer a question, without a look at its intent."""
        answer = self._catalogue.answer(question, self._chat.turns, self._chosen)
        return self._with_notice(answer_reply(answer, self._presentation))

    def _ask_each(self, questions: Sequence[str]) -> Reply:
        """Answer several questions of one message, each answer under its question."""
        chat = self._chat
        parts: list[Part] = []
        answers: list[Answer] = []
        for question in questions[:MAX_QUESTIONS]:
            each = Conversation(chat, self._given_presentation)
            reply = each._about(question) or each._answer_alone(question)
            chat = chat.apply(reply)
            parts += [Heading(question), *reply.parts]
            if reply.answer:
                answers.append(reply.answer)
        if len(questions) > MAX_QUESTIONS:
            line = self._presentation.wording.too_many_questions(MAX_QUESTIONS)
            parts.append(ReplyText(line))
        if not answers:
            return Reply(tuple(parts))
        found = [answer for answer in answers if answer.found] or answers
        return self._with_notice(Reply(tuple(parts), found[-1], answers=tuple(answers)))

    def _answer_alone(self, question: str) -> Reply:
        """Answer one of several questions, with nothing to press or to agree to."""
        answer = self._catalogue.answer(question, self._chat.turns, self._chosen)
        answer = replace(answer, corrections=())
        return replace(answer_reply(answer, self._presentation), buttons=())

    def _with_notice(self, reply: Reply) -> Reply:
        """Put a line above a reply if the chosen article is unknown or gone."""
        if self._chat.choice_unknown:
            line = ReplyText(self._presentation.wording.choice_is_unsure())
            return replace(reply, parts=(line, *reply.parts))
        if not self._is_choice_gone:
            return reply
        line = ReplyText(self._presentation.wording.choice_is_gone())
        return replace(reply, parts=(line, *reply.parts), effect=Choose(None))

    def show_view(self, view: int) -> Reply:
        """Show a view of the last answer.

        Raises:
            IndexError: There is no such view, or no answer.
        """
        answer = self._chat.turns[-1]
        there = self._in_language_of(answer.question)
        return answer_reply(answer, there._presentation, view)

    def show_source(self, view: int = 0) -> Reply:
        """Show the passages that a view of the last answer quotes.

        Raises:
            IndexError: There is no such view.
        """
        presentation = self._given_presentation
        return source_reply(self._chat.last, presentation, view, self._whole)

    def _whole(self, article: Article) -> Article | None:
        """Return an article that this chat can ask, of which a stored one is a part."""
        try:
            entry = self._chat.entry_of(article)
        except IndexUnavailableError:  # the passage stands without its neighbours
            return None
        return entry.article if entry else None

    def choose(self, entry: CatalogueEntry | None) -> Reply:
        """Return the reply to the choice of an article; None chooses all."""
        wording = self._presentation.wording
        if entry is None:
            articles = self._catalogue.articles
            return Reply((ReplyText(wording.widened(articles)),), effect=Choose(None))
        samples, buttons = self._samples(wording.samples(), (entry,))
        parts = (ReplyText(wording.chosen(entry.article)), *samples)
        return Reply(parts, buttons=buttons, effect=Choose(entry.slug))

    def _small_talk(self, intent: Intent) -> Reply:
        wording, articles = self._presentation.wording, self._articles_of(self._chosen)
        lines = {
            Intent.GREETING: self._presentation.own_words.greeting
            or wording.hello(articles),
            Intent.THANKS: wording.welcome(),
            Intent.ACKNOWLEDGE: wording.good(),
            Intent.BYE: wording.goodbye(),
            Intent.HOW_ARE_YOU: wording.well(articles),
            Intent.WHO_ARE_YOU: wording.who(articles),
            Intent.DISMISS: wording.all_right(),
            Intent.CONTACT: wording.contact(self._presentation.contact),
        }
        if intent is Intent.PRIVACY:
            return self._privacy()
        return Reply((ReplyText(lines[intent]),)) if intent in lines else self._help()

    def _more(self) -> Reply:
        """Continue the last answer with its next best passage."""
        wording = self._presentation.wording
        if not self._chat.turns:
            return Reply((ReplyText(wording.nothing_to_go_on_from()),))
        last, *before = reversed(self._chat.turns)
        goes_on = bool(before) and before[0].question == last.question
        answer = next_answer(last, self._presentation, is_shown=goes_on)
        if answer is None:
            return Reply((ReplyText(wording.nothing_more()),))
        heading = wording.next_heading() if answer.found else wording.closest()
        return quoted_reply(Heading(heading), answer, self._presentation)

    def _regret(self) -> Reply:
        """Regret a wrong answer, and show the next best passage if there is one."""
        wording, more = self._presentation.wording, self._more()
        if more.answer is None:
            return Reply((ReplyText(wording.regret()),))
        return replace(more, parts=(ReplyText(wording.regret()), *more.parts))

    def _privacy(self) -> Reply:
        wording, form = self._presentation.wording, self._presentation
        hours = form.upload_hours
        told = wording.privacy(
            form.retention_days, hours, form.contact, voice=form.voice
        )
        return Reply((ReplyText(told),))

    def _ask_to_forget(self) -> Reply:
        wording = self._presentation.wording
        button = Button(wording.forget_button(), Action.FORGET)
        return Reply((ReplyText(wording.asks_to_forget()),), buttons=((button,),))

    def _about(self, text: str) -> Reply | None:
        """Answer a question about the article itself; None for other questions."""
        sure = intents.metadata_intent(text)
        is_first = self._chat.last is None
        intent = sure or intents.ambiguous_metadata_intent(text, is_first=is_first)
        if intent is None:
            return None
        article = self._current_article()
        wording = self._presentation.wording
        if article is None:
            if not sure:
                return None
            listed = self._list()
            which = ReplyText(wording.which_article())
            return replace(listed, parts=(which, *listed.parts))
        known = metadata_text(intent, article, wording)
        if known:
            answer: Answer | None = opening_answer(text, article)
        else:
            answer = byline_answer(text, intent, article)
        if answer is None:
            problem = ReplyText(unknown_metadata_text(intent, wording))
            return Reply((problem,)) if sure else None
        introduction = ReplyText(known or wording.article_says())
        return quoted_reply(introduction, answer, self._presentation)

    def _current_article(self) -> Article | None:
        """Return what "the article" means: the only article, or the last cited."""
        articles = self._articles_of(self._chosen)
        if len(articles) == 1:
            return articles[0]
        cited = self._chat.last.citations if self._chat.last else ()
        entry = self._chat.entry_of(cited[0].article) if cited else None
        return entry.article if entry else None

    def _with_samples(self, reply: Reply) -> Reply:
        """Add sample questions to the first refusal; return other replies unchanged."""
        if (
            reply.answer is None
            or reply.answer.found
            or any(not turn.found for turn in self._chat.turns)
            or self._presentation.single_passage
            or is_worth_showing(reply.answer)
        ):
            return reply
        answerable = self._presentation.wording.answerable()
        parts, buttons = self._samples(answerable, self._chosen)
        return replace(
            reply,
            parts=(*reply.parts, *parts),
            buttons=(*buttons, *reply.buttons),
        )

    def _articles_of(self, entries: Sequence[CatalogueEntry]) -> Sequence[Article]:
        """Return the articles that answers come from: chosen ones, or all."""
        return Articles(entries) if entries else self._catalogue.articles

    def _samples(
        self, introduction: str, entries: Sequence[CatalogueEntry]
    ) -> tuple[tuple[ReplyText, ...], tuple[tuple[Button, ...], ...]]:
        """Return sample questions as text, or as buttons if the chat has buttons."""
        samples = self._catalogue.samples(entries)
        if not samples:
            return (), ()
        if self._presentation.buttons:
            buttons = (Button(each, Action.ASK, sample_id(each)) for each in samples)
            return (ReplyText(introduction),), tuple((button,) for button in buttons)
        lines = (f"• {sample}" for sample in samples)
        return (ReplyText("\n".join([introduction, *lines])),), ()

    def _choose(self, name: str) -> Reply:
        """Choose an article by number in the list, slug, file name or title words."""
        entries = self._chat.entries
        number = int(name) if name.isdecimal() and len(name) <= MAX_DIGITS else 0
        if 0 < number <= len(entries):
            return self.choose(entries[number - 1])
        entry = self._chat.find(name) or self._chat.find(slug_of(name, otherwise=""))
        if entry:
            return self.choose(entry)
        wording = self._presentation.wording
        words = set(name[:MAX_QUESTION_CHARACTERS].casefold().split())
        own = [
            (place, entry)
            for place, entry in enumerate(self._chat.uploads)
            if all(word in wording.name(entry.article).casefold() for word in words)
        ]
        n_own = len(self._chat.uploads)
        others = ((n_own + n, entry) for n, entry in self._catalogue.matching(words))
        matching = [(place + 1, entry) for place, entry in (*own, *others)]
        if len(matching) == 1:
            return self.choose(matching[0][1])
        if matching:
            return matches_reply(matching, self._presentation)
        return Reply((ReplyText(wording.no_such_article(name[:60])),))

    def _list(self) -> Reply:
        return list_reply(self._chat.entries, self._chosen, self._presentation)

    def _help(self) -> Reply:
        wording = self._presentation.wording
        commands = "\n".join(f"/{name}: {text}" for name, text in wording.commands())
        lines = [wording.help_text(), commands]
        if self._presentation.uploads:
            lines.insert(1, wording.uploads_help())
        if self._presentation.voice:
            lines.insert(1, wording.voice_help())
        return Reply(tuple(map(ReplyText, lines)))

    def _article(self) -> Reply:
        wording = self._presentation.wording
        articles = self._articles_of(self._chosen)
        if len(articles) != 1:
            return self._list()
        article = articles[0]
        parts: list[Part] = [Heading(wording.title_line(article))]
        parts.append(ReplyText("\n".join(wording.facts(article))))
        parts += [quotation([citation]) for citation in opening_citations(article)]
        return Reply(tuple(parts))
