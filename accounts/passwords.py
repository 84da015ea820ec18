"""What a password may not be, beyond Django's own rules: our own name with some digits (R-02)."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

PRODUCT_WORDS = ["oncue", "tiktok", "scheduler", "password", "welcome"]
MEANINGFUL = 6
"""How many letters must be left once product words, digits and signs are gone."""


class ProductWordsValidator:
    """Refuses a password that is little more than words anyone would try on this site."""

    def validate(self, password: str, user: object = None) -> None:
        if len(_without_product_words(password)) < MEANINGFUL and _holds_product_word(password):
            raise ValidationError(
                "This password is mostly words that anyone would try here.", code="password_product_words"
            )

    def get_help_text(self) -> str:
        return "Your password cannot be the name of this product with a few digits."


def _holds_product_word(password: str) -> bool:
    return any(word in password.lower() for word in PRODUCT_WORDS)


def _without_product_words(password: str) -> str:
    return re.sub(rf"{'|'.join(PRODUCT_WORDS)}|[\W\d_]", "", password.lower())
