"""How every form is drawn: the templates of this project first, Django's own behind them."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template import TemplateDoesNotExist, loader


class OncueRenderer(DjangoTemplates):
    """Draws a field through `templates/django/forms/field.html`: label, help and error with their `aria-*`."""

    def get_template(self, template_name: str) -> Any:
        """The template of that name; widgets come from Django unless this project has one."""
        try:
            return loader.get_template(template_name)
        except TemplateDoesNotExist:
            return super().get_template(template_name)
