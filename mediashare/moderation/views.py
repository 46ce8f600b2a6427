"""How reports and decisions look in the API, and the words for them on pages."""

from typing import Any

from mediashare.accounts.models import User
from mediashare.library import views as library_views
from mediashare.moderation.models import Action, Decision, Reason, Report
from mediashare.moderation.queries import Case
from mediashare.sentences import said
from mediashare.web.json_api import iso

REASONS = {
    Reason.CONFIDENTIAL: said("It shows something confidential"),
    Reason.PERSONAL_DATA: said("It shows personal data"),
    Reason.ABUSE: said("It is abusive or insulting"),
    Reason.WRONG: said("It is wrong and may do damage"),
    Reason.SPAM: said("It is advertising or off topic"),
    Reason.OTHER: said("Something else"),
}


DECIDED = {
    Action.HIDE: said("Hidden. The author has been told why."),
    Action.RESTORE: said("Restored. The author has been told why."),
    Action.DISMISS: said("Dismissed. Nothing was changed."),
}


def report_json(report: Report) -> dict[str, Any]:
    """A report as whoever made it sees it."""
    return {
        "id": report.id,
        "target": {"type": report.target_type, "id": report.target_id},
        "reason": report.reason,
        "note": report.note,
        "at": report.at,
        "created_at": iso(report.created_at),
        "decided_at": iso(report.decided_at),
    }


def case_json(case: Case) -> dict[str, Any]:
    """A case as moderators see it: the first report, its target, and what others reported."""
    report, comment = case.report, case.comment
    url = library_views.episode_url(report.episode)
    author = report.episode.author if comment is None else comment.author
    target = {
        "type": report.target_type,
        "id": report.target_id,
        "title": report.episode.title,
        "text": report.episode.description if comment is None else comment.body,
        "author": library_views.person_json(author),
        "url": _url_at(url, report) if comment is None else f"{url}#comment-{comment.id}",
    }
    others = [{**report_json(r), "reporter": _person(r.reporter)} for r in case.others]
    return {
        **report_json(report),
        "target": target,
        "reporter": _person(report.reporter),
        "others": others,
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """What was decided."""
    return {
        "id": decision.id,
        "report_id": decision.report_id,
        "action": decision.action,
        "reason": decision.reason,
        "created_at": iso(decision.created_at),
    }


def _url_at(url: str, report: Report) -> str:
    return url if report.at is None else f"{url}?t={report.at:g}"


def _person(person: User | None) -> dict[str, Any] | None:
    return None if person is None else library_views.person_json(person)
