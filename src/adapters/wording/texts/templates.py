"""Companies' own texts of notices."""

TEMPLATES: dict[str, tuple[str, str, str, str]] = {
    "dealers.notice_kind_unknown": (
        "Нет вида уведомлений «{kind}»",
        "Выберите один из: {known}.",
        "There is no kind of notices “{kind}”",
        "Choose one of: {known}.",
    ),
    "dealers.template_too_long": (
        "Шаблон слишком длинный: {count} символов",
        "Сократите его до {limit} символов: в сообщение Telegram помещается 4096.",
        "The template is too long: {count} characters",
        "Shorten it to {limit} characters: a message of Telegram's has room for 4096.",
    ),
    "dealers.subject_too_long": (
        "Тема письма слишком длинная: {count} символов",
        "Сократите её до {limit} символов: почтовые программы показывают ещё меньше.",
        "The subject is too long: {count} characters",
        "Shorten it to {limit} characters: mail programs show fewer still.",
    ),
    "dealers.subject_has_lines": (
        "В теме письма не может быть нескольких строк",
        "Запишите тему в одну строку, вместе с условиями в скобках; остальное — в текст уведомления.",
        "A subject cannot have several lines",
        "Write it in one line, conditions in brackets too; the rest belongs into the notice's text.",
    ),
    "dealers.subject_empty": (
        "Тема письма получается пустой (пример {sample})",
        "Добавьте слова, которые есть всегда, например «Заказ», или удалите тему: ею станет первая строка текста.",
        "The subject comes out empty (sample {sample})",
        "Add words that are always there, such as “Order”, or leave it out: the text's first line is the subject then.",
    ),
    "dealers.template_syntax": (
        "Шаблон не читается: ошибка в строке {line}",
        "Проверьте в этой строке двойные скобки вокруг полей и пары if – endif, for – endfor. Подробность: {reason}",
        "The template cannot be read: a mistake in line {line}",
        "Check the double brackets around fields in this line, and pairs of if – endif, for – endfor. Detail: {reason}",
    ),
    "dealers.template_forbids": (
        "В шаблоне уведомления нельзя использовать «{what}» (строка {line})",
        (
            "Есть поля в двойных скобках, условия if agent и цикл for item in items. "
            "Список полей: GET /api/v1/notice-template-fields."
        ),
        "A notice's template cannot use “{what}” (line {line})",
        (
            "There are fields in double brackets, conditions such as if agent, and the loop for item in items. "
            "The fields there are: GET /api/v1/notice-template-fields."
        ),
    ),
    "dealers.template_field_unknown": (
        "Нет поля «{field}» (строка {line})",
        "Здесь есть поля: {known}.",
        "There is no field “{field}” (line {line})",
        "The fields here are: {known}.",
    ),
    "dealers.template_too_complex": (
        "Шаблон слишком сложный (строка {line})",
        "Уберите вложенные циклы по позициям и лишние скобки: у документа бывает до 1000 позиций.",
        "The template is too complex (line {line})",
        "Take away loops inside loops and brackets inside brackets: a document may have 1000 positions.",
    ),
    "dealers.template_fails": (
        "Шаблон не заполняется для образца «{sample}»",
        "Подробность: {reason}. Учтите документы без позиций и пустые поля: условие if items.",
        "The template cannot be filled in for the sample “{sample}”",
        "Detail: {reason}. Think of documents without positions and of empty fields: the condition if items.",
    ),
    "dealers.template_empty": (
        "Шаблон даёт пустое сообщение (образец «{sample}»)",
        "Telegram не принимает пустых сообщений: оставьте в шаблоне текст, который есть всегда.",
        "The template makes an empty message (the sample “{sample}”)",
        "Telegram takes no empty messages: let there be some text that is always shown.",
    ),
    "dealers.markup_refused": (
        "Telegram не понимает разметку «{tag}»: {reason}",
        (
            "Можно b, strong, i, em, u, ins, s, strike, del, code, pre, blockquote, tg-spoiler и a с адресом https; "
            "каждый тег нужно закрыть. Новая строка — просто новая строка, без br."
        ),
        "Telegram does not take the markup “{tag}”: {reason}",
        (
            "There may be b, strong, i, em, u, ins, s, strike, del, code, pre, blockquote, tg-spoiler, and a with an "
            "https address; each tag has to be closed. A new line is a new line, without br."
        ),
    ),
    "dealers.sample_unknown": (
        "Нет образца «{sample}»",
        "Выберите один из: {known}.",
        "There is no sample “{sample}”",
        "Choose one of: {known}.",
    ),
    "dealers.preview_document_missing": (
        "Документа {document} нет среди {types}",
        "Проверьте id документа в МоёмСкладе и вид уведомления, или посмотрите на образце.",
        "There is no document {document} among {types}",
        "Check the document's id at MoySklad and the kind of notice, or look at a sample.",
    ),
}
