"""`make demo`: a person's whole journey without a person, over HTTP only, judged by what a visitor would see."""
