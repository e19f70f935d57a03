"""An administrator changes how an export shows personal data."""

from dataclasses import replace

from application.connections.ports import MoySkladKey, Urgency
from application.connections.vendor_access import MoySkladAccess
from application.exports.assembling import assembly, key_sources, treatments
from application.exports.personal_choice import PersonalChoice, check_named, terms_of
from application.exports.ports import ExportConfigs, ExporterCatalogue, ExportTasks, Formulas
from application.exports.vendor_ports import Source
from application.exports.versions import require_version
from application.exports.views import ExportViews
from application.messages import Command
from application.ports import Transaction
from domain.exports.columns import CUSTOM_PREFIXES, Column
from domain.exports.config import ExportConfig
from domain.exports.exporter import BaseExporter
from domain.exports.personal import PersonalTerms
from domain.exports.task import ExportAlreadyRunning
from domain.shared.identities import ConfigId


class ChangePersonalTerms(Command[None], frozen=True, kw_only=True, tag="exports.change_personal"):
    """What is not said any more is as it is by default. `expected` are versions of the export, of which it has to be
    one.
    """

    config_id: ConfigId
    personal: PersonalChoice
    expected: frozenset[str] | None = None


class ChangePersonalTermsHandler:
    """Checks the terms as a new export's are, and has the next run write every row anew under them.

    A run that is under way would go on under the old terms, so there must be none.
    """

    def __init__(
        self,
        transaction: Transaction,
        configs: ExportConfigs,
        views: ExportViews,
        tasks: ExportTasks,
        catalogue: ExporterCatalogue,
        moysklad: MoySkladAccess,
        source: Source,
        formulas: Formulas,
    ) -> None:
        self._transaction = transaction
        self._configs = configs
        self._views = views
        self._tasks = tasks
        self._catalogue = catalogue
        self._moysklad = moysklad
        self._source = source
        self._formulas = formulas

    async def __call__(self, command: ChangePersonalTerms) -> None:
        """Raises ConfigNotFound, PreconditionFailed, TreatmentUnknown, ColumnUnknown, PersonalKeyHidden,
        PersonalReadByFormula, PersonalKeySettled, PersonalRowsSettled, ExportAlreadyRunning, and what MoySklad's ports
        raise where columns of the company's own are concerned.
        """
        terms = terms_of(command.personal)
        async with self._transaction(command.company_id):
            known = await self._configs.get(command.company_id, command.config_id)
        exporter = self._catalogue.get(known.exporter_key)
        custom = await self._custom(known, exporter, terms)
        check_named(terms, exporter, known.mode, custom)
        assembly(exporter, replace(known, personal=terms), custom, self._formulas)
        async with self._transaction(command.company_id):
            config = await self._configs.get(command.company_id, command.config_id)
            require_version(await self._views.config(command.company_id, command.config_id), command.expected)
            running = await self._tasks.running(command.company_id, command.config_id)
            if running is not None:
                raise ExportAlreadyRunning(task=str(running.id))
            keys = key_sources(exporter, config, self._formulas, custom)
            before = treatments(exporter, config, custom)
            config.show_people(terms, before, treatments(exporter, replace(config, personal=terms), custom), keys)
            await self._configs.put(config)

    async def _custom(self, config: ExportConfig, exporter: BaseExporter, terms: PersonalTerms) -> tuple[Column, ...]:
        """The company's own columns, where the export or the terms have anything to do with them."""
        said = [name for name, _ in terms.exceptions]
        said += [part for column in config.columns for part in (column.id, column.expression or "")]
        if not exporter.has_custom_columns or not any(prefix in one for one in said for prefix in CUSTOM_PREFIXES):
            return ()
        key: MoySkladKey = await self._moysklad.key(config.company_id, Urgency.INTERACTIVE)
        return await self._source.custom_columns(key, exporter, config.conditions)
