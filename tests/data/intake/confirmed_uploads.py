"""Confirm the columns of an uploaded file on its pages, as a person who agrees would."""

from typing import Any

from django.test import Client

from cairn.data.intake.forms import LEAVE_BLANK


def confirm_upload(client: Client, response: Any, **changed: str) -> Any:
    """The answer to the confirmation; that to the upload where there is nothing to confirm.

    A code that Cairn does not know is left blank; of several IDs the first is the district's.
    """
    if response.status_code != 302 or "/waiting/" not in response.url:
        return response
    page = client.get(response.url)
    form = page.context["form"]
    chosen = {
        name: form[name].value() or _choose(name, field) for name, field in form.fields.items()
    }
    preview = client.post(response.url, chosen | changed)
    assert preview.status_code == 302, preview.content.decode()
    assert preview.url.endswith("/preview/"), client.get(preview.url).content.decode()
    return confirm_preview(client, preview.url)


def confirm_preview(client: Client, address: str, *, follow: bool = False) -> Any:
    """The answer to the confirmation of the preview as it is now."""
    seen = client.get(address).context["proposed"].mapping_digest
    return client.post(address, {"seen": seen}, follow=follow)


def _choose(name: str, field: Any) -> str:
    if name.startswith("code"):
        return LEAVE_BLANK
    return field.choices[1][0] if name == "id_column" else ""
