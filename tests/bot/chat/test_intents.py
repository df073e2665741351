"""Intents of messages that are no questions, and the replies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import intents
from bot.chat.conversation import Conversation
from bot.chat.intents import Intent
from bot.chat.presentation import Presentation
from bot.chat.replies import Action, Heading, Quote
from bot.chat.state import Chat
from bot.wording.texts import wording
from retrieval import load_article
from tests.support import KILN, catalogue_of, session_of, text_of

HELLO = "Hello! Ask me about “The kiln of Brae”."
WELCOME = "You are welcome."
BYE = "Goodbye!"
WHO_ARE_YOU = "I am a bot that answers questions about “The kiln of Brae”."
SUMMARY = "“The kiln of Brae” begins:"
TITLE = "The title is “The kiln of Brae”."
AUTHOR = "It was written by Ada Quill."
DATE = "It is dated 2021-03-04."
NO_PUBLISHER = "The article does not say who published it."
NOTHING = "Ask something first"
HELP = "Type a question. I reply with the sentence"
안녕 = "안녕하세요! “The kiln of Brae”에 대해 물어보세요."
천만에 = "별말씀을요."
도움 = "질문을"

SAID = [
    # what is said, in whose wording, and how what comes begins
    ("hi", "en", HELLO),
    ("Hi!", "en", HELLO),
    ("hello there", "en", HELLO),
    ("Hey", "en", HELLO),
    ("good morning!", "en", HELLO),
    ("Good  evening", "en", HELLO),
    ("👋", "en", HELLO),
    ("안녕하세요", "ko", 안녕),
    ("안녕!", "ko", 안녕),
    ("좋은 아침입니다", "ko", 안녕),
    ("반갑습니다", "ko", 안녕),
    ("thanks", "en", WELCOME),
    ("Thank you so much!", "en", WELCOME),
    ("ok, thanks", "en", WELCOME),
    ("🙏", "en", WELCOME),
    ("❤️", "en", WELCOME),
    ("👍👍👍", "en", WELCOME),
    ("thx", "en", WELCOME),
    ("감사합니다", "ko", 천만에),
    ("정말 고마워요!", "ko", 천만에),
    ("ok", "en", "All right."),
    ("Great!", "en", "All right."),
    ("알겠습니다", "ko", "알겠습니다."),
    ("좋아요", "ko", "알겠습니다."),
    ("bye", "en", BYE),
    ("Good night", "en", BYE),
    ("thanks, bye!", "en", BYE),
    ("안녕히 계세요", "ko", "또 만나요!"),
    ("수고하세요", "ko", "또 만나요!"),
    ("how are you?", "en", "All is well here"),
    ("잘 지내요?", "ko", "잘 지내고 있습니다"),
    ("who are you?", "en", WHO_ARE_YOU),
    ("Are you a bot?", "en", WHO_ARE_YOU),
    ("what is your name", "en", WHO_ARE_YOU),
    ("너는 누구야?", "ko", "저는 “The kiln of Brae”에 대한"),
    ("이름이 뭐예요?", "ko", "저는 “The kiln of Brae”에 대한"),
    ("help", "en", HELP),
    ("What can you do?", "en", HELP),
    ("how does this work", "en", HELP),
    ("도움말", "ko", 도움),
    ("어떻게 사용하나요?", "ko", 도움),
    ("What is this about?", "en", SUMMARY),
    ("What is the article about", "en", SUMMARY),
    ("summarize", "en", SUMMARY),
    ("Can you summarize this article?", "en", SUMMARY),
    ("TL;DR", "en", SUMMARY),
    ("What's it about?", "en", SUMMARY),
    ("무슨 내용이야?", "ko", "“The kiln of Brae”의 첫머리:"),
    ("이 기사 요약해 주세요", "ko", "“The kiln of Brae”의 첫머리:"),
    ("what is the title?", "en", TITLE),
    ("제목이 뭐예요?", "ko", "제목은 “The kiln of Brae”입니다."),
    ("who wrote this?", "en", AUTHOR),
    ("Who is the author of this article?", "en", AUTHOR),
    ("who is the author", "en", AUTHOR),
    ("이 기사는 누가 썼어요?", "ko", "글쓴이는 Ada Quill입니다."),
    ("누가 썼어?", "ko", "글쓴이는 Ada Quill입니다."),
    ("when was it published?", "en", DATE),
    ("When was this article written?", "en", DATE),
    ("이 기사는 언제 나왔어요?", "ko", "날짜는 2021-03-04입니다."),
    ("who published this?", "en", NO_PUBLISHER),
    ("이 기사 출처가 어디예요?", "ko", "이 기사에는 발행처가"),
    ("tell me more", "en", NOTHING),
    ("더 알려 주세요", "ko", "먼저 질문해 주세요."),
    # mistyped, or what only looks like talk
    ("When were the sancitons lifted?", "en", "Perhaps:\nThe sanctions on clay"),
    ("What of the sancitons?", "en", "The article does not say. It does not mention"),
    ("What of the sancitons?", "ko", "The article does not say. It does not mention"),
    ("가마는 누구의 재산인가요?", "en", "이 언어는 찾아볼 수 있을 만큼"),
    ("Who wrote thsi?", "en", "The article does not say."),
    ("hi what did the potters build", "en", "The potters built it in 1891."),
    ("Hi! When was it built by the potters? Thanks!", "en", "The potters built it in"),
    ("Who is the potter who said hello?", "en", "Perhaps:\nThe potters built it"),
]


@pytest.fixture(scope="module")
def kiln(tmp_path_factory):
    path = tmp_path_factory.mktemp("kiln") / "kiln.md"
    path.write_text(KILN)
    return catalogue_of([load_article(path)])


@pytest.mark.parametrize(("said", "language", "begin"), SAID)
def test_whatever_is_said_gets_a_fitting_line(kiln, said, language, begin):
    chat = session_of(kiln, presentation=Presentation(wording(language)))
    assert text_of(chat.respond(said)).startswith(begin)


def test_at_least_sixty_things_are_said():
    assert len({said for said, _, _ in SAID}) >= 60


def test_thanks_forgets_nothing(kiln):
    chat = session_of(kiln)
    chat.respond("What did the potters build?")
    for said in ("thanks", "hi", "bye", "help", "who are you?"):
        assert not any(isinstance(b, Quote) for b in chat.respond(said).parts)
    assert "The potters built it in 1891." in text_of(chat.respond("/source"))


def test_tell_me_more_goes_on_to_the_end_and_then_says_so(kiln):
    chat = session_of(kiln)
    said = [text_of(chat.respond("When was the kiln of the potters built?"))]
    while len(said) < 9 and not said[-1].startswith("That is all"):
        said.append(text_of(chat.respond("tell me more")))
    assert 2 < len(said) < 9
    quotes = [line for one in said for line in one.splitlines() if line[0] not in "—T"]
    assert len(set(quotes)) == len(quotes), "nothing comes twice"


def test_a_follow_up_after_more_goes_on_from_the_question(kiln):
    chat = session_of(kiln)
    chat.respond("When was the kiln built?")
    chat.respond("more")
    assert chat.turns[-1].question == "When was the kiln built?"


def test_after_a_refusal_more_shows_the_closest_passage_and_then_the_next(kiln):
    unsure = catalogue_of([kiln.entries[0].article], min_confidence=1)
    chat = session_of(unsure, presentation=Presentation(buttons=True))
    refused = chat.respond("What did the potters of the kiln of Brae do with clay?")
    assert not refused.answer.found
    shown = []
    while not (shown and shown[-1].startswith("That is all")):
        shown.append(text_of(chat.respond("go on")))
    assert len(shown) > 2
    for one in shown[:-1]:
        assert one.startswith("The closest passage, which may not answer it:")
        assert not chat.turns[-1].found
    assert len(set(shown)) == len(shown), "nothing comes twice"


def test_the_pronoun_of_a_follow_up_is_what_was_spoken_of(kiln):
    chat = session_of(kiln)
    chat.respond("What about the sanctions on clay?")
    assert not text_of(chat.respond("When was it published?")).startswith(DATE)
    assert text_of(chat.respond("When was this published?")).startswith(DATE)


def test_yes_asks_what_was_meant(kiln):
    chat = session_of(kiln)
    refused = text_of(chat.respond("What of the sancitons in Bhutan?"))
    assert "Did you mean “sanctions”? Type “yes” to ask that." in refused
    assert chat.respond("yes").answer.question == "What of the sanctions in Bhutan?"


def test_yes_to_nothing_is_taken_kindly(kiln):
    assert text_of(session_of(kiln).respond("yes")).startswith("All right.")


def test_where_there_are_buttons_what_was_meant_and_what_is_answered_are_such(kiln):
    chat = Conversation(Chat(kiln), Presentation(buttons=True))
    reply = chat.respond("What of the sancitons in Bhutan?")
    buttons = [button for row in reply.buttons for button in row]
    (accept,) = [b for b in buttons if b.action is Action.ACCEPT_CORRECTION]
    assert accept.label == "Yes, “sanctions”"
    assert "Type “yes”" not in text_of(reply)
    samples = [b for row in reply.buttons for b in row if b.action is Action.ASK]
    for sample in samples:
        asked = chat.ask_sample(sample.view)
        assert asked.parts[0] == Heading(sample.label)
        assert asked.answer.found
    assert samples
    assert chat.ask_sample(10_001) is None


def test_a_refusal_offers_what_is_answered(kiln):
    text = text_of(session_of(kiln).respond("Who reigns in Bhutan?"))
    assert "Questions that I can answer:\n• " in text


LANGUAGES = {
    "de": ("Guten Tag!", "Vielen Dank", "Auf Wiedersehen"),
    "el": ("Καλημέρα", "ευχαριστώ πολύ", "Αντίο!"),
    "es": ("Buenos días", "muchas gracias", "hasta luego"),
    "ro": ("Bună ziua", "mulțumesc", "La revedere"),
    "ru": ("Здравствуйте!", "большое спасибо", "до свидания"),
    "tr": ("Merhaba", "çok teşekkürler", "görüşürüz"),
    "ar": ("السلام عليكم", "شكرا جزيلا", "مع السلامة"),
    "hi": ("नमस्ते", "बहुत धन्यवाद", "अलविदा"),
    "th": ("สวัสดีครับ", "ขอบคุณมากค่ะ", "ลาก่อน"),
    "vi": ("Xin chào", "cảm ơn bạn", "tạm biệt"),
    "zh": ("你好！", "谢谢你", "再见"),
    "ja": ("こんにちは", "ありがとうございます", "さようなら"),
    "fr": ("Bonjour", "merci beaucoup", "au revoir"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_greetings_and_thanks_are_known_in_other_languages(kiln, language):
    hello, thanks, bye = LANGUAGES[language]
    chat, spoken = session_of(kiln), wording(language)
    assert text_of(chat.respond(hello)) == spoken.hello(kiln.articles)
    assert text_of(chat.respond(thanks)) == spoken.welcome()
    assert text_of(chat.respond(bye)) == spoken.goodbye()


ASKED = {
    "de": {
        Intent.HELP: ["Hilfe", "Was kannst du?"],
        Intent.SUMMARY: [
            "Worum geht es?",
            "Worum geht es in diesem Artikel?",
            "Zusammenfassung bitte",
        ],
        Intent.AUTHOR: [
            "Wer hat diesen Artikel geschrieben?",
            "Wer hat den Text geschrieben?",
        ],
        Intent.MORE: ["mehr", "Erzähl mir mehr"],
        Intent.SOURCE: ["Quelle?", "Wo steht das?"],
        Intent.COMPLAINT: ["Das ist falsch!", "falsche Antwort"],
        Intent.CONTACT: ["Kann ich mit einem Menschen sprechen?"],
        Intent.PRIVACY: ["Was speicherst du über mich?", "Lösche meine Daten"],
    },
    "es": {
        Intent.HELP: ["ayuda", "¿Qué puedes hacer?"],
        Intent.SUMMARY: ["¿De qué trata?", "¿De qué trata este artículo?", "resumen"],
        Intent.AUTHOR: ["¿Quién escribió esto?", "¿Quién escribió este artículo?"],
        Intent.MORE: ["más", "cuéntame más"],
        Intent.SOURCE: ["¿Dónde dice eso?", "fuente"],
        Intent.COMPLAINT: [
            "Eso es incorrecto",
            "respuesta equivocada",
            "no es correcto",
        ],
        Intent.CONTACT: ["¿Puedo hablar con una persona?"],
        Intent.PRIVACY: ["¿Qué guardas sobre mí?", "borra mis datos"],
    },
    "fr": {
        Intent.HELP: ["aide", "Comment ça marche ?"],
        Intent.SUMMARY: ["De quoi ça parle ?", "De quoi parle cet article ?", "résumé"],
        Intent.AUTHOR: ["Qui a écrit cet article ?", "Qui a écrit ça ?"],
        Intent.MORE: ["plus", "la suite"],
        Intent.SOURCE: ["source", "Où est-ce écrit ?"],
        Intent.COMPLAINT: ["C'est faux", "mauvaise réponse"],
        Intent.CONTACT: ["Je voudrais parler à un humain"],
        Intent.PRIVACY: ["Supprimez mes données", "confidentialité"],
    },
    "pt": {
        Intent.HELP: ["ajuda", "O que você pode fazer?"],
        Intent.SUMMARY: ["Do que se trata?", "Sobre o que é este artigo?", "resumo"],
        Intent.AUTHOR: ["Quem escreveu este artigo?", "Quem escreveu isto?"],
        Intent.MORE: ["mais", "me conte mais"],
        Intent.SOURCE: ["fonte", "Onde está escrito isso?"],
        Intent.COMPLAINT: ["Está errado", "resposta errada"],
        Intent.CONTACT: ["Quero falar com uma pessoa"],
        Intent.PRIVACY: ["O que você guarda sobre mim?", "apague meus dados"],
    },
    "ru": {
        Intent.HELP: ["помощь", "Что ты умеешь?"],
        Intent.SUMMARY: ["О чём эта статья?", "О чем это?", "краткое содержание"],
        Intent.AUTHOR: ["Кто написал эту статью?", "Кто это написал?"],
        Intent.MORE: ["ещё", "расскажи подробнее"],
        Intent.SOURCE: ["источник", "Где это написано?"],
        Intent.COMPLAINT: ["Это неправильно", "неверный ответ"],
        Intent.CONTACT: ["Можно поговорить с человеком?"],
        Intent.PRIVACY: [
            "Что ты обо мне хранишь?",
            "Что вы храните обо мне?",
            "удали мои данные",
        ],
    },
    "uk": {
        Intent.HELP: ["допомога", "Що ти вмієш?"],
        Intent.SUMMARY: ["Про що ця стаття?", "Про що це?", "короткий зміст"],
        Intent.AUTHOR: ["Хто написав цю статтю?", "Хто це написав?"],
        Intent.MORE: ["ще", "розкажи докладніше"],
        Intent.SOURCE: ["джерело", "Де це написано?"],
        Intent.COMPLAINT: ["Це неправильно", "неправильна відповідь"],
        Intent.CONTACT: ["Можна поговорити з людиною?"],
        Intent.PRIVACY: ["Що ви зберігаєте про мене?", "видали мої дані"],
    },
    "zh": {
        Intent.HELP: ["帮助", "你能做什么？"],
        Intent.SUMMARY: [
            "这篇文章讲什么？",
            "这篇文章讲了什么",
            "总结一下",
            "主要内容",
        ],
        Intent.AUTHOR: ["这篇文章是谁写的？", "谁写的这篇文章"],
        Intent.MORE: ["更多", "继续"],
        Intent.SOURCE: ["出处", "来源是什么？"],
        Intent.COMPLAINT: ["不对", "答案错了"],
        Intent.CONTACT: ["我想找人工客服", "转人工"],
        Intent.PRIVACY: ["你保存我的什么信息", "删除我的数据"],
    },
    "ja": {
        Intent.HELP: ["ヘルプ", "何ができますか"],
        Intent.SUMMARY: [
            "この記事は何についてですか？",
            "要約してください",
            "概要は？",
        ],
        Intent.AUTHOR: ["この記事は誰が書きましたか？", "これは誰が書いたのですか"],
        Intent.MORE: ["もっと", "続けてください"],
        Intent.SOURCE: ["出典は？", "それはどこに書いてありますか？"],
        Intent.COMPLAINT: ["違います", "間違っています"],
        Intent.CONTACT: ["人と話したいです", "担当者と話せますか"],
        Intent.PRIVACY: ["私のデータを削除してください", "プライバシー"],
    },
    "ar": {
        Intent.HELP: ["مساعدة", "ماذا يمكنك أن تفعل؟"],
        Intent.SUMMARY: ["عمّ يتحدث هذا المقال؟", "ملخص", "ما موضوع المقال؟"],
        Intent.AUTHOR: ["من كتب هذا المقال؟", "من كتب هذا؟"],
        Intent.MORE: ["المزيد", "تابع"],
        Intent.SOURCE: ["المصدر؟", "أين ورد هذا؟"],
        Intent.COMPLAINT: ["هذا خطأ", "إجابة خاطئة"],
        Intent.CONTACT: ["أريد التحدث مع شخص"],
        Intent.PRIVACY: ["ماذا تحفظ عني؟", "احذف بياناتي"],
    },
}


def intent_of(text):
    if intent := intents.small_talk(text):
        return intent
    for intent, has in (
        (Intent.COMPLAINT, intents.complains),
        (Intent.MORE, intents.asks_for_more),
        (Intent.SOURCE, intents.asks_for_source),
    ):
        if has(text):
            return intent
    return intents.metadata_intent(text)


@pytest.mark.parametrize("language", ASKED)
def test_what_is_asked_of_the_bot_is_known_in_other_languages(language):
    for intent, texts in ASKED[language].items():
        assert [intent_of(text) for text in texts] == [intent] * len(texts)


@pytest.mark.parametrize(
    ("said", "usual", "language"),
    [
        ("¡Hola!", "en", "es"),
        ("Danke!", "en", "de"),
        ("Спасибо", "en", "ru"),
        ("Дякую", "ru", "uk"),
        ("ok", "ko", "ko"),
        ("ok", "it", "it"),
        ("mehr", "en", "de"),
        ("Samsung?", "ja", "ja"),
        ("Wer leitet das Büro?", "en", "de"),
    ],
)
def test_the_language_of_a_message_is_the_usual_one_in_doubt(said, usual, language):
    assert intents.message_language(said, usual) == language


def test_a_question_about_the_source_shows_the_passage(kiln):
    chat = session_of(kiln)
    chat.respond("What did the potters build in 1891?")
    shown = text_of(chat.respond("Where does it say that?"))
    assert "It holds nine hundred jars" in shown
    assert "build" not in text_of(session_of(kiln).respond("Source?"))


@given(st.text(max_size=200))
def test_whatever_is_typed_is_taken_for_something(text):
    intents.small_talk(text)
    intents.is_yes(text)
    intents.asks_for_more(text)
    intents.metadata_intent(text)
    assert intents.strip_courtesies(text) in text


def test_courtesies_around_what_else_is_said_are_left_out(kiln):
    asked = session_of(kiln).respond("Hi! What is this about?")
    assert text_of(asked).startswith(SUMMARY)
    chat = session_of(kiln)
    chat.respond("When was the kiln of the potters built?")
    more = text_of(chat.respond("Thanks! Tell me more."))
    assert more.startswith("Another passage:")


def test_who_is_it_asks_of_what_was_spoken_of(kiln):
    chat = session_of(kiln)
    assert text_of(chat.respond("Who is this?")).startswith(WHO_ARE_YOU)
    chat.respond("Who built the kiln?")
    assert not text_of(chat.respond("Who is this?")).startswith(WHO_ARE_YOU)


@pytest.mark.parametrize(
    "text",
    ["👍" * 119 + "x", "❤️🙏" * 50 + "x", "a" + "\n" * 998 + "b", "hi, " * 29 + "x"],
)
def test_no_message_takes_long_to_be_looked_at(text):
    assert intents.small_talk(text) is None
    assert intents.strip_courtesies(text).endswith(text[-1])


@pytest.mark.parametrize("text", ["hi " * 5_000, "네" * 119 + "q", "?!" * 59 + "q"])
def test_a_long_run_of_courtesies_is_looked_at_in_no_time(text):
    assert intents.small_talk(text) is None


def test_what_was_mistyped_is_no_context_of_what_was_meant(kiln):
    chat = session_of(kiln)
    assert not chat.respond("what about sancitons?").answer.found
    meant = chat.respond("yes").answer
    assert meant.question == "what about sanctions?"
    alone = session_of(kiln).respond("what about sanctions?").answer
    assert (meant.found, meant.confidence) == (alone.found, alone.confidence)


def test_nobody_is_told_to_say_yes_where_nothing_can_be_said(kiln):
    chat = Conversation(Chat(kiln), Presentation(single_turn=True))
    text = text_of(chat.reply_to_text("What of the sancitons in Bhutan?"))
    assert "Did you mean “sanctions”?" in text
    assert "Type “yes”" not in text
