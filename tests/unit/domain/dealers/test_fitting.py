"""Long messages."""

from email.message import EmailMessage
from email.policy import SMTP

from hypothesis import given
from hypothesis import strategies as st

from domain.dealers.fitting import fitted_html, fitted_plain, mail_subject, shown, units
from emulators.telegram.markup import parsed
from emulators.telegram.markup import units as telegrams_units

NOTE = "… дальше в МоемСкладе"
PIECES = st.one_of(
    st.text(alphabet="аб 😀\n", max_size=8),
    st.sampled_from(["&amp;", "&lt;b&gt;", "\n"]),
)
HTML = st.recursive(
    PIECES,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
        st.sampled_from(["b", "i", 'a href="https://example.org"', "code"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(HTML, max_size=8).map("".join), st.integers(30, 80))
def test_whatever_is_shortened_fits_and_can_be_read(text: str, most: int) -> None:
    plain, _ = parsed(text, "HTML")
    assert shown(text) == telegrams_units(plain)
    fitted = fitted_html(text, NOTE, most)
    short, _ = parsed(fitted, "HTML")
    assert telegrams_units(short) <= most
    if shown(text) <= most:
        assert fitted == text
    else:
        assert short.endswith(f"\n{NOTE}")
        assert plain.startswith(short.removesuffix(f"\n{NOTE}"))


@given(st.text(alphabet="аб 😀\n", max_size=200), st.integers(30, 80))
def test_plain_text_too(text: str, most: int) -> None:
    fitted = fitted_plain(text, NOTE, most)
    assert units(fitted) <= most
    assert fitted == text or fitted.endswith(f"\n{NOTE}")
    assert text.startswith(fitted.removesuffix(f"\n{NOTE}")) or fitted == text


def test_the_cut_is_at_the_end_of_a_line_where_there_is_one() -> None:
    text = "<b>Заказ\nпервая\nвторая строка</b>"
    assert fitted_html(text, "…", 20) == "<b>Заказ\nпервая</b>\n…"
    assert fitted_plain("Заказ\nпервая\nвторая строка", "…", 20) == "Заказ\nпервая\n…"


def test_4096_fit_and_4097_do_not() -> None:
    assert fitted_html("x" * 4096, "…") == "x" * 4096
    assert units(fitted_html("x" * 4097, "…")) <= 4096
    assert fitted_html("x" * 4097, "…").endswith("x\n…")


@given(st.text(), st.text())
def test_a_subject_is_one_line_whatever_it_is_made_of(subject: str, plain: str) -> None:
    made = mail_subject(subject, plain)
    assert len(made) <= 150
    assert len(made.splitlines()) <= 1
    mail = EmailMessage()
    mail["Subject"] = made
    assert mail.keys() == ["Subject"]
    assert len(mail.as_bytes(policy=SMTP).split(b"\r\n\r\n")) == 2


def test_a_mail_without_a_subject_has_the_first_line_that_says_anything() -> None:
    assert mail_subject("", " \n\n Заказ № 1 \nСумма") == "Заказ № 1"
    assert mail_subject(" \u2028 ", "Заказ\u00a0№ 1") == "Заказ № 1"
    assert mail_subject("👩\u200d💻", "x") == "👩\u200d💻"
