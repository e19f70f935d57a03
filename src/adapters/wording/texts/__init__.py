"""What people read for each code, by area.

An entry is (Russian title, Russian action, English title, English action). A title says what happened, an action what
to do next. `{placeholders}` are filled from the error's details by their names.
"""

from adapters.wording.texts.announcements import ANNOUNCEMENTS
from adapters.wording.texts.automations import AUTOMATIONS
from adapters.wording.texts.billing import BILLING
from adapters.wording.texts.connections import CONNECTIONS
from adapters.wording.texts.dealer_imports import DEALER_IMPORTS
from adapters.wording.texts.dealer_mails import DEALER_MAILS
from adapters.wording.texts.dealers import DEALERS
from adapters.wording.texts.exports import EXPORTS
from adapters.wording.texts.general import GENERAL
from adapters.wording.texts.matching import MATCHING
from adapters.wording.texts.notices import NOTICES
from adapters.wording.texts.occurrences import OCCURRENCES
from adapters.wording.texts.personal import PERSONAL
from adapters.wording.texts.runs import RUNS
from adapters.wording.texts.schedules import SCHEDULES
from adapters.wording.texts.sheets import SHEETS
from adapters.wording.texts.templates import TEMPLATES
from adapters.wording.texts.tenants import TENANTS
from adapters.wording.texts.webhooks import WEBHOOKS

TEXTS: dict[str, tuple[str, str, str, str]] = {
    **GENERAL,
    **TENANTS,
    **CONNECTIONS,
    **EXPORTS,
    **SCHEDULES,
    **OCCURRENCES,
    **RUNS,
    **SHEETS,
    **WEBHOOKS,
    **BILLING,
    **DEALERS,
    **DEALER_IMPORTS,
    **DEALER_MAILS,
    **PERSONAL,
    **MATCHING,
    **AUTOMATIONS,
    **NOTICES,
    **TEMPLATES,
    **ANNOUNCEMENTS,
}
