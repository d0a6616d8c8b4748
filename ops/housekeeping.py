"""What must be done regularly while the server runs."""

import logging
import threading
import time

from flask import Flask, current_app

import learning.actions
import quizzes.actions.taking
import uploads.actions
from core import clock, waiting
from core.db import transaction
from core.pages import zone
from quizzes.actions.question_files import folder_of

EVERY_SECONDS = 30


def start_housekeeping(app: Flask) -> None:
    """Keep house beside the server, in each of its processes."""
    threading.Thread(target=_keep_house, args=(app,), daemon=True).start()


def _keep_house(app: Flask) -> None:
    """Close attempts whose time is over and seal finished days, and forget what uploads left. Every process does it; each step has one winner."""
    while True:
        time.sleep(EVERY_SECONDS)
        try:
            with app.app_context():
                keep_house()
        except Exception:  # the thread must outlive a database that is away
            logging.getLogger(__name__).exception("housekeeping failed")


def keep_house() -> None:
    """One round."""
    now = clock.now()
    with transaction():
        quizzes.actions.taking.close_overdue(now, zone())
    with transaction():
        learning.actions.seal_days(now, zone())
    with transaction():
        uploads.actions.sweep(current_app.config["MEDIA_FOLDER"], now)
    waiting.sweep(folder_of(current_app.config["MEDIA_FOLDER"]))
