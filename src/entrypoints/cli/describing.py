"""`skladsheets descriptor`: what MoySklad's developer cabinet asks for."""

import sys

import click

from entrypoints.composition import offline

WRONG_ADDRESS = "An address has to begin with https://, and to have no query: MoySklad accepts no other."


@click.command()
@click.option("--base-url", required=True, help="PUBLIC_URL of the service, as MoySklad reaches it.")
@click.option("--page-url", help="The page that opens inside MoySklad. Left out, the app has none.")
@click.option(
    "--scope",
    type=click.Choice(["custom", "admin"]),
    default="custom",
    show_default=True,
    help="The rights that exporters need, or an administrator's.",
)
def descriptor(base_url: str, page_url: str | None, scope: str) -> None:
    """Print the app's descriptor: addresses, events, scenario actions, and the rights that an account is asked for."""
    base_url = base_url.rstrip("/")
    if any(not _fits(address) for address in (base_url, page_url) if address is not None):
        click.echo(WRONG_ADDRESS, err=True)
        sys.exit(1)
    text, beyond = offline.app_descriptor(base_url, page_url, admin=scope == "admin")
    click.echo(text, nl=False)
    if beyond:
        click.echo(f"Cannot be read with these rights, only with --scope admin: {', '.join(beyond)}", err=True)


def _fits(address: str) -> bool:
    return address.startswith("https://") and len(address) > len("https://") and not set(address) & set(' ?#"<>')
