"""Plans and their limits."""

BILLING: dict[str, tuple[str, str, str, str]] = {
    "billing.plan_unknown": (
        "Тарифа «{plan}» нет",
        "Выберите один из тарифов: {known}.",
        "There is no plan called {plan}",
        "Choose one of these plans: {known}.",
    ),
    "billing.end_passed": (
        "Срок тарифа уже прошёл: {until}",
        "Укажите момент в будущем; закончить тариф сейчас — `skladsheets plans end`.",
        "The plan would have ended already: {until}",
        "Give a moment in the future; `skladsheets plans end` ends a plan now.",
    ),
    "billing.nothing_given": (
        "Компании не выдан тариф",
        "Заканчивать нечего. Кто решает о тарифе, показывает `skladsheets plans show`.",
        "The company has been given no plan",
        "There is nothing to end. `skladsheets plans show` tells who decides about the plan.",
    ),
    "billing.provider_unknown": (
        "О тарифе не может решать «{provider}»",
        "Выберите одно из: {known}.",
        "There is no billing provider called {provider}",
        "Choose one of these: {known}.",
    ),
    "billing.provider_unfit": (
        "МойСклад не знает подписки этой компании",
        "Компания не ставила приложение из каталога. Выдайте ей тариф: `skladsheets plans set`.",
        "MoySklad knows of no subscription of this company",
        "The company never installed the app from the catalogue. Give it a plan: `skladsheets plans set`.",
    ),
    "billing.plan_ended": (
        "Срок тарифа закончился {until}",
        (
            "Попросите того, кто обслуживает SkladSheets, продлить тариф: остановленные выгрузки продолжатся сами, "
            "ничего не потеряно."
        ),
        "The plan ended on {until}",
        ("Ask whoever operates SkladSheets to prolong it: exports that rest go on by themselves, and nothing is lost."),
    ),
    "billing.period_invalid": (
        "Месяца «{period}» нет",
        "Укажите месяц в виде 2026-11.",
        "There is no month “{period}”",
        "Give a month in the form 2026-11.",
    ),
    "billing.blocked": (
        "Выгрузки компании остановлены: {reason}",
        "Данные можно смотреть. Чтобы выгрузки продолжились, обратитесь в поддержку SkladSheets.",
        "The company's exports are stopped: {reason}",
        "Everything can be read. To have exports go on, write to the support of SkladSheets.",
    ),
    "billing.expired": (
        "Оплаченный срок закончился {until}",
        "Продлите подписку в МоёмСкладе: остановленные выгрузки продолжатся сами, ничего не потеряно.",
        "The paid time ended on {until}",
        "Renew the subscription in MoySklad: exports that rest go on by themselves, and nothing is lost.",
    ),
    "billing.rows_used_up": (
        "Лимит строк на этот месяц исчерпан: {used} из {limit}",
        (
            "Перейдите на тариф с большим лимитом или дождитесь нового периода ({ends}): остановленные выгрузки "
            "продолжатся сами с того же места."
        ),
        "This month's rows are used up: {used} of {limit}",
        (
            "Move to a plan with a higher limit, or wait until the next period ({ends}): exports that rest go on by "
            "themselves from where they stopped."
        ),
    ),
    "billing.too_many_exports": (
        "Тариф не вмещает ещё одну выгрузку: есть {used} из {limit}",
        "Удалите ненужную выгрузку или перейдите на тариф, в котором их больше.",
        "The plan has no room for another export: there are {used} of {limit}",
        "Remove an export that is not needed, or move to a plan that allows more of them.",
    ),
    "billing.exporter_not_in_plan": (
        "Таких выгрузок в тарифе нет",
        "Тариф даёт выгрузки вида {allowed}, а эта — вида {family}. Перейдите на тариф, в котором она есть.",
        "The plan does not have such exports",
        "The plan has exports of the kinds {allowed}, and this one is of {family}. Move to a plan that has it.",
    ),
    "billing.export_rests": (
        "Выгрузка отдыхает: в тарифе столько выгрузок не помещается",
        (
            "Работают самые старые. Удалите ненужную выгрузку или перейдите на тариф, в котором их больше: эта "
            "продолжится сама, её лист остаётся как есть."
        ),
        "The export rests: the plan does not have room for so many",
        (
            "The oldest run. Remove an export that is not needed, or move to a plan that allows more of them: this one "
            "goes on by itself, and its sheet stays as it is."
        ),
    ),
}
