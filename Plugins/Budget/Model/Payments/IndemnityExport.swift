import Kernel

/// The table that goes to the accounting firm with a run (missions.md 12.1, « État des indemnités »): one row per person.
enum IndemnityExport {
    /// What a row needs beyond the calculation.
    struct Payee: Sendable {
        var name: String
        var profession: String
        /// Account of the person in the books, when the firm gave one.
        var account: String?
        /// Reference of the transfer.
        var reference: String
    }

    static let header = [
        "Campagne", "Du", "Au", "Nom", "Profession", "Compte", "Minutes de réunion", "Minutes hors réunion", "Heures décimales",
        "Montant calculé", "Réduction des plafonds", "Montant à verser", "Référence du virement", "Règle", "Décision",
    ]

    /// - Parameter payees: by person; a person without an entry keeps a row with the identifier, so that the total is that of the run.
    static func csv(_ result: IndemnityResult, number: String, from: CivilDate, to: CivilDate, payees: [Identifier: Payee]) -> [UInt8] {
        let rules = result.rules.map { "\($0.name), version \($0.version)" }.joined(separator: " ; ")
        let decisions = result.rules.compactMap(\.decision)
            .map { "\($0.kind.label) \($0.reference) du \(French.date($0.date))" }.joined(separator: " ; ")
        var table = FrenchCSV(header: header)
        let rows = result.lines.sorted {
            let (a, b) = (payees[$0.person]?.name ?? "", payees[$1.person]?.name ?? "")
            return (a, $0.person) < (b, $1.person)
        }
        for line in rows {
            let payee = payees[line.person]
            let (meetings, credits) = (line.minutes(.meeting), line.minutes(.credit))
            // Decimal hours exist in this export only, in a column of their own (ui-conventions.md 11.1).
            let hours = ExactDecimal(meetings + credits).divided(by: ExactDecimal(60), scale: 2) ?? .zero
            table.row([
                .text(number), .day(from), .day(to), .text(payee?.name ?? "Personne \(line.person)"), .text(payee?.profession ?? ""),
                payee?.account.map { .text($0) } ?? .empty, .integer(meetings), .integer(credits), .number(hours),
                .money(line.grossCents), .money(-line.reductionCents), .money(line.finalCents), .text(payee?.reference ?? ""),
                .text(rules), .text(decisions),
            ])
        }
        return table.bytes
    }
}
