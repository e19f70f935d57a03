"""Contracts of application.dealers.template_ports.NoticeTemplates."""

from datetime import timedelta

from domain.dealers.dealers import NoticeKind
from domain.dealers.templates import NoticeTemplate
from domain.shared.identities import CompanyId
from tests.integration.harness.worlds import World


async def test_templates_are_kept_one_for_each_kind(world: World, company: CompanyId, stranger: CompanyId) -> None:
    order = NoticeTemplate(company, NoticeKind.ORDER, "{{ title }}\n", world.now, subject="{{ number }}")
    state = NoticeTemplate(company, NoticeKind.STATE, "{{ state }}", world.now, "dealers.template_fails", world.now)
    async with world.transaction(company):
        await world.notice_templates.put(order)
        await world.notice_templates.put(state)
    async with world.transaction(company):
        assert await world.notice_templates.of(company) == {NoticeKind.ORDER: order, NoticeKind.STATE: state}
        assert await world.notice_templates.get(company, NoticeKind.STATE) == state
        assert await world.notice_templates.get(company, NoticeKind.PAYMENT) is None
        again = NoticeTemplate(company, NoticeKind.STATE, "{{ number }}", world.now + timedelta(minutes=1))
        await world.notice_templates.put(again)
        assert await world.notice_templates.get(company, NoticeKind.STATE) == again
    async with world.transaction(stranger):
        assert await world.notice_templates.of(company) == {}
        assert await world.notice_templates.get(company, NoticeKind.ORDER) is None
        assert not await world.notice_templates.remove(company, NoticeKind.ORDER)
    async with world.transaction(company):
        assert await world.notice_templates.remove(company, NoticeKind.ORDER)
        assert not await world.notice_templates.remove(company, NoticeKind.ORDER)
        assert list(await world.notice_templates.of(company)) == [NoticeKind.STATE]
