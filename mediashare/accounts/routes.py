"""Sign in and out, and the links by which people join."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from mediashare.accounts import forms as accounts_forms
from mediashare.accounts import login
from mediashare.accounts import policy as accounts_policy
from mediashare.accounts import queries as accounts_queries
from mediashare.accounts import service as accounts_service
from mediashare.accounts.errors import EmailTakenError, WrongPasswordError
from mediashare.accounts.models import User
from mediashare.errors import InvalidInputError
from mediashare.sentences import said
from mediashare.web import db
from mediashare.web.paging import asked_page
from mediashare.web.parts import parts

blueprint = Blueprint("accounts", __name__)

ATTEMPTS = "15 per 5 minutes"


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail address and password."""
    goal = accounts_forms.read_next(request.args.get("next"))
    if login.current_viewer().is_signed_in:
        return redirect(goal)
    return render_template("accounts/sign_in.html", error="", email="", next=goal)


@blueprint.post("/sign-in")
def create_session() -> ResponseReturnValue:
    """Sign in; wrong attempts are counted by address, and by address and account.

    Nobody can be locked out from elsewhere: the account alone is not counted.
    """
    email = request.form.get("email", "")[: accounts_forms.MAX_EMAIL]
    password = request.form.get("password", "")
    goal = accounts_forms.read_next(request.form.get("next"))
    address, limits = login.client_address(), parts().limits
    limits.refuse_beyond(ATTEMPTS, "sign-in", address)
    limits.hit(ATTEMPTS, "sign-in", address, accounts_policy.normalise_email(email))
    try:
        user = accounts_service.authenticate(db.session(), email=email, password=password)
    except WrongPasswordError as error:
        limits.hit(ATTEMPTS, "sign-in", address)
        with db.committing() as session:
            accounts_service.record_sign_in(session, None, accepted=False, address=address)
        page = render_template(
            "accounts/sign_in.html", error=error.sentence, email=email, next=goal
        )
        return page, HTTPStatus.UNAUTHORIZED
    with db.committing():
        accounts_service.rehash_password(db.session(), user.id, password)
        token = _open_session(user)
    login.remember(token)
    return redirect(goal)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this session, here and in every copy of its cookie."""
    viewer, token = login.current_viewer(), login.forget()
    with db.committing() as session:
        accounts_service.sign_out(session, token or "")
        accounts_service.record_sign_out(session, viewer.id or "", address=login.client_address())
    return redirect("/sign-in")


@blueprint.get("/join/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Ask an invited person for name, address and password."""
    invitation = accounts_queries.get_invitation(db.session(), token)
    account = {"name": "", "email": invitation.email or ""}
    return render_template(
        "accounts/accept.html", invitation=invitation, account=account, errors={}
    )


@blueprint.post("/join/<token>")
def create_account(token: str) -> ResponseReturnValue:
    """Make the account that the invitation is good for, and sign its person in."""
    parts().limits.hit(ATTEMPTS, "join", login.client_address())
    invitation = accounts_queries.get_invitation(db.session(), token)
    try:
        account = accounts_forms.read_new_account(request.form, email=invitation.email)
        kept = accounts_service.hash_new_password(
            account.password, name=account.name, email=account.email
        )
        with db.committing() as session:
            user = accounts_service.accept_invitation(session, token, account, kept)
            cookie = _open_session(user)
    except InvalidInputError as error:
        return _accept_again(token, error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    except EmailTakenError as error:
        return _accept_again(token, {"email": error.sentence}), HTTPStatus.CONFLICT
    login.remember(cookie)
    return redirect("/")


@blueprint.get("/invitations")
@login.role_required(accounts_policy.may_invite)
def invitations() -> ResponseReturnValue:
    """Open invitations, and the form for another."""
    return _invitations()


@blueprint.post("/invitations")
@login.role_required(accounts_policy.may_invite)
def invite() -> ResponseReturnValue:
    """Make an invitation and show its link, this once."""
    try:
        wanted = accounts_forms.read_invitation(request.form)
    except InvalidInputError as error:
        return _invitations(errors=error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    with db.committing() as session:
        link = accounts_service.create_invitation(
            session,
            login.current_viewer(),
            role=wanted.role,
            email=wanted.email,
            base_url=parts().settings.base_url,
        )
    return _invitations(link=link)


@blueprint.post("/invitations/<ident>/withdraw")
@login.role_required(accounts_policy.may_invite)
def withdraw(ident: str) -> ResponseReturnValue:
    """Take an unused invitation back."""
    with db.committing() as session:
        accounts_service.withdraw_invitation(session, login.current_viewer(), ident)
    return redirect("/invitations")


def _open_session(user: User) -> str:
    session, settings = db.session(), parts().settings
    # Whoever signs in anew leaves the session that this browser held before.
    accounts_service.sign_out(session, login.current_token() or "")
    accounts_service.record_sign_in(session, user.id, accepted=True, address=login.client_address())
    return accounts_service.sign_in(
        session,
        user,
        days=settings.session_days,
        idle_days=settings.session_idle_days,
        user_agent=request.user_agent.string,
    )


def _accept_again(token: str, errors: dict[str, str]) -> str:
    invitation = accounts_queries.get_invitation(db.session(), token)
    account = {name: request.form.get(name, "") for name in ("name", "email")}
    return render_template(
        "accounts/accept.html", invitation=invitation, account=account, errors=errors
    )


def _invitations(*, link: str = "", errors: dict[str, str] | None = None) -> str:
    viewer = login.current_viewer()
    page = accounts_queries.list_open_invitations(db.session(), viewer, asked_page())
    return render_template(
        "accounts/invitations.html",
        page=page,
        roles=[(role.value, role.value) for role in accounts_policy.grantable_roles(viewer)],
        link=link,
        errors=errors or {},
    )


@blueprint.get("/settings")
def settings() -> ResponseReturnValue:
    """What people say of themselves."""
    user = accounts_service.get_user(db.session(), login.current_viewer().id)
    return render_template("accounts/settings.html", profile=user, errors={}, saved=False)


@blueprint.post("/settings")
def change_profile() -> ResponseReturnValue:
    """Keep what people say of themselves."""
    try:
        profile = accounts_forms.read_profile(request.form)
    except InvalidInputError as error:
        page = render_template(
            "accounts/settings.html", profile=_typed_profile(), errors=error.errors, saved=False
        )
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    with db.committing() as session:
        user = accounts_service.change_profile(session, login.current_viewer(), profile)
    return render_template("accounts/settings.html", profile=user, errors={}, saved=True)


@blueprint.get("/settings/password")
def password() -> ResponseReturnValue:
    """Ask for the current and a new password."""
    return render_template("accounts/password.html", errors={}, saved=False)


@blueprint.post("/settings/password")
def change_password() -> ResponseReturnValue:
    """Change the password; this browser stays signed in, with a new session."""
    viewer = login.current_viewer()
    parts().limits.hit(ATTEMPTS, "password", viewer.id or "")
    try:
        change = accounts_service.prepare_password_change(
            db.session(),
            viewer,
            current=request.form.get("current", ""),
            new=request.form.get("password", ""),
        )
        with db.committing() as session:
            user = accounts_service.change_password(
                session, viewer, change, address=login.client_address()
            )
            token = _open_session(user)
    except InvalidInputError as error:
        page = render_template("accounts/password.html", errors=error.errors, saved=False)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    login.remember(token)
    return render_template("accounts/password.html", errors={}, saved=True)


@blueprint.get("/settings/sessions")
def sessions() -> ResponseReturnValue:
    """Where one is signed in."""
    found = accounts_queries.list_sessions(db.session(), login.current_viewer())
    current = accounts_queries.hash_token(login.current_token() or "")
    return render_template("accounts/sessions.html", sessions=found, current=current)


@blueprint.post("/settings/sessions/<ident>/end")
def end_session(ident: str) -> ResponseReturnValue:
    """End one session."""
    with db.committing() as session:
        accounts_service.end_session(session, login.current_viewer(), ident)
    return redirect("/settings/sessions")


@blueprint.post("/settings/sessions/end")
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here included; API tokens end too."""
    viewer = login.current_viewer()
    with db.committing() as session:
        accounts_service.end_all_sessions(
            session, viewer, viewer.id or "", address=login.client_address()
        )
    login.forget()
    return redirect("/sign-in")


@blueprint.get("/settings/tokens")
def tokens() -> ResponseReturnValue:
    """API tokens, and the form for another."""
    return _tokens()


@blueprint.post("/settings/tokens")
def create_token() -> ResponseReturnValue:
    """Make an API token, for which the password is asked again, and show it this once."""
    viewer = login.current_viewer()
    parts().limits.hit(ATTEMPTS, "password", viewer.id or "")
    try:
        wanted = accounts_forms.read_token(request.form)
        accounts_service.confirm_password(db.session(), viewer, request.form.get("current", ""))
    except InvalidInputError as error:
        return _tokens(errors=error.errors), HTTPStatus.UNPROCESSABLE_ENTITY
    with db.committing() as session:
        token = accounts_service.create_token(
            session,
            accounts_service.get_user(session, viewer.id),
            name=wanted.name,
            scopes=wanted.scopes,
            days=wanted.days,
        )
    return _tokens(token=token)


@blueprint.post("/settings/tokens/<ident>/revoke")
def revoke_token(ident: str) -> ResponseReturnValue:
    """End a token."""
    with db.committing() as session:
        accounts_service.revoke_token(session, login.current_viewer(), ident)
    return redirect("/settings/tokens")


def _typed_profile() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("name", "team", "place", "about")}


def _tokens(*, token: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template(
        "accounts/tokens.html",
        tokens=accounts_queries.list_tokens(db.session(), login.current_viewer()),
        token=token,
        lengths=[
            (days, said("after %(days)s days", days=days)) for days in accounts_forms.TOKEN_DAYS
        ],
        errors=errors or {},
    )
