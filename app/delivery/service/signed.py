"""Home of signing links: what one carries, and whether what somebody holds was signed by us."""

from __future__ import annotations

import hmac
from uuid import UUID

from app.delivery.rules.signed import token_of
from app.sealing import keyring


def signed_token(number: UUID, words: str, *, context: str) -> str:
    """Give what a link of a kind (`context`) carries behind its #, signed over what it opens (`words`)."""
    return token_of(number, keyring.index(words, context=context))


def is_signed(signature: str, words: str, *, context: str) -> bool:
    """Tell whether a signature is ours, over these words and for this kind of link."""
    return hmac.compare_digest(keyring.index(words, context=context), signature)
