"""Links between companies, automation rules and their executions."""

AUTOMATIONS: dict[str, tuple[str, str, str, str]] = {
    "automations.link_not_found": (
        "Такой связи с компанией нет",
        "Обновите список связей: связь могла быть удалена вместе с компанией.",
        "There is no such link to a company",
        "Load the list of links again: the link may have gone together with the company.",
    ),
    "automations.invitation_invalid": (
        "Приглашение не подходит",
        "Оно могло устареть, быть отозвано или уже использовано. Попросите другую компанию прислать новое.",
        "The invitation does not work",
        "It may be out of date, taken back or used already. Ask the other company for a new one.",
    ),
    "automations.link_to_oneself": (
        "Компанию нельзя связать с ней самой",
        "Передайте приглашение сотруднику другой компании: принять его нужно там.",
        "A company cannot be linked with itself",
        "Hand the invitation to somebody of the other company: it is accepted there.",
    ),
    "automations.link_not_accepted": (
        "Приглашение ещё не принято",
        "Дождитесь, пока другая компания примет приглашение, или отправьте новое.",
        "The invitation has not been accepted yet",
        "Wait until the other company accepts the invitation, or send a new one.",
    ),
    "automations.link_revoked": (
        "Связь компаний прекращена",
        "Сторона, которая её прекратила: {side}. Чтобы продолжить, нужны новое приглашение и новое правило.",
        "The link between the companies has ended",
        "Ended by: {side}. To go on, another invitation and another rule are needed.",
    ),
    "automations.link_paused": (
        "Связь компаний приостановлена",
        "Сторона, которая её приостановила: {side}. Документы ждут и будут созданы, когда связь возобновят.",
        "The link between the companies is paused",
        "Paused by: {side}. Documents wait, and are made once the link is opened again.",
    ),
    "automations.outside_limits": (
        "Документ выходит за ограничения связи: {what}",
        "Сторона, которая так ограничила связь: {side}; значение: {value}. Измените ограничения и повторите.",
        "The document is outside of the link's limits: {what}",
        "Limited by: {side}; the value is {value}. Change the limits and try again.",
    ),
    "automations.too_many_links": (
        "Связей с компаниями больше, чем позволяет тариф: {used} из {limit}",
        "Прекратите ненужную связь или перейдите на больший тариф.",
        "The plan has no room for another link: {used} of {limit}",
        "End a link that is not needed, or move to a larger plan.",
    ),
    "automations.recipe_unknown": (
        "Рецепта «{recipe}» нет",
        "Выберите один из рецептов: {known}.",
        "There is no recipe “{recipe}”",
        "Choose one of these recipes: {known}.",
    ),
    "automations.rule_not_found": (
        "Такого правила нет",
        "Обновите список правил: правило могли удалить.",
        "There is no such rule",
        "Load the list of rules again: the rule may have been removed.",
    ),
    "automations.rule_paused": (
        "Правило приостановлено",
        "Включите его: документы, которые его ждут, будут созданы. Причина остановки: {reason}.",
        "The rule is paused",
        "Enable it: documents that wait for it are made then. It was stopped by: {reason}.",
    ),
    "automations.rule_invalid": (
        "Правило противоречит само себе: {field}",
        (
            "Исправьте это поле. Статус указывают, только если правило его ждёт; "
            "способы поиска не повторяют; рецепт не меняют."
        ),
        "The rule contradicts itself: {field}",
        (
            "Correct this field. A state goes with the trigger that waits for one; "
            "ways of matching are not repeated; a recipe stays."
        ),
    ),
    "automations.condition_invalid": (
        "Выражение не читается ({where}): {reason}",
        "Исправьте выражение «{expression}». Доступные поля перечислены в описании API.",
        "The expression cannot be read ({where}): {reason}",
        "Correct the expression “{expression}”. The fields that there are stand in the API's description.",
    ),
    "automations.condition_failed": (
        "Выражение не вычисляется для этого документа ({where}): {reason}",
        "Исправьте выражение «{expression}» – например, проверьте пустое поле через has() – и повторите.",
        "The expression has no value for this document ({where}): {reason}",
        "Correct the expression “{expression}” – ask with has() whether a field is empty – and try again.",
    ),
    "automations.too_many_rules": (
        "Правил не может быть больше {limit}",
        "Удалите ненужные правила или объедините похожие.",
        "There may be no more than {limit} rules",
        "Remove rules that are not needed, or join similar ones.",
    ),
    "automations.mapping_invalid": (
        "Соответствие полей не подходит: {field}",
        "Исправьте это поле: его нет у создаваемого документа, или без него документ не создать.",
        "The mapping of fields does not fit: {field}",
        "Correct this field: the made document does not have it, or cannot be made without it.",
    ),
    "automations.target_missing": (
        "У получателя больше нет того, что выбрано в правиле: {what}",
        "Выбранный объект {id} удалён или в архиве. Выберите в правиле другой и повторите.",
        "What the rule has chosen at the target is gone: {what}",
        "The chosen object {id} was deleted or archived. Choose another one in the rule and try again.",
    ),
    "automations.currency_missing": (
        "У получателя нет валюты {currency}",
        "Добавьте валюту с этим кодом ISO в МойСклад получателя и повторите.",
        "The target has no currency {currency}",
        "Add a currency of this ISO code to the target's MoySklad and try again.",
    ),
    "automations.vat_unmapped": (
        "Ставки НДС {rate}% у получателя нет (позиция {position})",
        "Укажите в правиле, какая ставка получателя ей соответствует, или заведите её там, и повторите.",
        "The target does not have the VAT rate {rate}% (position {position})",
        "Say in the rule which of the target's rates stands for it, or add it there, and try again.",
    ),
    "automations.attribute_unfit": (
        "Дополнительное поле «{name}» у получателя не заполнить",
        "Его нет у таких документов, или это ссылка на справочник или файл. Исправьте правило или поле получателя.",
        "The target's attribute “{name}” cannot be filled",
        "Such documents do not have it, or it points into a dictionary or to a file. Correct the rule or the field.",
    ),
    "automations.value_unfit": (
        "Значение не подходит: {field}, позиция {position}",
        "Исправьте выражение правила или исходный документ и повторите.",
        "A value does not fit: {field}, position {position}",
        "Correct the rule's expression or the source document and try again.",
    ),
    "automations.line_unreadable": (
        "Позицию {position} не перенести",
        "У неё нет товара, количества или состава комплекта. Исправьте исходный документ и повторите.",
        "Position {position} cannot be carried over",
        "It has no goods, no quantity, or a bundle without components. Correct the source document and try again.",
    ),
    "automations.execution_not_found": (
        "Такого исполнения правила нет",
        "Обновите журнал исполнений.",
        "There is no such execution",
        "Load the log of executions again.",
    ),
    "automations.execution_not_retryable": (
        "Это исполнение повторять не нужно: {state}",
        "Повторить можно то, что не удалось, пропущено, ждёт или помечено.",
        "This execution needs no retry: {state}",
        "What failed, was skipped, waits or is marked can be tried again.",
    ),
    "automations.execution_lost": (
        "Исполнение взял другой процесс",
        "Ничего делать не нужно: документ создаётся один раз.",
        "Another process has taken the execution over",
        "Nothing has to be done: the document is made once.",
    ),
    "automations.executions_used_up": (
        "Исполнения правил на этот месяц закончились: {used} из {limit}",
        "Документы ждут до {ends} и будут созданы сами; больший тариф создаст их раньше.",
        "This month's executions are used up: {used} of {limit}",
        "Documents wait until {ends} and are made by themselves; a larger plan makes them sooner.",
    ),
    "automations.needs_review": (
        "Не все товары найдены у получателя: {number}",
        "Сотрудник получателя указывает, что это: {names}. После ответа документ создастся сам.",
        "Not all goods were found at the target: {number}",
        "Somebody of the target's company says what these are: {names}. The document is made after the answer.",
    ),
    "automations.source_gone": (
        "Исходный документ удалён",
        "Создавать нечего. Если документ вернут из корзины, правило посмотрит на него снова.",
        "The source document was deleted",
        "There is nothing to make. If it comes back from the trash, the rule looks at it again.",
    ),
    "automations.source_changed": (
        "Исходный документ изменился",
        "Созданный документ остался прежним. Повторите исполнение, чтобы обновить его.",
        "The source document was changed",
        "The made document is as it was. Retry the execution to bring it up to date.",
    ),
    "automations.source_deleted": (
        "Исходный документ удалён после создания",
        "Решите, что делать с созданным документом: сам он не удаляется.",
        "The source document was deleted after the other was made",
        "Decide what becomes of the made document: it is not deleted by itself.",
    ),
    "automations.target_posted": (
        "Созданный документ уже проведён",
        "Исходный документ изменился, но проведённый документ правило не трогает. Сверьте их вручную.",
        "The made document is posted already",
        "The source was changed, and a rule leaves a posted document alone. Compare the two by hand.",
    ),
    "automations.target_deleted": (
        "Созданный документ удалён получателем",
        "Второй раз он не создаётся. Если он нужен, верните его из корзины в МоёмСкладе.",
        "The target has deleted the made document",
        "It is not made a second time. If it is needed, take it back from the trash in MoySklad.",
    ),
    "automations.made_by_rule": (
        "Этот документ создало правило",
        "Правила не создают документы из таких документов, чтобы ничего не пошло по кругу.",
        "A rule made this document",
        "Rules make no documents of such documents, so that nothing goes round in circles.",
    ),
    "automations.side_unavailable": (
        "С одной из компаний сейчас нельзя работать: {side}",
        "Причина: {code}. Документ ждёт и будет создан, когда её устранят.",
        "One of the companies cannot be worked with just now: {side}",
        "The reason is {code}. The document waits, and is made once that is put right.",
    ),
    "automations.unfinished": (
        "Исполнение раз за разом обрывается",
        "Повторите его позже; если не поможет, напишите в поддержку SkladSheets.",
        "The execution breaks off again and again",
        "Retry it later; if that does not help, write to the support of SkladSheets.",
    ),
}
