"""What people do with uploads in pages; the bytes themselves come by tus (api.py)."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.sentences import said
from mediashare.uploads import service as uploads_service
from mediashare.uploads import views as uploads_views
from mediashare.web import db
from mediashare.web.languages import flash
from mediashare.web.parts import parts

blueprint = Blueprint("uploads", __name__)
blueprint.add_app_template_global(uploads_views.arrived_percent, "arrived_percent")
blueprint.add_app_template_global(uploads_views.arrived_sentence, "arrived_sentence")
blueprint.add_app_template_test(uploads_views.is_being_sent, "being_sent")


@blueprint.post("/uploads/<upload_id>/discard")
def discard(upload_id: str) -> ResponseReturnValue:
    """Take back an upload that has not become an episode, with all its bytes."""
    with db.committing() as session:
        upload = uploads_service.give_up(session, login.current_viewer(), upload_id)
    db.release()
    uploads_service.remove(parts().database, parts().storage, upload)
    flash(said("The upload of “%(name)s” is discarded.", name=upload.filename), "good")
    return redirect(url_for("pages.upload"), 303)
