"""Goods, services, bundles, variants, consignments and their folders (JSON API docs, dictionaries)."""

from emulators.moysklad.catalogue.documents import FILES
from emulators.moysklad.catalogue.fields import Collection, Entity, table

HEAD = """
    owner>employee shared:flag group>group updated:moment@^ name!^ description code^ externalCode^ archived:flag^
    pathName@^"""
TAXED = """
    vat:int- vatEnabled:flag- useParentVat:flag- effectiveVat:int@- effectiveVatEnabled:flag@-
    taxSystem=goodstaxsystem- productFolder>productfolder- discountProhibited:flag-"""
PRICES = "minPrice:json salePrices:json barcodes:json"
SIZED = "article^ weight:number^ volume:number^ country>country- partialDisposal:flag- tnved-"
COUNTED = "uom>uom-"
IMAGES = Collection(
    "images", "image", table("title filename size:int updated:moment@ miniature:json@ tiny:json@"), writable=False
)
_MINIMUM = "minimumStock:json minimumBalance:number"

GOODS = (
    Entity(
        "product",
        "good",
        table(
            f"""syncId:uuid^ {HEAD} {TAXED} {PRICES} {SIZED} {COUNTED} {_MINIMUM} buyPrice:json
            supplier>counterparty|organization packs:json alcoholic:json things:texts- ppeType-
            paymentItemType=GOOD|EXCISABLE_GOOD|COMPOUND_PAYMENT_ITEM|ANOTHER_PAYMENT_ITEM-
            trackingType=trackingtype- variantsCount:int@- isSerialTrackable:flag^ weighed:flag^ onTap:flag-"""
        ),
        collections=(IMAGES, FILES),
        attributes_of="product",
    ),
    Entity(
        "variant",
        "feature",
        table(
            f"""owner>employee- shared:flag- group>group- updated:moment@^ name@^ description- code^ externalCode^
            archived:flag^ article^ {PRICES} buyPrice:json minimumStock:json discountProhibited:flag- packs:json
            product>product!- things:texts- characteristics:json!"""
        ),
        collections=(IMAGES,),
    ),
    Entity(
        "service",
        "good",
        table(
            f"""syncId:uuid^ {HEAD} {TAXED} {PRICES} {COUNTED} buyPrice:json
            paymentItemType=SERVICE|WORK|PROVIDING_RID|COMPOUND_PAYMENT_ITEM|ANOTHER_PAYMENT_ITEM-"""
        ),
        collections=(FILES,),
        attributes_of="product",
    ),
    Entity(
        "bundle",
        "good",
        table(
            f"""syncId:uuid^ {HEAD} description^ {TAXED} {PRICES} {SIZED} {COUNTED} overhead:json
            paymentItemType=GOOD|EXCISABLE_GOOD|COMPOUND_PAYMENT_ITEM|ANOTHER_PAYMENT_ITEM-
            trackingType=trackingtype-"""
        ),
        collections=(
            Collection(
                "components",
                "bundlecomponent",
                table("assortment>product|variant|service|consignment! quantity:number"),
            ),
            IMAGES,
            FILES,
        ),
        attributes_of="product",
    ),
    Entity(
        "consignment",
        "consignment",
        table(
            """updated:moment@^ name@^ label! description^ code^ externalCode^ archived:flag expiryDate:moment
            assortment>product|variant!- barcodes:json"""
        ),
        collections=(IMAGES,),
        attributes_of="consignment",
    ),
    Entity(
        "productfolder",
        "good",
        table(f"{HEAD} code archived:flag@^ {TAXED}", "~discountProhibited"),
    ),
)
ASSORTMENT = ("product", "variant", "service", "bundle", "consignment")
"""The types that the assortment is made of."""
