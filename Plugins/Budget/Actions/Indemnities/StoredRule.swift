import Kernel

/// A rule as its row holds it: the document, and what the vote says of it.
struct StoredRule: Sendable {
    let id: Identifier
    let status: String
    let rule: IndemnityRule
    let organ: String?

    /// Columns that `init(_:)` reads, of the table `k`.
    static let columns: SQL = """
        k.id, k.version, k.valid_from, k.valid_to, k.status, k.document::text, k.decision_organ, k.decision_reference, k.decision_on
        """

    init(_ row: Row) throws {
        id = try row["id"]
        status = try row["status"]
        organ = try row["decision_organ"]
        let text: String = try row["document"]
        var rule = try IndemnityRule.read(try JSONValue.parse(text)).get()
        rule.version = try row["version"]
        rule.validFrom = try row["valid_from"]
        rule.validTo = try row["valid_to"]
        if let organ, let reference: String = try row["decision_reference"], let day: CivilDate = try row["decision_on"] {
            rule.decision = IndemnityRule.Decision(kind: IndemnityCodes.decisionKind(organ), reference: reference, date: day)
        }
        self.rule = rule
    }

    static func one(_ msp: Identifier, _ id: Identifier) -> Query {
        Query("select " + columns + " from budget.indemnity_rule k where k.msp_id = $1 and k.id = $2", .id(msp), .id(id))
    }

    /// Every rule that may be compared, the newest first.
    static func all(_ msp: Identifier) -> Query {
        Query(
            "select " + columns
                + " from budget.indemnity_rule k where k.msp_id = $1 and k.archived_at is null order by k.valid_from desc, k.version desc limit 100",
            .id(msp))
    }
}
