"""Counterparties, own companies, employees, places of trade and contracts (JSON API docs, dictionaries)."""

from emulators.moysklad.catalogue.documents import FILES
from emulators.moysklad.catalogue.fields import Collection, Entity, table

OWNED = "owner>employee shared:flag group>group updated:moment@^"
NAMED = f"{OWNED} name!^ description^ code^ externalCode^"
KEPT = f"{NAMED} archived:flag^"
REQUISITES = """
    legalTitle^ legalAddress^ legalAddressFull:json actualAddress^ actualAddressFull:json inn^ kpp^ ogrn- ogrnip-
    okpo- certificateNumber- certificateDate:minute- legalFirstName- legalLastName- legalMiddleName- email^ phone^
    fax^"""
ACCOUNT = """
    updated:moment@ isDefault:flag accountNumber! bankName bankLocation correspondentAccount bic
    currency>currency"""
CASHIER = table("employee>employee@ retailStore>retailstore@")
CHECKS = """
    address^ addressFull:json active:flag^ archived:flag- allowCreateProducts:flag- allowCustomPrice:flag@-
    allowDeleteReceiptPositions:flag- allowSellTobaccoWithoutMRC:flag- authTokenAttached:flag@- bankPercent:number-
    controlCashierChoice:flag- controlShippingStock:flag- createAgentsTags:texts-
    createCashInOnRetailShiftClosing:flag- createPaymentInOnRetailShiftClosing:flag- defaultTaxSystem=taxsystem-
    demandPrefix- discountEnable:flag- discountMaxPercent:int- enableReturnsWithNoReason:flag- environment:json@
    filterAgentsTags:texts- fiscalType=STANDARD|MASTER|CLOUD- idQR- issueOrders:flag- lastOperationNames:json@
    markingSellingMode=CORRECT_MARKS_ONLY|WITHOUT_ERRORS|ALL-
    marksCheckMode=CORRECT_MARKS_ONLY|WITHOUT_ERRORS|ALL|ALL_CHECKED- minionToMasterType=ANY|SAME_GROUP|CHOSEN-
    ofdEnabled:flag@- onlyInStock:flag- orderTaxSystem=taxsystem- printAlways:flag- priorityOfdSend=phone|email|none-
    qrBankPercent:number- qrPayEnabled:flag- qrTerminalId- requiredFio:flag- requiredPhone:flag- requiredEmail:flag-
    requiredBirthdate:flag- requiredSex:flag- requiredDiscountCardNumber:flag- reservePrepaidGoods:flag-
    returnFromClosedShiftEnabled:flag- sellReserves:flag- sendMarksForCheck:flag-
    sendMarksToChestnyZnakOnCloud:flag- syncAgents:flag- showBeerOnTap:flag- state:json@
    tobaccoMrcControlType=USER_PRICE|MRC_PRICE|SAME_PRICE-"""

PEOPLE = (
    Entity(
        "counterparty",
        "company",
        table(
            f"""syncId:uuid {KEPT} created:moment@^ companyType=companytype {REQUISITES} birthDate:minute- sex=sex-
            discountCardNumber tags:texts state>state salesAmount:number@- bonusPoints:int@-
            bonusProgram>bonusprogram- priceType:json discounts:json@"""
        ),
        collections=(
            Collection("accounts", "account", table(ACCOUNT)),
            Collection(
                "contactpersons",
                "contactperson",
                table("updated:moment@ name! description externalCode email phone position agent>counterparty@"),
            ),
            Collection("notes", "note", table("created:moment@ description! agent>counterparty@ author>employee@")),
            FILES,
        ),
        attributes_of="counterparty",
        has_states=True,
    ),
    Entity(
        "organization",
        "mycompany",
        table(
            f"""syncId:uuid {KEPT} created:moment@^ companyType=companytype {REQUISITES} director- directorPosition-
            chiefAccountant- isEgaisEnable:flag- payerVat:flag- fsrarId- utmUrl- trackingContractNumber- group>group-
            trackingContractDate:minute- advancePaymentVat:number- bonusProgram>bonusprogram- bonusPoints:int@-"""
        ),
        collections=(Collection("accounts", "account", table(ACCOUNT)),),
        attributes_of="organization",
    ),
    Entity(
        "employee",
        "employee",
        table(
            f"""{NAMED} ~code name@^ archived:flag^ created:moment@- uid@^ email^ phone^ firstName^ middleName^
            lastName!^
            fullName@- shortFio@- position- inn- salary:json image:json@ cashiers:json@
            retailStore>retailstore@-"""
        ),
        attributes_of="employee",
    ),
    Entity(
        "store",
        "warehouse",
        table(f"{KEPT} parent>store pathName@^ address^ addressFull:json"),
        collections=(
            Collection("zones", "storezone", table("updated:moment@ name! externalCode")),
            Collection("slots", "slot", table("updated:moment@ name! externalCode barcode zone>storezone")),
        ),
        attributes_of="store",
    ),
    Entity(
        "retailstore",
        "retailstore",
        table(
            f"""{OWNED} name!^ description^ externalCode^ organization>organization! store>store! priceType:json!
            acquire>counterparty|organization- qrAcquire>counterparty|organization- {CHECKS}
            createOrderWithState>state- orderToState>state- customerOrderStates>>state"""
        ),
        collections=(Collection("cashiers", "cashier", CASHIER, writable=False),),
    ),
    Entity(
        "contract",
        "contract",
        table(
            f"""{KEPT} name^ moment:minute^ sum:number- contractType=Sales|Commission- rewardType=rewardtype-
            rewardPercent:int- ownAgent>organization! agent>counterparty|organization! organizationAccount>account-
            agentAccount>account- state>state rate>currency- printed:flag@- published:flag@-"""
        ),
        attributes_of="contract",
        has_states=True,
    ),
    Entity("project", "project", table(KEPT), attributes_of="project"),
)
