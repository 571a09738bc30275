import Kernel

/// Indicators that the team chose for an exercise: `/budget/engagements`, `/budget/commitments`. An exercise has one for each
/// indicator of its rules, made with its first calculation: nobody adds one, everybody's choice is a change.
enum CommitmentRecord {
    static func record(_ book: RuleBook) -> RecordType {
        RecordType(
            id: "budget.commitment", table: "budget.commitment",
            words: RecordWords(
                "engagement", "engagements", isFeminine: false,
                purpose: "Ce que l’équipe retient de l’accord pour l’année, son objectif et ses mots pour la CPAM."),
            path: "engagements", apiPath: "commitments",
            fields: [
                RecordField("indicator", .choice(indicators(book)), label: "Indicateur", readOnly: true),
                RecordField("chosen", .boolean, label: "Retenu par l’équipe", default: .boolean(true)),
                RecordField("target", .integer(0...1_000_000), label: "Objectif", help: "Par exemple 8 protocoles."),
                RecordField("comment", .longText(max: 2_000), label: "Commentaire pour la CPAM"),
                RecordField("year_id", .reference(BudgetReferences.year), label: "Exercice", readOnly: true),
            ], titleField: "indicator", columns: ["indicator", "chosen", "target", "year_id"], search: ["indicator"],
            order: RecordOrder("indicator"),
            permissions: RecordPermissions(
                read: AciPermissions.read, create: nil, update: AciPermissions.write, archive: nil),
            prepare: { new, _, _, unit in
                if let year = new.id("year_id") {
                    let rows = try await unit.one(
                        Query("select exercise, state from budget.aci_year where msp_id = $1 and id = $2", .id(unit.msp), .id(year)))
                    guard let row = rows.first else { throw Refusal.notFound }
                    guard ["OPEN", "COLLECTING"].contains(try row[1] as String) else {
                        throw Refusal.conflict(
                            "year_not_open",
                            "L’exercice \(try row[0] as Int) est déclaré prêt\u{00A0}: rouvrez la collecte pour changer un engagement.")
                    }
                }
                AciYears.askAgain(unit, new.id("year_id"))
                return new
            })
    }

    /// Every indicator that some rules know, in the order of the accord, by its latest name.
    private static func indicators(_ book: RuleBook) -> CodeList {
        CodeList(
            "ACI_INDICATOR",
            AciIndicatorID.allCases.map { id in
                (id.rawValue, book.ruleSets.reversed().lazy.compactMap { $0.indicator(id)?.name }.first ?? id.rawValue)
            })
    }
}
