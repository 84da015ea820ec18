"""APScheduler 3 in one process: one date job per post, a pool of 16 threads. `sys.argv[1]`: misfire grace, seconds."""

from __future__ import annotations

import signal
import sys

import work
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

options = {"misfire_grace_time": int(sys.argv[1])} if len(sys.argv) > 1 else {}
scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(16)}, job_defaults=options)
for post_id, due_at, upload_url in work.due_posts():
    scheduler.add_job(work.publish, "date", run_date=due_at, args=(post_id, upload_url))
scheduler.start()
work.ready()
signal.pause()
