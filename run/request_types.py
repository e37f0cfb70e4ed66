"""A mypy plugin: what our middleware puts on a request.

Behind `login_required` and the access check the user is a User, never anonymous, and carries a membership; Django's
stubs cannot know that, and a cast in each of the views would hide more than it shows.
"""

from collections.abc import Callable

from mypy.nodes import MDEF, SymbolTableNode, Var
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.types import AnyType, Type, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
PUT_THERE_BY_MIDDLEWARE = ("htmx", "membership", "csp_nonce")


class RequestPlugin(Plugin):
    """Knows `request.user` and the attributes of our middleware."""

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return signed_in_user if fullname in {f"{REQUEST}.user", "django.http.HttpRequest.user"} else None

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return add_attributes if fullname == REQUEST else None


def signed_in_user(context: AttributeContext) -> Type:
    return context.api.named_generic_type("accounts.models.User", [])  # type: ignore[attr-defined]


def add_attributes(context: ClassDefContext) -> None:
    for name in PUT_THERE_BY_MIDDLEWARE:
        attribute = Var(name, AnyType(TypeOfAny.explicit))
        attribute.info = context.cls.info
        attribute._fullname = f"{REQUEST}.{name}"
        context.cls.info.names[name] = SymbolTableNode(MDEF, attribute, plugin_generated=True)


def plugin(version: str) -> type[Plugin]:
    return RequestPlugin
