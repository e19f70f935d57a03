"""Columns that reports share."""

from adapters.moysklad.vocabulary.building import integer, money, number

PROFIT = (
    money("profit", "Прибыль"),
    number("margin", "Рентабельность"),
    number("salesMargin", "Рентабельность продаж"),
)

PROFIT_OF_SALES = (
    number("salesCount", "Продаж"),
    money("salesAvgCheck", "Средний чек"),
    money("sellSum", "Сумма продаж"),
    money("sellCostSum", "Себестоимость продаж"),
    number("returnCount", "Возвратов"),
    money("returnAvgCheck", "Средний чек возврата"),
    money("returnSum", "Сумма возвратов"),
    money("returnCostSum", "Себестоимость возвратов"),
)

FIGURES = (
    integer("sales.count", "Продаж"),
    money("sales.amount", "Сумма продаж"),
    money("sales.movementAmount", "Изменение продаж"),
    integer("orders.count", "Заказов"),
    money("orders.amount", "Сумма заказов"),
    money("orders.movementAmount", "Изменение заказов"),
    money("money.income", "Доход"),
    money("money.outcome", "Расход"),
    money("money.balance", "Баланс"),
    money("money.todayMovement", "Изменение за сегодня"),
    money("money.movement", "Изменение за период"),
)
"""What a dashboard shows. That its sums are in kopecks, like those of all reports, is UNVERIFIED."""
