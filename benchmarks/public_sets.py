"""The public question sets that the tables are measured on, with links and licences.

Sizes and SHA-256 sums are of the published files; other bytes are another file.
`benchmarks/data.py` downloads them.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

SquadArticle: TypeAlias = dict[str, Any]  # as SQuAD's `data` holds it


@dataclass(frozen=True, slots=True)
class Home:
    """A publisher of question sets, with the licence.

    Attributes:
        terms: A link to the licence.
    """

    title: str
    authors: str
    page: str
    licence: str
    terms: str


@dataclass(frozen=True, slots=True)
class Original:
    """A published file.

    Attributes:
        size: Size in bytes; no more is read.
        sha256: SHA-256 sum, hexadecimal.
    """

    link: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The last part of the link."""
        return self.link.rpartition("/")[2]

    def is_whole(self, data: bytes) -> bool:
        """Return whether these are the published bytes."""
        return len(data) == self.size and sha256(data).hexdigest() == self.sha256


def read_squad(files: Sequence[bytes]) -> list[SquadArticle]:
    """Return the articles of SQuAD files."""
    return [entry for data in files for entry in json.loads(data)["data"]]


def read_selqa(files: Sequence[bytes]) -> list[SquadArticle]:
    """Return the articles of SelQA's files, by title, in SQuAD's form.

    SelQA gives each question with the sentences of a section, and the numbers of the
    answering sentences. A section becomes a paragraph: its sentences, joined by blanks.
    """
    articles: dict[str, dict[str, list[SquadArticle]]] = {}
    records = (record for data in files for record in json.loads(data))
    for number, record in enumerate(records, 1):
        context, starts = _join(record["candidates"])
        sections = articles.setdefault(record["article"], {})
        sections.setdefault(context, []).append(
            {
                "id": f"selqa-{number}",
                "question": record["question"],
                "is_impossible": not record["answers"],
                "paraphrase": record["is_paraphrase"],
                "answers": [
                    {"text": record["candidates"][n], "answer_start": starts[n]}
                    for n in record["answers"]
                ],
            }
        )
    return [
        {
            "title": title,
            "paragraphs": [
                {"context": context, "qas": qas} for context, qas in sections.items()
            ],
        }
        for title, sections in sorted(articles.items())
    ]


def _join(sentences: Sequence[str]) -> tuple[str, list[int]]:
    """Join sentences by blanks; return the text and the offset of each in it."""
    starts: list[int] = []
    end = 0
    for sentence in sentences:
        starts.append(end)
        end += len(sentence) + bool(sentence)
    return " ".join(filter(None, sentences)), starts


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A question set that anyone may download.

    Attributes:
        name: The base name of its files in DIR.
        read: Parses the originals' bytes into articles.
    """

    name: str
    home: Home
    originals: tuple[Original, ...]
    read: Callable[[Sequence[bytes]], list[SquadArticle]] = read_squad


_BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"
_RAW = "https://raw.githubusercontent.com"
# Links to a commit, where there is one: a branch may move on.
_XQUAD = f"{_RAW}/google-deepmind/xquad/7d30520c717524000f0d9d2f9c10a069acd9d285"
_SHIFTS = (
    f"{_RAW}/modestyachts/squadshifts-website/"
    "b7cc4d50af791c36c49417fb94dd739d6a9e7bef/datasets"
)
_SELQA = f"{_RAW}/emorynlp/selqa/fef3d6ac6944e2d4237165d90e5f859c71676bdd/ass"

XQUAD = Home(
    "XQuAD",
    "Mikel Artetxe, Sebastian Ruder, Dani Yogatama (2020), Google DeepMind",
    "https://github.com/google-deepmind/xquad",
    "CC BY-SA 4.0",
    _BY_SA,
)
SQUAD = Home(
    "SQuAD 2.0",
    "Pranav Rajpurkar, Robin Jia, Percy Liang (2018), Stanford University",
    "https://rajpurkar.github.io/SQuAD-explorer/",
    "CC BY-SA 4.0",
    _BY_SA,
)
SHIFTS = Home(
    "SQuADShifts",
    "John Miller, Karl Krauth, Benjamin Recht, Ludwig Schmidt (2020)",
    "https://modestyachts.github.io/squadshifts-website/",
    "CC BY 4.0",
    "https://creativecommons.org/licenses/by/4.0/",
)
SELQA = Home(
    "SelQA",
    "Tomasz Jurczyk, Michael Zhai, Jinho D. Choi (2016), Emory University",
    "https://github.com/emorynlp/selqa",
    "Apache-2.0",
    "https://www.apache.org/licenses/LICENSE-2.0",
)

_XQUAD_SUMS = {
    "ar": (1582988, "abdabd7afed5c635d99cca0f3f0d0c9d9ed0bc77451e963c2e4e0638c29e486d"),
    "de": (669810, "990b5d746746ed65ed4702ea5f35f99ffa4e2f1c390c07d003642acd937916f9"),
    "el": (1918889, "821cf0f88e73fa258fd2f548b19b6ec39f7025059e16f6f9fc8cd797c9c3663e"),
    "en": (609383, "e4c57d1c9143aaa1c5d265ba5987a65f4e69528d2a98f29d6e75019b10344f29"),
    "es": (684322, "dcbae93ec3a9f4b9e78fd834a171d6f96c1a875e10e15b7530b7e4ef4971e37e"),
    "hi": (1680538, "df2cce3532b37e9beb8979704b5c9a4bf874358f105395a298b89427b43b9d24"),
    "ro": (661158, "94f8d54e93ad2b7dd2e76dd921a666b5b8eff2d4379df9f179c42b445f09643f"),
    "ru": (1896368, "208d5b1aa154c52b1b5c5eda16281e455e8fd198cdb9af3f469f0d6037d973bf"),
    "th": (1809143, "5cdda11d0e1e075f7872abf4e6ae830388ce7f617964d542308e9ae4257e0f43"),
    "tr": (729506, "92179a564774b7696100d144c1e10870d0a966b6fccbdd254a65b9d2ab1971cc"),
    "vi": (911401, "f619a1eb11fb42d3ab0834259e488a65f585447ef6154437bfb7199d85161a04"),
    "zh": (808652, "691d0b3359bc6b8faa8de931dfdfe21d50a65861ae348e32a0d1a0190b0c8835"),
}

SETS = (
    *(
        PublicSet(
            f"xquad.{language}",
            XQUAD,
            (Original(f"{_XQUAD}/xquad.{language}.json", size, digest),),
        )
        for language, (size, digest) in _XQUAD_SUMS.items()
    ),
    PublicSet(
        "squad2",
        SQUAD,
        (
            Original(
                "https://rajpurkar.github.io/SQuAD-explorer/dataset/dev-v2.0.json",
                4370528,
                "80a5225e94905956a6446d296ca1093975c4d3b3260f1d6c8f68bc2ab77182d8",
            ),
        ),
    ),
    PublicSet(
        "new_wiki",
        SHIFTS,
        (
            Original(
                f"{_SHIFTS}/new_wiki_v1.0.json",
                3607393,
                "1d50a0ca4cdab88d038b52ea8a2d0510af6038d7f41a0a256b9659237769d0ee",
            ),
        ),
    ),
    PublicSet(
        "amazon",
        SHIFTS,
        (
            Original(
                f"{_SHIFTS}/amazon_reviews_v1.0.json",
                4177842,
                "9db7bdee84a91f0fb80b9e74f365042fbbb217cb8e0a7e73bb071245472589b6",
            ),
        ),
    ),
    PublicSet(
        "selqa",
        SELQA,
        (
            Original(
                f"{_SELQA}/selqa-ass-dev.json",
                1470163,
                "b4e6687e44a30b486e24d2b06aa3012ec07d61145f3521f35b7d49daae3e0ca4",
            ),
            Original(
                f"{_SELQA}/selqa-ass-test.json",
                2983123,
                "ca1184d94cc9030883723fab76ef8180b3cf5fb142549a5648d22f59fe7c6fc6",
            ),
        ),
        read_selqa,
    ),
)


def notice(sets: Iterable[PublicSet]) -> str:
    """Return Markdown with the files' authors, licences, and what was changed."""
    names: dict[Home, list[str]] = {}
    for public in sets:
        names.setdefault(public.home, []).append(public.name)
    lines = [
        "# Question sets",
        "",
        "Made by `python -m benchmarks.data` of the files in `originals/`, which are",
        "as they were published. Changed: each set is dealt into two halves by the",
        "titles of its articles, `NAME.dev.json` and `NAME.held.json`; the sections of",
        "SelQA became paragraphs in SQuAD's form.",
        "",
        "| files | set | authors | licence |",
        "|---|---|---|---|",
    ]
    for home, its in names.items():
        files = ", ".join(f"`{name}`" for name in its)
        lines.append(
            f"| {files} | [{home.title}]({home.page}) | {home.authors} "
            f"| [{home.licence}]({home.terms}) |"
        )
    return "\n".join(lines) + "\n"
