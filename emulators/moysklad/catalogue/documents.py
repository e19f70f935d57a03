"""What documents have in common, and documents of trade: orders, shipments, invoices, returns, commission reports."""

from collections.abc import Iterable

from emulators.moysklad.catalogue.fields import LINE_LINKS, Collection, Entity, Field, table

GOODS = "|".join(LINE_LINKS)
STOCKED = "product|variant|bundle|consignment"
MADE = "product|variant|consignment"
FILES = Collection(
    "files", "files", table("title filename size:int created:moment@ createdBy>employee@"), writable=False
)

PLAIN = """
    owner>employee shared:flag group>group updated:moment@^ name^ description^ externalCode^ moment:minute^
    created:moment@^ printed:flag@ published:flag@"""
HEAD = f"{PLAIN} syncId:uuid^ code applicable:flag^ state>state deleted:moment@"
RATE = "rate>currency-"
VAT = "vatEnabled:flag- vatIncluded:flag- vatSum:number@-"
TOTAL = "sum:number@^"
OWNER = "organization>organization!"
AGENT = "agent>counterparty|organization!"
ACCOUNTS = "organizationAccount>account- agentAccount>account-"
TERMS = "contract>contract project>project"
CHANNEL = "salesChannel>saleschannel"
PRICED = f"{HEAD} {RATE} {VAT} {TOTAL} {OWNER} {AGENT} {ACCOUNTS} {TERMS}"
PAYMENTS = "payments:operations@-"

ITEM = f"assortment>{GOODS}! quantity:number pack:json"
LINE = f"{ITEM} price:number discount:number vat:int vatEnabled:flag"
MARKED = "things:texts trackingCodes:json trackingCodes_1162:json@"
ORIGIN = "gtd:json country>country"


def document(
    name: str,
    fields: str,
    lines: str = "",
    *,
    row: str = "",
    more: Iterable[Collection] = (),
    files: bool = True,
    attributes: bool = True,
    states: bool = True,
) -> Entity:
    """A document. `lines` describes its positions and `row` their type where it is not the document's own."""
    collections = list(more)
    if lines:
        collections.insert(0, Collection("positions", row or f"{name}position", lines_of(lines)))
    if files:
        collections.append(FILES)
    return Entity(
        name,
        name,
        table(fields),
        document=True,
        collections=tuple(collections),
        attributes_of=name if attributes else "",
        has_states=states,
    )


def lines_of(words: str) -> tuple[Field, ...]:
    """Fields of a line."""
    return table(words)


ADDRESS = "shipmentAddress shipmentAddressFull:json"
CARRIAGE = """
    cargoName- carrier>counterparty|organization- consignee>counterparty|organization-
    consignor>counterparty|organization- goodPackQuantity:int- shippingInstructions- stateContractId-
    transportFacility- transportFacilityNumber- shippingDocumentNumber- shippingDocumentDate:moment-"""
COMMISSION = f"""
    {PRICED} contract>contract! {CHANNEL} commissionPeriodStart:minute!- commissionPeriodEnd:minute!-
    commitentSum:number@- payedSum:number@- rewardPercent:int- rewardType=rewardtype- {PAYMENTS}"""
SOLD = f"{ITEM} price:number vat:int vatEnabled:flag reward:number"
RETURNED = Collection(
    "returnToCommissionerPositions",
    "commissionreportinreturnedposition",
    table(f"assortment>{GOODS}! quantity:number price:number vat:int vatEnabled:flag reward:number"),
)

DOCUMENTS = (
    document(
        "customerorder",
        f"""{PRICED} store>store {CHANNEL} payedSum:number@- shippedSum:number@- invoicedSum:number@-
        reservedSum:number@- deliveryPlannedMoment:minute^ {ADDRESS} taxSystem=taxsystem- demands>>demand
        invoicesOut>>invoiceout purchaseOrders>>purchaseorder moves>>move prepayments>>prepayment {PAYMENTS}
        productionTasks>>productiontask""",
        f"{LINE} shipped:number@ reserve:number taxSystem=goodstaxsystem",
    ),
    document(
        "demand",
        f"""{PRICED} store>store {CHANNEL} payedSum:number@- {ADDRESS} overhead:json customerOrder>customerorder-
        factureOut>factureout@- returns>>salesreturn invoicesOut>>invoiceout
        productionTasks>>productiontask {PAYMENTS} {CARRIAGE}""",
        f"{LINE} cost:int@ overhead:int@ slot>slot {MARKED}",
    ),
    document(
        "invoiceout",
        f"""{PRICED} store>store {CHANNEL} paymentPlannedMoment:minute^ payedSum:number@- shippedSum:number@-
        customerOrder>customerorder- demands>>demand {PAYMENTS}""",
        LINE,
        row="invoiceposition",
    ),
    document(
        "salesreturn",
        f"""{PRICED} agent>counterparty|organization! store>store! {CHANNEL} payedSum:number@- demand>demand-
        losses>>loss {PAYMENTS} factureOut>factureout@-""",
        f"{LINE} cost:int@ slot>slot things:texts {ORIGIN}",
    ),
    document(
        "purchaseorder",
        f"""{PRICED} store>store deliveryPlannedMoment:minute^ payedSum:number@- shippedSum:number@-
        invoicedSum:number@- waitSum:number@- customerOrders>>customerorder invoicesIn>>invoicein supplies>>supply
        internalOrder>internalorder- productionTasks>>productiontask {PAYMENTS}""",
        f"{LINE} shipped:number@ inTransit:number",
    ),
    document(
        "supply",
        f"""{PRICED} store>store! incomingNumber- incomingDate:minute- payedSum:number@- overhead:json
        purchaseOrder>purchaseorder- factureIn>facturein@- invoicesIn>>invoicein returns>>purchasereturn
        productionTask>productiontask@- {PAYMENTS}""",
        f"{LINE} overhead:int@ slot>slot things:texts trackingCodes:json {ORIGIN}",
    ),
    document(
        "purchasereturn",
        f"""{PRICED} store>store! payedSum:number@- supply>supply- factureOut>factureout@- factureIn>facturein@-
        {PAYMENTS}""",
        f"{LINE} slot>slot things:texts",
    ),
    document(
        "invoicein",
        f"""{PRICED} store>store incomingNumber^ incomingDate:minute^ paymentPlannedMoment:minute^ payedSum:number@-
        shippedSum:number@- purchaseOrder>purchaseorder- supplies>>supply {PAYMENTS}""",
        LINE,
        row="invoiceposition",
    ),
    document("commissionreportin", f"{COMMISSION} commissionOverhead:json", SOLD, more=(RETURNED,)),
    document("commissionreportout", COMMISSION, SOLD),
    document(
        "facturein",
        f"""{HEAD} {RATE} {TOTAL} {OWNER} agent>counterparty|organization contract>contract supplies>>supply
        payments>>paymentout|cashout incomingNumber incomingDate:minute""",
    ),
    document(
        "factureout",
        f"""{HEAD} {RATE} {TOTAL} {OWNER} agent>counterparty|organization contract>contract demands>>demand
        returns>>purchasereturn payments>>paymentin|cashin stateContractId- advancePaymentVat:int- paymentPurpose
        vatSum:number@- consignee>counterparty|organization- paymentNumber paymentDate:moment""",
    ),
)
