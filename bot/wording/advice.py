"""Errors of `retrieval` in words that name the bot's settings.

`retrieval` does not know the settings. The code of an error says what is wrong, and
the texts here add what to do: operators read which setting to change, users of a chat
do not.
"""

from retrieval.errors import ArticleError, ErrorCode, RetrievalError

_FOR_OPERATORS = {
    ErrorCode.INDEX_ACCESS_DENIED: "{error} of BOT_INDEX_URL",
    ErrorCode.INDEX_URL_MALFORMED: (
        "BOT_INDEX_URL is not the URL of an index; "
        "write https://user:password@host:9200/name"
    ),
    ErrorCode.PRIVATE_ADDRESS: "{error}; set BOT_ALLOW_PRIVATE_URLS to allow that",
}
_FOR_USERS = {ErrorCode.PARSER_MISSING: "files of this kind are not read here"}


def operator_message(error: Exception) -> str:
    """Return the message of an error, with the setting that would prevent it."""
    code = error.code if isinstance(error, RetrievalError) else None
    template = _FOR_OPERATORS.get(code) if code else None
    return template.format(error=error) if template else str(error)


def user_message(error: ArticleError) -> str:
    """Return why a document or link of a chat cannot be read, in one clause."""
    message = _FOR_USERS.get(error.code) if error.code else None
    return message or error.problem
