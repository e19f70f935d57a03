"""Finding in one company's account what another's names."""

MATCHING: dict[str, tuple[str, str, str, str]] = {
    "automations.article_contradicts": (
        "Код «{code}» совпал с «{name}», а артикул — нет: {wanted} и {found}",
        "МойСклад нумерует товары сам, поэтому коды компаний совпадают случайно. Если это тот же товар, выберите его.",
        "The code “{code}” is that of “{name}”, the article is not: {wanted} and {found}",
        "MoySklad numbers goods by itself, so codes of companies are the same by chance. If it is the same, choose it.",
    ),
    "automations.barcode_contradicts": (
        "Код «{code}» совпал с «{name}», а штрихкод — нет: {wanted} и {found}",
        "МойСклад нумерует товары сам, поэтому коды компаний совпадают случайно. Если это тот же товар, выберите его.",
        "The code “{code}” is that of “{name}”, the barcode is not: {wanted} and {found}",
        "MoySklad numbers goods by itself, so codes of companies are the same by chance. If it is the same, choose it.",
    ),
    "automations.document_gone": (
        "Документа больше нет",
        "Его удалили в МоёмСкладе. Если он нужен, восстановите его из корзины или выполните правило ещё раз.",
        "The document is not there any more",
        "It was deleted in MoySklad. If it is needed, take it out of the trash there or run the rule again.",
    ),
    "automations.pair_not_found": (
        "Такого соответствия нет",
        "Обновите список соответствий: возможно, его уже удалили.",
        "There is no such pair",
        "Load the list of pairs anew: perhaps somebody has removed it.",
    ),
    "automations.target_not_found": (
        "В вашем МоёмСкладе такого объекта нет: {type} {id}",
        "Он удалён или в архиве. Выберите другой или верните этот из архива.",
        "There is no such object in your MoySklad: {type} {id}",
        "It was deleted, or is in the archive. Choose another one, or take this one out of the archive.",
    ),
    "automations.target_ambiguous": (
        "С кодом или артикулом «{answer}» в вашем МоёмСкладе несколько объектов: {number}",
        "Укажите другой код или артикул, который есть только у нужного, либо его идентификатор.",
        "Several objects in your MoySklad have the code or article “{answer}”: {number}",
        "Give a code or an article that only the right one has, or its id.",
    ),
    "automations.answers_unreadable": (
        "Файл ответов не читается: строка {line}",
        "Скачайте список вопросов, впишите ответы в столбец answer и загрузите файл, не меняя столбец id.",
        "The file of answers cannot be read: line {line}",
        "Download the list of questions, fill in the column answer and upload the file with the column id unchanged.",
    ),
    "automations.target_unsuitable": (
        "Объект вида {type} здесь не подходит",
        "Подойдёт: {allowed}.",
        "An object of the type {type} does not fit here",
        "These do: {allowed}.",
    ),
    "automations.review_not_found": (
        "Такого вопроса нет",
        "Обновите список вопросов.",
        "There is no such question",
        "Load the list of questions anew.",
    ),
    "automations.review_closed": (
        "На этот вопрос уже ответили",
        "Чтобы изменить ответ, измените соответствие в списке соответствий.",
        "The question was answered already",
        "To change the answer, change the pair in the list of pairs.",
    ),
    "automations.type_not_creatable": (
        "Создать объект вида {type} по этим сведениям нельзя",
        "Модификации нужен её товар, комплекту — состав. Создайте его в МоёмСкладе и укажите как ответ.",
        "An object of the type {type} cannot be made from what is known of it",
        "A variant needs its product, a bundle its parts. Make it in MoySklad and give it as the answer.",
    ),
}
