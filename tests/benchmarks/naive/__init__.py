"""The stack that a Django project gets without thinking: Celery, beat each second, one task for each due post."""
