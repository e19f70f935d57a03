"""Which commands the audit log tells of."""

from typing import NamedTuple

from application.tenants.occasions import ActorKind


class Audited(NamedTuple):
    """How a command is told. `target` is the field that says what it is about, or None; with `makes` it is about what
    it makes, whose identity is the first that it draws. `by` did it where the way in knows nobody. The entry is written
    in the command's `nth` transaction that changes something, or with `reads` in its first one, since what was read is
    worth telling: then it stands there whether or not the rest comes to an end.
    """

    target: str | None = None
    makes: bool = False
    by: ActorKind = ActorKind.SYSTEM
    nth: int = 1
    reads: bool = False


AUDITED: dict[str, Audited] = {
    "tenants.sign_in": Audited(),
    "tenants.sign_in_by_link": Audited(),
    "tenants.sign_out": Audited("session_id"),
    "tenants.switch_company": Audited(),
    "tenants.join_company": Audited(),
    "tenants.change_role": Audited("member_id"),
    "tenants.remove_member": Audited("member_id"),
    "tenants.revoke_session": Audited("session_id"),
    "tenants.create_link": Audited(makes=True, by=ActorKind.OPERATOR),
    "tenants.revoke_link": Audited("link_id"),
    "tenants.create_api_key": Audited(makes=True),
    "tenants.dismiss_announcement": Audited("announcement_id"),
    "tenants.revoke_api_key": Audited("key_id"),
    "billing.set_plan": Audited(by=ActorKind.OPERATOR),
    "billing.block": Audited(by=ActorKind.OPERATOR),
    "connections.activate": Audited(by=ActorKind.MOYSKLAD),
    "connections.deactivate": Audited(by=ActorKind.MOYSKLAD),
    "connections.note_permissions": Audited(by=ActorKind.MOYSKLAD),
    "connections.connect_by_token": Audited(by=ActorKind.OPERATOR),
    "connections.disconnect_company": Audited(by=ActorKind.OPERATOR),
    "connections.begin_google": Audited(),
    "connections.begin_google_picking": Audited(),
    "connections.complete_google": Audited(nth=2),  # the first one takes the request, which may come to nothing
    "connections.connect_service_account": Audited(),
    "connections.disconnect_google": Audited(),
    "dealers.create": Audited(makes=True),
    "dealers.change": Audited("dealer_id"),
    "dealers.remove": Audited("dealer_id"),
    "dealers.create_bind_link": Audited("dealer_id"),
    "dealers.bind_chat": Audited(makes=True),
    "dealers.unbind_chat": Audited("binding_id"),
    "exports.create_config": Audited(makes=True),
    "exports.reschedule": Audited("config_id"),
    "exports.change": Audited("config_id"),
    "exports.change_personal": Audited("config_id"),
    "exports.remove_config": Audited("config_id"),
    "exports.start": Audited(makes=True),
    "exports.retry": Audited(makes=True),
    "exports.retry_failed": Audited(),
    "exports.cancel": Audited("task_id"),
    "exports.pause": Audited("task_id"),
    "exports.resume": Audited("task_id"),
    "automations.answer_match_review": Audited("review_id"),
    "automations.answer_match_reviews": Audited(),
    "automations.create_match_target": Audited("review_id"),
    "automations.ignore_match_review": Audited("review_id"),
    "automations.set_match_pair": Audited("source_company_id"),
    "automations.remove_match_pair": Audited("source_company_id"),
    "links.invite": Audited(makes=True),
    "links.accept": Audited(),
    "links.change": Audited("link_id"),
    "links.revoke": Audited("link_id"),
    "rules.create": Audited(makes=True),
    "rules.change": Audited("rule_id"),
    "rules.switch": Audited("rule_id"),
    "rules.remove": Audited("rule_id"),
    "rules.retry": Audited("execution_id"),
    "delivery.export_company": Audited(by=ActorKind.OPERATOR, reads=True),
    "notices.resend": Audited("notice_id"),
    "notices.set_template": Audited(),
    "notices.remove_template": Audited(),
}

UNAUDITED: dict[str, str] = {
    "dealers.leave_chat": "a dealer's, across companies; the chat is gone from the directory",
    "dealers.note_lost_chat": "Telegram's, across companies; the chat itself says that it is lost",
    "dealers.follow_chat": "Telegram's, across companies; the chat is the same",
    "dealers.tell_lost_chat": "a worker's",
    "tenants.refresh_session": "a page does so by itself every ten minutes; coming in and going out are told",
    "tenants.note_refusal": "it writes an entry itself",
    "tenants.let_in": "each request is counted; nothing is done by it",
    "tenants.use_api_key": "each request of a machine; what it does is told, and the key knows when it was used",
    "exports.run": "a worker's; the run has a story of its own",
    "exports.tell_sheet": "a worker's",
    "exports.make_room": "a scheduler's",
    "exports.report_for_work": "a worker's",
    "exports.dispatch": "a relay's",
    "exports.book_due": "a scheduler's; the ledger of occurrences tells of it",
    "exports.recover": "a scheduler's",
    "notices.recover": "a scheduler's",
    "notices.deliver": "a worker's; the ledger of notices tells of each",
    "notices.undelivered": "a worker's, which tells somebody",
    "notices.template_failed": "a worker's, which tells somebody",
    "connections.confirm_installations": "a worker's, which asks MoySklad how things stand",
    "connections.google_broke": "a worker's",
    "webhooks.tend": "a worker's",
    "webhooks.keep": "MoySklad's calls by the thousand; counts are kept of them",
    "webhooks.book": "a scheduler's",
    "webhooks.interpret": "a scheduler's",
    "webhooks.notice_outage": "the service's own heartbeat",
    "webhooks.book_tendings": "a scheduler's",
    "webhooks.start_by_scenario": "MoySklad's; the run that follows tells what set it off",
    "webhooks.book_hearings": "a scheduler's",
    "webhooks.catch_up_events": "a worker's",
    "notices.tell": "what is told of documents is in the ledger of notices",
    "links.mirror": "a worker's; what each company does about its half is told",
    "rules.apply": "a worker's; executions have a log of their own",
    "rules.execute": "a worker's; executions have a log of their own",
    "rules.wake": "a worker's",
    "rules.resume": "a worker's",
    "rules.recover": "a scheduler's",
    "rules.stopped": "a worker's",
    "delivery.relay": "a relay's",
    "delivery.note_failed_message": "a worker's",
    "delivery.replay_messages": "the operator's, across companies; the messages themselves tell of it",
    "delivery.purge": "a scheduler's",
    "connections.rotate_secrets": "the operator's, across companies; what secrets say stays the same",
    "connections.check_keys": "each process's when it starts",
    "connections.forget_key": "the operator's, across companies; no company's secret is touched",
    "delivery.request_erasure": "the log goes with the company; the table of erasures tells of it",
    "delivery.erase_company": "the log goes with the company; the table of erasures tells of it",
    "delivery.begin_request": "part of the request that it serves",
    "delivery.hold_request": "part of the request that it serves",
    "delivery.keep_answer": "part of the request that it serves",
    "delivery.release_request": "part of the request that it serves",
}
"""Every other command, and why the log says nothing of it."""
