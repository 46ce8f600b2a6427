"""What people do with accounts, one noun per file; callers use it as `accounts_service`."""

from mediashare.accounts.service.invitations import (
    NewAccount,
    accept_invitation,
    create_invitation,
    create_setup_link,
    withdraw_invitation,
)
from mediashare.accounts.service.passwords import check_password
from mediashare.accounts.service.people import (
    Profile,
    change_password,
    change_profile,
    change_role,
    confirm_password,
    create_user,
    disable,
    enable,
    get_user,
    reset_password,
)
from mediashare.accounts.service.sign_ins import (
    RENEW_AFTER,
    authenticate,
    end_all_sessions,
    end_session,
    note_token_use,
    record_sign_in,
    record_sign_out,
    rehash_password,
    renew,
    sign_in,
    sign_out,
)
from mediashare.accounts.service.tokens import create_token, revoke_token

__all__ = [
    "RENEW_AFTER",
    "NewAccount",
    "Profile",
    "accept_invitation",
    "authenticate",
    "change_password",
    "change_profile",
    "change_role",
    "check_password",
    "confirm_password",
    "create_invitation",
    "create_setup_link",
    "create_token",
    "create_user",
    "disable",
    "enable",
    "end_all_sessions",
    "end_session",
    "get_user",
    "note_token_use",
    "record_sign_in",
    "record_sign_out",
    "rehash_password",
    "renew",
    "reset_password",
    "revoke_token",
    "sign_in",
    "sign_out",
    "withdraw_invitation",
]
