"""Refusals of the JSON API: the vendor's codes and wording, paired with an HTTP status.

Codes and wording follow the JSON API documentation, section "errors"; the documentation does not pair codes with HTTP
statuses, so the pairing here follows the meaning of each status in its section "error handling".
"""

from typing import Any

MORE_INFO = "https://dev.moysklad.ru/doc/api/remap/1.2/#error_{code}"


class ApiError(Exception):
    """One refusal, or several of them at once, answered with `status`."""

    def __init__(
        self, status: int, code: int | None, text: str, *, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.headers = headers or {}
        self.entry: dict[str, Any] = {"error": text}
        if code is not None:
            self.entry |= {"code": code, "moreInfo": MORE_INFO.format(code=code)}
        self.entry |= extra

    def body(self) -> dict[str, Any]:
        """The documented error body."""
        return {"errors": [self.entry]}


class EmptyAnswer(Exception):
    """A refusal without a body."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def unknown_type(kind: str) -> ApiError:
    return ApiError(404, 1005, f"Неизвестный тип: '{kind}'")


def unknown_path(path: str) -> ApiError:
    return ApiError(404, 1002, f"Неопознанный путь: {path}")


def not_an_id(text: str) -> ApiError:
    return ApiError(400, 1000, f"Элемент URI '{text}' не является идентификатором")


def not_found(kind: str, identifier: str) -> ApiError:
    return ApiError(404, 1021, f"Объект с типом '{kind}' и идентификатором '{identifier}' не найден")


def method_refused(method: str) -> ApiError:
    return ApiError(405, 1039, f"Операция {method} не поддерживается для данного ресурса")


def filter_refused(reason: str, name: str) -> ApiError:
    return ApiError(400, 1034, f"Ошибка фильтрации: {reason}", parameter=name)


def filter_value(value: str, name: str) -> ApiError:
    return ApiError(400, 1014, f"Неверное значение '{value}' параметра фильтрации '{name}'", parameter=name)


def filter_date(name: str) -> ApiError:
    return ApiError(400, 1035, "Ошибка фильтрации: неверный формат даты параметра фильтрации", parameter=name)


def order_refused(name: str) -> ApiError:
    text = f"Ошибка сортировки: неизвестное поле '{name}' или сортировка для данного поля не поддерживается"
    return ApiError(400, 1063, text, parameter=name)


def order_direction(value: str, name: str) -> ApiError:
    text = f"Неверное значение '{value}' параметра сортировки '{name}', допустимые значения: 'asc, desc'"
    return ApiError(400, 1042, text, parameter=name)


def bad_parameters(name: str) -> ApiError:
    return ApiError(400, 1040, "Неверно заданы параметры запроса", parameter=name)


def expand_refused(path: str) -> ApiError:
    return ApiError(400, 1089, f"Expand поля '{path}' не поддерживается", parameter="expand")


def fields_refused(value: str) -> ApiError:
    return ApiError(400, 3043, f"Ошибка валидации: недопустимые значения параметра fields: {value}", parameter="fields")


def one_field_only() -> ApiError:
    return ApiError(400, 3042, "Ошибка валидации: в запросе допускается только одно поле fields", parameter="fields")


def foreign_host(href: str) -> ApiError:
    return ApiError(400, 1059, f"Некорректный сервер в идентификаторе объекта: '{href}'")


def bad_json() -> ApiError:
    return ApiError(400, 2001, "Ошибка формата: входящий запрос не соответствует формату JSON", line=1, column=1)


def bad_type(name: str, kind: str) -> ApiError:
    return ApiError(400, 2016, f"Ошибка формата: значение поля '{name}' не соответствует типу {kind}", parameter=name)


def missing_href(name: str) -> ApiError:
    return ApiError(400, 2010, f"Ошибка формата: отсутствует href для meta поля '{name}'", parameter=name)


def missing_type(name: str) -> ApiError:
    return ApiError(400, 2011, f"Ошибка формата: отсутствует type для meta поля '{name}'", parameter=name)


def bad_href(name: str) -> ApiError:
    return ApiError(400, 2013, f"Ошибка формата: неправильное значение href для meta поля '{name}'", parameter=name)


def missing_meta(name: str) -> ApiError:
    return ApiError(400, 2014, f"Ошибка формата: отсутствует meta для поля '{name}'", parameter=name)


def wrong_target(found: str, wanted: str) -> ApiError:
    text = f"Ошибка формата: href указывает на сущность неправильного типа '{found}', требуется '{wanted}'"
    return ApiError(400, 2024, text)


def wrong_meta_type() -> ApiError:
    return ApiError(400, 1060, "Некорректный тип данных в meta сущности, поле type")


def required(name: str) -> ApiError:
    text = f"Ошибка сохранения объекта: поле '{name}' не может быть пустым или отсутствовать"
    return ApiError(412, 3000, text, parameter=name)


def not_positive(name: str) -> ApiError:
    return ApiError(412, 3003, f"Ошибка сохранения объекта: поле '{name}' должно быть больше нуля", parameter=name)


def bad_choice(name: str, value: str, allowed: tuple[str, ...]) -> ApiError:
    known = ", ".join(allowed)
    text = f"Ошибка сохранения объекта: неверное значение '{value}' поля '{name}'. Допустимые значения: {known}"
    return ApiError(412, 3005, text, parameter=name)


def too_long(name: str, most: int) -> ApiError:
    text = f"Ошибка валидации: поле '{name}' не может быть более '{most}' символов"
    return ApiError(412, 3040, text, parameter=name)


def read_only(name: str) -> ApiError:
    return ApiError(412, 3001, f"Ошибка сохранения объекта: поле '{name}' не может быть изменено", parameter=name)


def not_unique(name: str) -> ApiError:
    text = f"Ошибка сохранения объекта: нарушено ограничение уникальности параметра '{name}'"
    return ApiError(412, 3006, text, parameter=name)


def no_bundles(kind: str) -> ApiError:
    text = f"Ошибка сохранения документа: комплект не может быть в составе позиции документа типа {kind}"
    return ApiError(412, 17016, text, parameter="assortment")


def sync_id_fixed() -> ApiError:
    return ApiError(412, 1047, "Вы не можете обновить поле syncId в запросе на обновление сущности", parameter="syncId")


def sync_id_absent(kind: str) -> ApiError:
    return ApiError(404, 1057, f"Отсутствует syncid для сущности '{kind}'")


def in_use(dependencies: list[dict[str, Any]]) -> ApiError:
    return ApiError(409, 1028, "Объект уже используется и не может быть удален", dependencies=dependencies)


def bad_credentials() -> ApiError:
    text = "Ошибка аутентификации: Неправильный пароль или имя пользователя или ключ авторизации"
    headers = {"X-Lognex-Auth": "1056", "X-Lognex-Auth-Message": "Invalid credentials or access token"}
    return ApiError(401, 1056, text, headers=headers)


def too_many_attempts() -> ApiError:
    text = "Превышено ограничение на количество попыток проверки имени и пароля"
    headers = {"X-Lognex-Auth": "1048", "X-Lognex-Auth-Message": "Too many failed authentication attempts"}
    return ApiError(401, 1048, text, headers=headers)


DENIED = {
    "view": (1016, "просмотр данного объекта"),
    "update": (1017, "редактирование данного объекта"),
    "delete": (1018, "удаление данного объекта"),
    "create": (1045, "создание данного объекта"),
}


def denied(right: str) -> ApiError:
    code, what = DENIED[right]
    return ApiError(403, code, f"Доступ запрещен: у вас нет прав на {what}")


_OPTIONS = {
    1043: "Ваш тарифный план не позволяет работать с CRM",
    1070: "Ошибка: ваш тарифный план не позволяет вам работать с данным ресурсом",
    37000: "Ошибка: вы не можете работать с задачами, т.к. в вашем тарифном плане отсутствует опция CRM",
    47000: "Тарифное ограничение: опция недоступна на текущем тарифе",
}


def no_option(code: int) -> ApiError:
    """What the tariff does not include. UNVERIFIED which status goes with these codes."""
    return ApiError(403, code, _OPTIONS.get(code, _OPTIONS[1070]))


def window_exceeded(headers: dict[str, str]) -> ApiError:
    text = "Превышено ограничение на количество запросов в единицу времени"
    return ApiError(429, 1049, text, headers=headers)


def too_parallel() -> ApiError:
    return ApiError(429, 1073, "Превышено ограничение на одновременное количество запросов")


def access_off(reason: str) -> ApiError:
    text = f"Отсутствует доступ к API для данного пользователя: {reason}"
    return ApiError(403, 1061, text)


def worn_out() -> ApiError:
    return ApiError(500, None, "Внутренняя ошибка сервера", headers={"Connection": "close"})


def fault_body(status: int, _: str) -> dict[str, Any]:
    """What an injected failure with `status` says."""
    known: dict[int, ApiError] = {
        401: bad_credentials(),
        403: denied("view"),
        429: window_exceeded({}),
        503: ApiError(503, 1074, "Сервис временно недоступен, ведутся технические работы"),
    }
    return known.get(status, ApiError(status, None, "Внутренняя ошибка сервера")).body()
