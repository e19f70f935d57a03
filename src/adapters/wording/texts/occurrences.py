"""Why an export did not run when its schedule came due: the reasons of domain.exports.occurrences.SkipReason."""

OCCURRENCES: dict[str, tuple[str, str, str, str]] = {
    "occurrences.running": (
        "Предыдущий запуск ещё шёл",
        "Делать ничего не нужно: следующий запуск прочитает всё, что изменилось. Если так часто — запускайте реже.",
        "The run before was still going on",
        "There is nothing to do: the next run reads all that changed. If it happens often, have fewer runs.",
    ),
    "occurrences.paused": (
        "Предыдущий запуск стоит на паузе",
        "Продолжите его или остановите: пока он не закончен, новые не начинаются.",
        "The run before is paused",
        "Let it go on, or cancel it: no other begins before it is over.",
    ),
    "occurrences.company_inactive": (
        "Приложение в МоёмСкладе выключено",
        "Возобновите подписку или установите приложение снова: дальше запуски пойдут сами.",
        "The app is off in MoySklad",
        "Resume the subscription, or install the app again: runs then go on by themselves.",
    ),
    "occurrences.moysklad_unavailable": (
        "Нет подключения к МоемуСкладу",
        "Откройте приложение из МоегоСклада, чтобы подключить его снова: дальше запуски пойдут сами.",
        "MoySklad is not connected",
        "Open the app from MoySklad to connect it again: runs then go on by themselves.",
    ),
    "occurrences.google_unavailable": (
        "Нет подключения к Google",
        "Подключите Google на странице «Подключения»: дальше запуски пойдут сами.",
        "Google is not connected",
        "Connect Google on the page of connections: runs then go on by themselves.",
    ),
    "occurrences.misfire": (
        "Время запуска прошло, пока сервис не работал",
        "В расписании выбрано пропускать такие запуски. Запустите выгрузку вручную, если ждать не хочется.",
        "The time passed while the service was away",
        "The schedule says that such runs are skipped. Start the export by hand if you do not want to wait.",
    ),
    "occurrences.unreadable": (
        "Расписание больше не читается",
        "Задайте расписание выгрузки заново. Если не поможет, напишите в поддержку.",
        "The schedule cannot be read any more",
        "Give the export its schedule again. If that does not help, write to support.",
    ),
    "occurrences.superseded": (
        "Расписание изменили раньше, чем запуск начался",
        "Делать ничего не нужно: действует новое расписание.",
        "The schedule was changed before the run began",
        "There is nothing to do: the new schedule holds.",
    ),
    "occurrences.after_failed": (
        "Выгрузка, за которой следует эта, не удалась",
        "Посмотрите, что случилось с той. Чтобы запускать эту в любом случае, включите «всегда» в расписании.",
        "The export that this one follows has failed",
        "See what happened to that one. To run this one in any case, set `always` in its schedule.",
    ),
    "occurrences.after_removed": (
        "Выгрузку, за которой следует эта, удалили",
        "Задайте этой выгрузке другое расписание: сама она больше не запустится.",
        "The export that this one follows was removed",
        "Give this one another schedule: it does not run by itself any more.",
    ),
    "occurrences.plan_interval": (
        "Тариф не позволяет запускать так часто",
        "Выберите расписание реже или тариф с меньшим промежутком: запуски, которым рано, пропускаются.",
        "The plan does not allow runs so close together",
        "Choose a schedule with fewer runs, or a plan with a shorter interval: runs that come too soon are skipped.",
    ),
    "occurrences.plan_waits": (
        "Изменения ждут: тариф не позволяет запускать так часто",
        "Делать ничего не нужно: запуск начнётся сам и прочитает всё. Меньше ждать — с тарифом, где промежуток короче.",
        "The changes wait: the plan does not allow runs so close together",
        "There is nothing to do: a run begins by itself and reads them all. A plan with a shorter interval waits less.",
    ),
    "occurrences.plan_exports": (
        "В тарифе столько выгрузок не помещается, эта отдыхает",
        "Удалите ненужную выгрузку или перейдите на тариф, в котором их больше: эта продолжится сама.",
        "The plan does not have room for so many exports, and this one rests",
        "Remove an export that is not needed, or move to a plan that allows more of them: this one goes on by itself.",
    ),
}
