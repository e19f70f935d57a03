"""Movements of stock, production and price lists (JSON API docs, section of each document)."""

from emulators.moysklad.catalogue.documents import (
    HEAD,
    ITEM,
    MADE,
    ORIGIN,
    OWNER,
    RATE,
    STOCKED,
    TOTAL,
    VAT,
    document,
)
from emulators.moysklad.catalogue.fields import Collection, Entity, table

INNER = f"{HEAD} {RATE} {TOTAL} {OWNER} project>project"
THING = f"assortment>{STOCKED}! quantity:number price:number pack:json"
NAMED = "owner>employee shared:flag group>group updated:moment@^ name!^ externalCode^ description^ archived:flag"

STOCK = (
    document(
        "move",
        f"""{INNER} sourceStore>store!- targetStore>store!- overhead:json internalOrder>internalorder-
        customerOrder>customerorder- demand>demand@- supply>supply@-
        productionTasks>>productiontask""",
        f"{THING} overhead:int@ sourceSlot>slot targetSlot>slot things:texts",
    ),
    document(
        "loss",
        f"{INNER} store>store! expenseItem>expenseitem@- salesReturn>salesreturn- inventory>inventory-",
        f"{THING} reason slot>slot things:texts",
    ),
    document(
        "enter",
        f"{INNER} store>store! overhead:json inventory>inventory-",
        f"{THING} overhead:int@ reason slot>slot things:texts {ORIGIN}",
    ),
    document(
        "inventory",
        f"{HEAD} {TOTAL} {OWNER} store>store! enters>>enter losses>>loss ~applicable",
        f"{THING} calculatedQuantity:number correctionAmount:number@ correctionSum:number@",
    ),
    document(
        "internalorder",
        f"""{INNER} {VAT} store>store- deliveryPlannedMoment:minute- moves>>move purchaseOrders>>purchaseorder
        productionTasks>>productiontask""",
        f"{THING} vat:int vatEnabled:flag",
    ),
    document(
        "processing",
        f"""{HEAD} {OWNER} organizationAccount>account- project>project processingSum:number- quantity:number^
        processingPlan>processingplan- materialsStore>store!- productsStore>store!-
        processingOrder>processingorder-""",
        more=(
            Collection(
                "materials", "processingpositionmaterial", table(f"assortment>{MADE}! quantity:number slot>slot")
            ),
            Collection("products", "processingpositionresult", table(f"assortment>{MADE}! quantity:number slot>slot")),
        ),
    ),
    document(
        "processingorder",
        f"""{HEAD} {OWNER} project>project store>store- processingPlan>processingplan!- quantity:number^
        deliveryPlannedMoment:minute^ processings>>processing""",
        f"assortment>{MADE}! quantity:number pack:json reserve:number",
    ),
    document(
        "productiontask",
        """owner>employee shared:flag group>group updated:moment@^ name^ description^ externalCode^ code
        moment:minute^ created:moment@^- printed:flag@- published:flag@- deleted:moment@ applicable:flag- state>state-
        awaiting:flag- reserve:flag- deliveryPlannedMoment:minute materialsStore>store- productsStore>store-
        organization>organization! productionStart:moment- productionEnd:moment@- customerOrders>>customerorder
        demands>>demand emissionOrders>>emissionorder internalOrders>>internalorder moves>>move
        purchaseOrders>>purchaseorder supplies>>supply""",
        more=(
            Collection(
                "productionRows",
                "productionrow",
                table("name externalCode processingPlan>processingplan! productionVolume:number updated:moment@"),
            ),
            Collection(
                "products",
                "productiontaskresult",
                table(f"assortment>{MADE}! planQuantity:number productionRow>productionrow@"),
            ),
            Collection("materials", "productiontaskmaterial", table(f"assortment>{MADE}! planQuantity:number")),
        ),
    ),
    document(
        "productionstagecompletion",
        """owner>employee shared:flag group>group updated:moment@- name- description- externalCode- moment:minute
        created:moment@- applicable:flag@- performer>employee- productionVolume:number- defect:flag-
        labourUnitCost:number- processingUnitCost:number- standardHourCost:number- standardHourUnit:number-
        enableHourAccounting:flag-""",
        more=(
            Collection(
                "materials",
                "productionstagecompletionmaterial",
                table(f"assortment>{MADE}! consumedQuantity:number things:texts"),
            ),
            Collection(
                "products",
                "productionstagecompletionresult",
                table(f"assortment>{MADE}! producedQuantity:number things:texts"),
            ),
        ),
        files=False,
        attributes=False,
        states=False,
    ),
    document(
        "pricelist",
        f"{HEAD} {OWNER} priceType:json@ columns:json",
        f"{ITEM.replace(' quantity:number', '')} cells:json",
        row="pricelistrow",
    ),
)

PRODUCTION = (
    Entity(
        "processingplan",
        "processingplan",
        table(
            f"""{NAMED} code pathName@- parent>processingplanfolder- cost:number- processingProcess>processingprocess-
            costDistributionType=BY_PRICE|BY_PRODUCTION@-"""
        ),
        collections=(
            Collection(
                "stages",
                "processingplanstages",
                table(
                    """processingProcessPosition>processingprocessposition@ enableHourAccounting:flag cost:number
                    labourCost:number standardHour:number standardHourCost:number@"""
                ),
            ),
            Collection(
                "materials",
                "processingplanmaterial",
                table(
                    f"""assortment>{MADE}! product>product@ quantity:number
                    processingProcessPosition>processingprocessposition"""
                ),
            ),
            Collection(
                "parametricMaterials",
                "processingplanparametricmaterial",
                table(f"assortment>{MADE}! quantity:number characteristicValue@"),
            ),
            Collection(
                "products", "processingplanresult", table(f"assortment>{MADE}! product>product@ quantity:number")
            ),
        ),
        attributes_of="processingplan",
    ),
    Entity("processingplanfolder", "", table("code pathName@", NAMED)),
    Entity(
        "processingprocess",
        "processingprocess",
        table(NAMED),
        collections=(Collection("positions", "processingprocessposition", table("processingstage>processingstage!")),),
    ),
    Entity(
        "processingstage",
        "processingstage",
        table(
            f"""{NAMED} allPerformers:flag- distributionRequired:flag- standardHourCost:number-
            materialStore>store@- performers>>employee"""
        ),
    ),
)
