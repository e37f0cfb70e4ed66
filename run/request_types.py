"""A mypy plugin: what our middleware puts on a request, and other attributes that Django's stubs cannot know.

Behind `login_required` and the access check the user is a User, never anonymous, and carries a membership; a cast in
each of the views would hide more than it shows.
"""

from collections.abc import Callable

from mypy.nodes import MDEF, SymbolTableNode, TypeInfo, Var
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.types import AnyType, Instance, Type, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
ADDED: dict[str, tuple[str, ...]] = {
    REQUEST: ("htmx", "membership", "memberships", "locked_user", "csp_nonce"),
    # `form.fields[name]` is a Field to the stubs, whatever was declared; a fact's field carries its fact.
    "django.forms.fields.Field": (
        *("choices", "queryset", "label_from_instance", "empty_label", "is_inline"),
        *("fact", "clauses", "latest", "birth_date", "remark", "provenance"),
    ),
    "django.forms.forms.BaseForm": ("helper", "given"),
    "django.forms.widgets.MultiWidget": ("widgets_names",),
    # simple-history reads these from the row that is saved.
    "django.db.models.base.Model": ("_history_user", "_history_date", "_change_reason"),
}


class RequestPlugin(Plugin):
    """Knows `request.user` and the attributes above."""

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return signed_in_user if fullname in {f"{REQUEST}.user", "django.http.HttpRequest.user"} else None

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return (
            (lambda context: add_attributes(context.cls.info, ADDED[fullname])) if fullname in ADDED else None
        )


def signed_in_user(context: AttributeContext) -> Type:
    """Return User, or what Django's stubs say while the people's room is not read yet."""
    room = context.api.modules.get("accounts.models")  # type: ignore[attr-defined]
    user = room.names.get("User") if room else None
    return Instance(user.node, []) if user else context.default_attr_type


def add_attributes(info: TypeInfo, names: tuple[str, ...]) -> None:
    for name in names:
        attribute = Var(name, AnyType(TypeOfAny.explicit))
        attribute.info = info
        attribute._fullname = f"{info.fullname}.{name}"
        info.names[name] = SymbolTableNode(MDEF, attribute, plugin_generated=True)


def plugin(version: str) -> type[Plugin]:
    return RequestPlugin
