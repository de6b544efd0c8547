"""How tokens look, to be recognized wherever they stand: ours, ``zt_<id>_<random>``, and those of others."""

from __future__ import annotations

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What an id is made of: nothing that is taken for something else when it is read aloud or copied by hand."""

ID_LENGTH, RANDOM_BYTES = 8, 32

ID = rf"[{LETTERS}]{{{ID_LENGTH}}}"
TOKEN = rf"zt_(?P<id>{ID})_[0-9a-f]{{{2 * RANDOM_BYTES}}}"
"""What a whole token matches. Its id is in the open; what follows the id is the secret."""

_FORMS = {
    "zt_": rf"zt_{ID}_[0-9a-f]{{{2 * RANDOM_BYTES}}}",
    # docs.github.com, "About authentication to GitHub": personal, OAuth, user, server and refresh tokens
    "ghp_": r"ghp_[A-Za-z0-9]{20,255}",
    "gho_": r"gho_[A-Za-z0-9]{20,255}",
    "ghu_": r"ghu_[A-Za-z0-9]{20,255}",
    "ghs_": r"ghs_[A-Za-z0-9]{20,255}",
    "ghr_": r"ghr_[A-Za-z0-9]{20,255}",
    "github_pat_": r"github_pat_[A-Za-z0-9_]{20,255}",
    # docs.gitlab.com, "Token overview"
    "glpat-": r"glpat-[\w-]{20,255}(?:\.[\w.]{1,40})?",
    # docs.aws.amazon.com, "IAM identifiers": the ids of long-lived and of temporary keys
    "AKIA": r"AKIA[A-Z0-9]{16}",
    "ASIA": r"ASIA[A-Z0-9]{16}",
    # api.slack.com, "Token types"
    "xox": r"xox[abeoprs]-[A-Za-z0-9-]{10,255}",
    # platform.openai.com and docs.anthropic.com: sk-..., sk-proj-..., sk-ant-api03-...; a long run without hyphens
    "sk-": r"sk-[\w-]{0,24}[A-Za-z0-9]{20}[\w-]*",
    # cloud.google.com, "API keys"
    "AIza": r"AIza[\w-]{35}",
    # huggingface.co, "User access tokens"
    "hf_": r"hf_[A-Za-z0-9]{30,255}",
    # docs.npmjs.com, "About access tokens"; docs.pypi.org and RFC-like macaroons; docs.stripe.com, "API keys"
    "npm_": r"npm_[A-Za-z0-9]{36}",
    "pypi-": r"pypi-AgE[\w-]{50,}",
    "k_live_": r"[rs]k_live_[A-Za-z0-9]{20,255}",
    # RFC 7519: the header and the claims of a JSON Web Token begin as every JSON object does in base64url
    "eyJ": r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*",
}
"""What a form has in it, and the form. Each is long and random enough that no word is taken for one."""

_WHOLE = r"(?<![A-Za-z0-9])(?:{})(?![A-Za-z0-9])"


def id_of(text: str) -> str | None:
    """Returns the id in the text of a token; None for any other text."""
    import re  # here: many look for tokens, and few texts have one

    match = re.fullmatch(TOKEN, text)
    return match["id"] if match else None


def forms_in(text: str) -> str | None:
    """Returns a pattern of the tokens that a text may hold; None for a text that has no sign of any."""
    forms = [form for sign, form in _FORMS.items() if sign in text]
    return _WHOLE.format("|".join(forms)) if forms else None
