"""Where chosen posts go in time, as the page of an act asks for it."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from scheduler import times
from scheduler.bulk import Shift
from scheduler.forms import FIRST_DAY, HORIZON

MOST_DAYS = 366
BY_DAYS, TO_TIME = "days", "to"

Day = date  # the form has fields of these names
TimeOfDay = time


class ShiftForm(forms.Form):
    """By so many days, each keeping its time of day; or to a day, a time, or both. `shift` after `is_valid()`."""

    how = forms.ChoiceField(choices=[(BY_DAYS, ""), (TO_TIME, "")], required=False)
    days = forms.IntegerField(
        required=False,
        min_value=-MOST_DAYS,
        max_value=MOST_DAYS,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Write a number of days, up to {MOST_DAYS} either way."
        ),
    )
    date = forms.DateField(required=False, error_messages={"invalid": "Choose a day."})
    time = forms.CharField(required=False, max_length=20)

    shift: Shift | None = None

    def clean_time(self) -> TimeOfDay | None:
        typed = self.cleaned_data["time"]
        try:
            return times.parse_time(typed) if typed else None
        except times.NotATime as problem:
            raise ValidationError(str(problem)) from problem

    def clean_date(self) -> Day | None:
        day: Day | None = self.cleaned_data["date"]
        if day and not FIRST_DAY <= day <= Day.today() + HORIZON:
            raise ValidationError("Choose a day within the next two years.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if cleaned["how"] == TO_TIME:
            self._to(cleaned["date"], cleaned["time"])
        elif cleaned["days"]:
            self.shift = Shift(days=cleaned["days"])
        else:
            self.add_error("days", "Write by how many days, as 1 or -1.")
        return cleaned

    def _to(self, day: Day | None, at: TimeOfDay | None) -> None:
        if day is None and at is None:
            self.add_error("date", "Choose a day, a time, or both.")
        self.shift = Shift(day=day, at=at)
