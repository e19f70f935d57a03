"""Payments, tills and settlements (JSON API docs, payments, cash orders, retail, payroll)."""

from emulators.moysklad.catalogue.documents import (
    ACCOUNTS,
    AGENT,
    CHANNEL,
    HEAD,
    ITEM,
    LINE,
    MARKED,
    OWNER,
    PLAIN,
    RATE,
    TERMS,
    TOTAL,
    VAT,
    document,
)
from emulators.moysklad.catalogue.fields import Collection, Entity, table

PAID = (
    f"{HEAD} {RATE} {OWNER} {AGENT} {TERMS} {CHANNEL} sum:number^ vatSum:number- paymentPurpose^ operations:operations-"
)
SPENT = f"{PAID} expenseItem>expenseitem!- noClosingDocs:flag- factureIn>facturein@-"
INCOMING = "incomingNumber^ incomingDate:minute^"
TILL = f"{HEAD} {RATE} {VAT} {TOTAL} {OWNER} agent>counterparty! cashSum:number- noCashSum:number- qrSum:number-"
SHIFT = "retailShift>retailshift! retailStore>retailstore taxSystem=taxsystem-"
DRAWER = f"{HEAD} {RATE} {OWNER} {AGENT} sum:number^ retailShift>retailshift-"

EMISSION = "EMISSION_NOT_SEND|EMISSION_SEND|EMISSION_ACTIVE|EMISSION_ERROR|EMISSION_RECEIVED|EMISSION_COMPLETED"

MONEY = (
    document("paymentin", f"{PAID} {ACCOUNTS} {INCOMING} factureOut>factureout@-"),
    document("paymentout", f"{SPENT} {ACCOUNTS}"),
    document("cashin", f"{PAID} factureOut>factureout@-"),
    document("cashout", SPENT),
    document(
        "retaildemand",
        f"""{TILL} {SHIFT} {ACCOUNTS} store>store! advancePaymentSum:number-
        prepaymentCashSum:number- prepaymentNoCashSum:number- prepaymentQrSum:number- payedSum:number@-
        customerOrder>customerorder- checkNumber:int- checkSum:number- documentNumber:int- sessionNumber:int-
        cheque:json@ giftCards:json""",
        f"{LINE} cost:int@ {MARKED}",
        row="demandposition",
    ),
    document(
        "retailsalesreturn",
        f"{TILL} {SHIFT} {ACCOUNTS} store>store! contract>contract demand>retaildemand-",
        f"{LINE} cost:int@ things:texts",
        row="salesreturnposition",
        files=False,
    ),
    document(
        "retailshift",
        f"""{PLAIN} syncId:uuid^ deleted:moment@ {OWNER} organizationAccount>account- agentAccount>account@-
        retailStore>retailstore! store>store- closeDate:moment^ proceedsCash:number@- proceedsNoCash:number@-
        receivedCash:number@- receivedNoCash:number@- acquire>counterparty|organization-
        qrAcquire>counterparty|organization- bankComission:number- bankPercent:number- qrBankComission:number-
        qrBankPercent:number- cheque:json vatEnabled:flag@- vatIncluded:flag- paymentOperations:operations@-
        operations>>retaildemand|retailsalesreturn|retaildrawercashin|retaildrawercashout|prepayment|prepaymentreturn@""",
        states=False,
    ),
    document("retaildrawercashin", f"{DRAWER} ~code"),
    document("retaildrawercashout", DRAWER),
    document("prepayment", f"{TILL} {SHIFT} customerOrder>customerorder- returns>>prepaymentreturn", LINE),
    document("prepaymentreturn", f"{TILL} {SHIFT} prepayment>prepayment-", LINE),
    document(
        "counterpartyadjustment",
        f"""{PLAIN} printed:flag@- published:flag@- applicable:flag^ deleted:moment@ {OWNER} {AGENT}
        sum:number^""",
        states=False,
    ),
    document(
        "payroll",
        f"""{PLAIN} syncId:uuid applicable:flag^ state>state {OWNER} {TOTAL} startPayrollPeriod:minute!
        endPayrollPeriod:minute! operations:operations@-""",
        "employee>employee! baseSalary:number pieceworkSalary:number",
    ),
    document(
        "retireorder",
        f"""{PLAIN} printed:flag@- published:flag@- syncId:uuid- state>state- deleted:moment@ {RATE} {VAT} {OWNER}
        agent>counterparty|organization-
        sum:number@^- destinationCountry>country- documentState=CREATED|SEND|IN_PROGRESS|CHECKED_OK|CHECKED_NOT_OK@-
        primaryDocumentName- reasonDescription- retireOrderType=DAMAGE_AND_LOSS|EXPIRATION|OWN_USE|OTHER_TYPE|RECALL!-
        stateContractId- supportingTransaction=CONSIGNMENT_NOTE|OTHER|RECEIPT|SALES_RECEIPT|UTD-
        supportingTransactionDate:moment- supportingTransactionNumber- trackingType=trackingtype!-""",
        f"{ITEM} price:number vat:int vatEnabled:flag trackingCodes:json",
        files=False,
        attributes=False,
    ),
    document(
        "emissionorder",
        """owner>employee shared:flag group>group updated:moment@^ name^ description externalCode^ moment:minute^
        created:moment@^- printed:flag@ published:flag@ state>state organization>organization!-
        documentState=CREATED|SUZ_CREATED|SUZ_SEND|SUZ_COMPLETED@-
        emissionType=LOCAL|FOREIGN|REMAINS|COMMISSION|REAPPLY!- trackingType=trackingtype!-
        productionTasks>>productiontask""",
        f"{ITEM} quantity:int status={EMISSION}@",
        files=False,
        attributes=False,
    ),
)

BONUSES = (
    Entity(
        "bonustransaction",
        "bonustransaction",
        table(
            """owner>employee shared:flag group>group updated:moment@^ created:moment@^ name^ description^ code
            externalCode^ moment:minute^ applicable:flag^ agent>counterparty! bonusProgram>bonusprogram bonusValue:int
            transactionType=EARNING|SPENDING!- transactionStatus=WAIT_PROCESSING|COMPLETED|CANCELED@-
            categoryType=REGULAR|WELCOME@- executionDate:moment- organization>organization
            parentDocument>document-"""
        ),
    ),
    Entity(
        "bonusprogram",
        "discount",
        table(
            """name^ active:flag allProducts:flag allAgents:flag agentTags:texts earnRateRoublesToPoint:int
            spendRatePointsToRouble:int maxPaidRatePercents:int earnWhileRedeeming:flag postponedBonusesDelayDays:int
            welcomeBonusesEnabled:flag welcomeBonusesMode=REGISTRATION|FIRST_PURCHASE welcomeBonusesValue:int"""
        ),
    ),
    Entity(
        "task",
        "",
        table(
            """updated:moment@^ created:moment@^ description!^ author>employee@
            assignee>employee! implementer>employee@- dueToDate:moment^ done:flag^ completed:moment@-
            agent>counterparty|organization operation>document state>state-"""
        ),
        collections=(
            Collection("notes", "tasknote", table("author>employee@ text! moment:moment@")),
            Collection("files", "files", table("title filename"), writable=False),
        ),
        has_states=True,
    ),
)
