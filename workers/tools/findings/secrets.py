"""Keys and tokens whose form gives them away, by the rules of detect-secrets.

Of its plugins those are used that know the form of one maker's keys. Those that measure entropy are
not: they take commit ids, host names and long words for secrets, which people say all day. Neither
is the one for key words, which knows assignments in programs; `passwords.py` knows sentences.
"""

from collections.abc import Iterator, Sequence
from functools import cache

from detect_secrets.plugins import (
    artifactory,
    aws,
    azure_storage_key,
    basic_auth,
    discord,
    github_token,
    gitlab_token,
    jwt,
    mailchimp,
    npm,
    openai,
    private_key,
    pypi_token,
    sendgrid,
    slack,
    square_oauth,
    stripe,
    telegram_token,
    twilio,
)
from detect_secrets.plugins.base import RegexBasedDetector

MAKERS: Sequence[type[RegexBasedDetector]] = (
    artifactory.ArtifactoryDetector,
    aws.AWSKeyDetector,
    azure_storage_key.AzureStorageKeyDetector,
    basic_auth.BasicAuthDetector,
    discord.DiscordBotTokenDetector,
    github_token.GitHubTokenDetector,
    gitlab_token.GitLabTokenDetector,
    jwt.JwtTokenDetector,
    mailchimp.MailchimpDetector,
    npm.NpmDetector,
    openai.OpenAIDetector,
    private_key.PrivateKeyDetector,
    pypi_token.PypiTokenDetector,
    sendgrid.SendGridDetector,
    slack.SlackDetector,
    square_oauth.SquareOAuthDetector,
    stripe.StripeDetector,
    telegram_token.TelegramBotTokenDetector,
    twilio.TwilioKeyDetector,
)


def find_keys(text: str) -> Iterator[tuple[int, int]]:
    """Where keys stand in a text."""
    for plugin in _plugins():
        for form in plugin.denylist:
            for match in form.finditer(text):
                # Some plugins look closer at what their form has found.
                if next(iter(plugin.analyze_string(match[0])), None) is not None:
                    yield _trimmed(text, *match.span())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return start, end


@cache
def _plugins() -> Sequence[RegexBasedDetector]:
    return [maker() for maker in MAKERS]
