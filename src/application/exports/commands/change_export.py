"""An administrator changes what an export is called, or whether it follows changes."""

from application.connections.webhooks_command import tend_webhooks
from application.exports.ports import ExportConfigs, ExporterCatalogue
from application.exports.versions import require_version
from application.exports.views import ExportViews
from application.messages import Command
from application.ports import Outbox, Transaction
from domain.exports.changes import require_told
from domain.exports.target import check_title
from domain.shared.identities import ConfigId


class ChangeExport(Command[None], frozen=True, kw_only=True, tag="exports.change"):
    """What is None stays as it is. See CreateExportConfig for `on_change`. `expected` are versions of the export, of
    which it has to be one.
    """

    config_id: ConfigId
    name: str | None = None
    on_change: bool | None = None
    expected: frozenset[str] | None = None


class ChangeExportHandler:
    """The spreadsheet and its tab keep their titles. Webhooks are registered, or removed, by whoever tends them."""

    def __init__(
        self,
        transaction: Transaction,
        configs: ExportConfigs,
        views: ExportViews,
        catalogue: ExporterCatalogue,
        outbox: Outbox,
    ) -> None:
        self._transaction = transaction
        self._configs = configs
        self._views = views
        self._catalogue = catalogue
        self._outbox = outbox

    async def __call__(self, command: ChangeExport) -> None:
        """Raises ConfigNotFound, PreconditionFailed, TitleInvalid, ExporterUnknown or ChangesUntold."""
        name = None if command.name is None else check_title(command.name, "name")
        async with self._transaction(command.company_id):
            config = await self._configs.get(command.company_id, command.config_id)
            require_version(await self._views.config(command.company_id, command.config_id), command.expected)
            follows = config.on_change if command.on_change is None else command.on_change
            if follows and not config.on_change:
                require_told(self._catalogue.get(config.exporter_key))
            if follows != config.on_change:
                await tend_webhooks(self._outbox, command.company_id)
            config.name, config.on_change = name or config.name, follows
            await self._configs.put(config)
