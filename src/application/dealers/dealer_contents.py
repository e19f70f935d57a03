"""The part of the table of contents that is about dealers and what they are told."""

from typing import Any

from application.dealers.commands.ask_mail import AskMail, AskMailHandler
from application.dealers.commands.ask_own_mail import AskOwnMail, AskOwnMailHandler
from application.dealers.commands.bind_chat import BindChat, BindChatHandler
from application.dealers.commands.change_dealer import ChangeDealer, ChangeDealerHandler
from application.dealers.commands.confirm_mail import ConfirmMail, ConfirmMailHandler
from application.dealers.commands.create_bind_link import CreateBindLink, CreateBindLinkHandler
from application.dealers.commands.create_dealer import CreateDealer, CreateDealerHandler
from application.dealers.commands.create_own_link import CreateOwnLink, CreateOwnLinkHandler
from application.dealers.commands.deliver_notices import DeliverNoticesHandler
from application.dealers.commands.follow_chat import FollowChat, FollowChatHandler
from application.dealers.commands.forget_own_chats import ForgetOwnChatsHandler
from application.dealers.commands.import_dealers import ImportDealers, ImportDealersHandler
from application.dealers.commands.leave_chat import LeaveChat, LeaveChatHandler
from application.dealers.commands.leave_mail import LeaveMail, LeaveMailHandler
from application.dealers.commands.note_lost_chat import NoteLostChat, NoteLostChatHandler
from application.dealers.commands.recover_notices import RecoverNotices, RecoverNoticesHandler
from application.dealers.commands.remove_dealer import RemoveDealer, RemoveDealerHandler
from application.dealers.commands.remove_template import RemoveTemplate, RemoveTemplateHandler
from application.dealers.commands.resend_notice import ResendNotice, ResendNoticeHandler
from application.dealers.commands.set_template import SetTemplate, SetTemplateHandler
from application.dealers.commands.tell_dealers import TellDealersHandler
from application.dealers.commands.tell_failed_template import TellFailedTemplateHandler
from application.dealers.commands.tell_lost_chat import TellLostChatHandler
from application.dealers.commands.tell_owners import TellOwnersHandler
from application.dealers.commands.tell_undelivered import TellUndeliveredHandler
from application.dealers.commands.unbind_chat import UnbindChat, UnbindChatHandler
from application.dealers.commands.unbind_own_chat import UnbindOwnChat, UnbindOwnChatHandler
from application.dealers.delivery_commands import DeliverNotices, TellUndelivered
from application.dealers.lost_command import TellLostChat
from application.dealers.queries.get_chat_languages import GetChatLanguages, GetChatLanguagesHandler
from application.dealers.queries.get_dealer import GetDealer, GetDealerHandler
from application.dealers.queries.get_notice import GetNotice, GetNoticeHandler
from application.dealers.queries.list_dealers import ListDealers, ListDealersHandler
from application.dealers.queries.list_notices import ListNotices, ListNoticesHandler
from application.dealers.queries.list_own_chats import ListOwnChats, ListOwnChatsHandler
from application.dealers.queries.list_templates import ListTemplates, ListTemplatesHandler
from application.dealers.queries.preview_notice import PreviewNotice, PreviewNoticeHandler
from application.dealers.queries.read_way_out import ReadWayOut, ReadWayOutHandler
from application.dealers.template_command import TellFailedTemplate
from application.messages import Message
from application.tenants.announced_command import ForgetOwnChats, TellOwners
from application.webhooks.hearing_commands import TellDealers

DEALERS: dict[type[Message[Any]], type[Any]] = {
    DeliverNotices: DeliverNoticesHandler,
    RecoverNotices: RecoverNoticesHandler,
    ResendNotice: ResendNoticeHandler,
    TellUndelivered: TellUndeliveredHandler,
    ListNotices: ListNoticesHandler,
    GetNotice: GetNoticeHandler,
    CreateDealer: CreateDealerHandler,
    ChangeDealer: ChangeDealerHandler,
    RemoveDealer: RemoveDealerHandler,
    ImportDealers: ImportDealersHandler,
    CreateBindLink: CreateBindLinkHandler,
    BindChat: BindChatHandler,
    UnbindChat: UnbindChatHandler,
    CreateOwnLink: CreateOwnLinkHandler,
    UnbindOwnChat: UnbindOwnChatHandler,
    AskOwnMail: AskOwnMailHandler,
    ListOwnChats: ListOwnChatsHandler,
    TellOwners: TellOwnersHandler,
    ForgetOwnChats: ForgetOwnChatsHandler,
    AskMail: AskMailHandler,
    ConfirmMail: ConfirmMailHandler,
    LeaveMail: LeaveMailHandler,
    ReadWayOut: ReadWayOutHandler,
    GetChatLanguages: GetChatLanguagesHandler,
    LeaveChat: LeaveChatHandler,
    NoteLostChat: NoteLostChatHandler,
    FollowChat: FollowChatHandler,
    TellLostChat: TellLostChatHandler,
    TellDealers: TellDealersHandler,
    ListDealers: ListDealersHandler,
    GetDealer: GetDealerHandler,
    SetTemplate: SetTemplateHandler,
    RemoveTemplate: RemoveTemplateHandler,
    TellFailedTemplate: TellFailedTemplateHandler,
    ListTemplates: ListTemplatesHandler,
    PreviewNotice: PreviewNoticeHandler,
}

DEALERS_ACROSS: frozenset[type[Any]] = frozenset(
    {
        RecoverNoticesHandler,
        LeaveChatHandler,
        NoteLostChatHandler,
        FollowChatHandler,
        GetChatLanguagesHandler,
    }
)
"""What Telegram says of a chat concerns every company that is told there; what lies undelivered may be anybody's."""
