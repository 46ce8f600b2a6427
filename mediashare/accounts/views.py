"""The words for roles on pages."""

from mediashare.accounts.models import Role
from mediashare.sentences import said

ROLES = {
    Role.GUEST: said("guest"),
    Role.MEMBER: said("member"),
    Role.MODERATOR: said("moderator"),
    Role.ADMIN: said("admin"),
}
