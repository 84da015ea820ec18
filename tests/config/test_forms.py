"""How a field is drawn: label, control, help and error tied together for those who cannot see them."""

from __future__ import annotations

import re

from django import forms


class Sample(forms.Form):
    email = forms.EmailField(help_text="We write to <you> rarely.")
    agree = forms.BooleanField(label="Switch it on", widget=forms.CheckboxInput(attrs={"role": "switch"}))
    news = forms.BooleanField(label="News", required=False)
    when = forms.ChoiceField(choices=[("now", "Now"), ("later", "Later")], widget=forms.RadioSelect)
    secret = forms.CharField(widget=forms.HiddenInput)


def test_help_and_error_carry_the_ids_that_the_control_names() -> None:
    html = str(Sample({"email": "ines"})["email"].as_field_group())
    named = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html)
    assert named is not None
    for id_ in named[1].split():
        assert f'id="{id_}"' in html
    assert 'aria-invalid="true"' in html
    assert '<label for="id_email">Email</label>' in html


def test_help_is_escaped() -> None:
    assert "&lt;you&gt;" in Sample()["email"].as_field_group()


def test_a_checkbox_is_a_check_and_may_be_a_switch() -> None:
    form = Sample()
    assert 'class="switch"' in form["agree"].as_field_group()
    assert 'class="check"' in form["news"].as_field_group()


def test_radios_are_a_fieldset_with_a_legend() -> None:
    html = Sample()["when"].as_field_group()
    assert "<fieldset" in html
    assert "<legend>When</legend>" in html


def test_a_whole_form_draws_each_field_once_and_keeps_hidden_ones() -> None:
    html = str(Sample({"email": "ines"}))
    for name in ("email", "agree", "news", "secret"):
        assert html.count(f'name="{name}"') == 1
    assert html.count('name="when"') == 2


def test_an_error_of_a_hidden_field_is_told_too() -> None:
    assert "(Hidden field secret) This field is required." in str(Sample({"email": "ines@example.com"}))
