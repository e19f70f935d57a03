"""Legal entities of one's own (JSON API docs, `organization`)."""

from adapters.moysklad import vocabulary as v
from adapters.moysklad.kinds import DictionaryExporter
from domain.exports.personal import PersonalKind


class Organizations(DictionaryExporter):
    """One row for each firm of the company."""

    key = "organization"
    title = "Юрлица"
    entity = "organization"
    attributes_of = "organization"
    by_id = v.address_links(*v.REQUISITE_ADDRESSES)
    columns = (
        *v.NAMED,
        v.CREATED,
        *v.REQUISITES,
        v.of_people(PersonalKind.NAME, v.own("director", "Руководитель")),
        v.own("directorPosition", "Должность руководителя"),
        v.of_people(PersonalKind.NAME, v.own("chiefAccountant", "Главный бухгалтер")),
        v.flag("payerVat", "Плательщик НДС"),
        v.number("advancePaymentVat", "НДС авансов, %"),
        v.flag("companyVat__ru.useCompanyVat", "НДС из карточки"),
        v.integer("companyVat__ru.defaultCompanyVat", "НДС по умолчанию, %"),
        v.flag("companyVat__ru.defaultCompanyVatEnabled", "НДС по умолчанию включён"),
        v.flag("isEgaisEnable", "ЕГАИС включён"),
        v.own("fsrarId", "Идентификатор ФСРАР"),
        v.own("utmUrl", "Адрес УТМ"),
        v.own("trackingContractNumber", "Номер договора с ЦРПТ"),
        v.moment("trackingContractDate", "Дата договора с ЦРПТ"),
        v.named("bonusProgram", "Бонусная программа"),
        v.number("bonusPoints", "Бонусные баллы", volatile=True),
        v.SYNC_ID,
        *v.KEPT,
    )
    default_columns = (
        "id",
        "name",
        "code",
        "companyType",
        "legalTitle",
        "inn",
        "kpp",
        "ogrn",
        "legalAddress",
        "phone",
        "email",
        "director",
        "archived",
        "updated",
    )
    filters = (
        *v.BY_NAMED,
        v.BY_CREATED,
        *v.BY_REQUISITES,
        v.BY_ARCHIVED,
        v.BY_SYNC_ID,
        v.BY_DESCRIPTION,
        v.BY_OWNER,
        v.BY_SHARED,
        v.BY_ID,
    )
