"""Small dictionaries (JSON API docs, section of each)."""

from emulators.moysklad.catalogue.fields import Entity, table
from emulators.moysklad.catalogue.people import KEPT, NAMED

CHANNEL_TYPES = "MESSENGER|SOCIAL_NETWORK|MARKETPLACE|ECOMMERCE|CLASSIFIED_ADS|DIRECT_SALES|RETAIL_SALES|OTHER"
SMALL = (
    Entity("saleschannel", "saleschannel", table(f"{KEPT} type={CHANNEL_TYPES}!")),
    Entity(
        "currency",
        "currency",
        table(
            """system:flag@- name!^ fullName rate:number- multiplicity:int^ indirect:flag- rateUpdateType@- code!^
            isoCode!^ majorUnit:json minorUnit:json margin:number- archived:flag^ default:flag@^"""
        ),
        has_account=False,
    ),
    Entity(
        "expenseitem",
        "",
        table("updated:moment@^ name!^ description^ code^ externalCode^ owner>employee shared:flag group>group"),
    ),
    Entity("uom", "", table(NAMED)),
    Entity("country", "country", table(NAMED)),
    Entity(
        "region",
        "",
        table("name!^ code^ externalCode^ updated:moment@^ version:int@-^"),
        has_account=False,
        creatable=False,
    ),
    Entity(
        "taxrate",
        "taxrate",
        table("owner>employee shared:flag- group>group updated:moment@- rate:int!- comment- archived:flag"),
    ),
    Entity("group", "", table("name!- index:int-")),
)
CUSTOM_ENTITY = Entity(
    "customentity",
    "custom_",
    table("updated:moment@^ name!^ description^ code^ externalCode^ owner>employee shared:flag group>group"),
    attributes_of="customentity",
)
