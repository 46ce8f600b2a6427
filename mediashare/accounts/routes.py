"""Sign in and out."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import login
from mediashare.accounts import service as accounts_service
from mediashare.accounts.errors import WrongPasswordError
from mediashare.web import db
from mediashare.web.parts import parts

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in with e-mail address and password."""
    if request.method == "GET":
        return render_template("accounts/sign_in.html", error="", email="")
    email = request.form.get("email", "")
    try:
        with db.committing() as session:
            user = accounts_service.authenticate(
                session, email=email, password=request.form.get("password", "")
            )
            token = accounts_service.sign_in(session, user, days=parts().settings.session_days)
    except WrongPasswordError as error:
        return render_template("accounts/sign_in.html", error=str(error), email=email), 401
    login.remember(token)
    return redirect("/")
