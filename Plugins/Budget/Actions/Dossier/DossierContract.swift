import Kernel
import Postgres

/// By what the payer knows the MSP and its contract: head of the index and of the entry aid. Nil is « not known here ».
struct DossierContract: Sendable {
    let number: String?
    let cpam: String?
    let signedOn: CivilDate?
    let startsOn: CivilDate?
    let endsOn: CivilDate?
    let finess: String?
    let legalFiness: String?

    static func query(_ msp: Identifier, _ year: Identifier) -> Query {
        Query(
            """
            select c.number, c.cpam, c.signed_on, c.starts_on, c.ends_on, p.finess_geo, p.finess_legal
            from budget.aci_year y
            left join budget.aci_contract c on c.msp_id = y.msp_id and c.id = y.contract_id
            left join kernel.msp_profile p on p.msp_id = y.msp_id
            where y.msp_id = $1 and y.id = $2
            """, .id(msp), .id(year))
    }

    init(_ row: Row?) throws {
        number = try row?["number"]
        cpam = try row?["cpam"]
        signedOn = try row?["signed_on"]
        startsOn = try row?["starts_on"]
        endsOn = try row?["ends_on"]
        finess = try row?["finess_geo"]
        legalFiness = try row?["finess_legal"]
    }

    /// As kept with a transmitted exercise; nil for what is none.
    init?(_ kept: JSONValue) {
        guard kept.objectValue != nil else { return nil }
        func day(_ name: String) -> CivilDate? { kept[name]?.stringValue.flatMap { CivilDate($0) } }
        number = kept["number"]?.stringValue
        cpam = kept["cpam"]?.stringValue
        (signedOn, startsOn, endsOn) = (day("signed_on"), day("starts_on"), day("ends_on"))
        finess = kept["finess_geo"]?.stringValue
        legalFiness = kept["finess_legal"]?.stringValue
    }

    var json: JSONValue {
        .object([
            ("number", .text(number)), ("cpam", .text(cpam)), ("signed_on", .text(signedOn?.description)),
            ("starts_on", .text(startsOn?.description)), ("ends_on", .text(endsOn?.description)), ("finess_geo", .text(finess)),
            ("finess_legal", .text(legalFiness)),
        ])
    }

    /// In the order in which a form of the payer asks for them.
    var facts: [(label: String, value: String?)] {
        [
            ("FINESS géographique", finess), ("FINESS juridique", legalFiness), ("CPAM", cpam), ("Numéro du contrat", number),
            ("Contrat signé le", signedOn.map(French.mediumDate)), ("Contrat en cours", period),
        ]
    }

    private var period: String? {
        startsOn.map { start in
            "du \(French.mediumDate(start))" + (endsOn.map { " au \(French.mediumDate($0))" } ?? "")
        }
    }
}
