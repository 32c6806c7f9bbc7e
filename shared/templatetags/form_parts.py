"""Tags for forms; `{% load ui %}` brings them along."""

from typing import Any

from django.forms import BaseForm, CheckboxInput, RadioSelect
from django.forms.boundfield import BoundField
from django.forms.widgets import CheckboxSelectMultiple
from django.template import Context, Library
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = Library()

type Words = str | Promise


@register.inclusion_tag("ui/parts/field.html")
def field(
    bound: BoundField,
    *,
    label: Words = "",
    hint: Words = "",
    width: str = "full",
    options: str = "",
    mark: str = "auto",
) -> dict[str, Any]:
    """A field with its label, must-or-may mark, hint, errors and control."""
    if hint:
        bound.help_text = str(hint)
    if mark == "auto":
        mark = "must" if bound.field.required else "may"
    return {
        "field": bound,
        "label": label or bound.label,
        "layout": _layout(bound),
        "width": getattr(bound.field, "width", None) or width,
        "options_class": _options_class(bound, options=options),
        "mark": mark,
    }


def _layout(bound: BoundField) -> str:
    if isinstance(bound.field.widget, CheckboxInput):
        return "check"
    return "group" if bound.use_fieldset else "line"


def _options_class(bound: BoundField, *, options: str) -> str:
    if not isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple):
        return "field__group"
    return f"options options--{options}" if options else "options"


@register.inclusion_tag("ui/parts/form.html", takes_context=True)
def form(
    context: Context,
    form: BaseForm,
    *,
    submit: Words,
    action: str = "",
    method: str = "post",
    tone: str = "primary",
    confirm: Words = "",
    secondary_url: str = "",
    secondary_label: Words = "",
) -> dict[str, Any]:
    """A whole form: error summary, every field, the buttons."""
    return {
        "form": form,
        "submit": submit,
        "action": action,
        "method": method,
        "tone": tone,
        "confirm": confirm,
        "secondary_url": secondary_url,
        "secondary_label": secondary_label or _("戻る"),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/parts/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """Error summary and every field, for a form element written by hand."""
    return {"form": form}


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong, as a list that leads to each field; nothing when all is well."""
    errors = [{"words": words, "target": "", "label": ""} for words in form.non_field_errors()]
    errors += [
        {"words": words, "target": _target(form[name]), "label": form[name].label}
        for name in form.fields
        for words in form.errors.get(name, [])
    ]
    title = ngettext(
        "入力内容を確かめてください", "入力内容を確かめてください（%(count)d件）", len(errors)
    )
    return {
        "errors": errors,
        "title": title % {"count": len(errors)},
        "summary_id": f"{form.prefix}-errors" if form.prefix else "errors",
    }


def _target(bound: BoundField) -> str:
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
