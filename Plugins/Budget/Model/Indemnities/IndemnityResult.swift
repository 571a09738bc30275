import Kernel

/// One reason for money, or for its absence, in somebody's statement.
struct IndemnityItem: Sendable, Equatable {
    enum Kind: String, CaseIterable, Sendable {
        case meeting = "MEETING"
        case credit = "CREDIT"
        case task = "TASK"
        case surplus = "SURPLUS"
        case adjustment = "ADJUSTMENT"
    }

    var kind: Kind
    /// Line that it comes from; nil for a share of surplus or an adjustment.
    var source: Identifier?
    /// Nil for what belongs to the whole period.
    var day: CivilDate?
    var title: String
    /// Minutes paid by it; 0 for what is not paid by the minute.
    var minutes: Int
    var amount: ExactAmount
    /// « Réunion d’équipe du 12 mars 2026 : 45 min × 75,00 €/h = 56,25 € ».
    var explanation: String
}

/// What one person gets from one run (`IndemnityLine`).
struct IndemnityLine: Sendable, Equatable {
    var person: Identifier
    /// By day, then kind and line.
    var items: [IndemnityItem]
    /// Before any cap, in cents: the exact sum of the items, rounded once per version of the rule.
    var grossCents: Int
    /// What the caps took away, in cents, 0 or more.
    var reductionCents: Int
    /// Totals, rounding and caps, in the order of the calculation.
    var explanation: [String]

    var finalCents: Int { grossCents - reductionCents }

    func minutes(_ kind: IndemnityItem.Kind) -> Int { items.filter { $0.kind == kind }.map(\.minutes).reduce(0, +) }
}

/// A run, computed: lines by person, anomalies, totals. The same facts in any order give the same result.
struct IndemnityResult: Sendable, Equatable {
    /// Sorted by person's identifier.
    var lines: [IndemnityLine]
    var anomalies: [IndemnityAnomaly]
    /// What concerns everybody: the surplus shared, the cap of all.
    var explanation: [String]
    /// Versions applied, oldest first.
    var rules: [IndemnityRule]

    var totalCents: Int { lines.map(\.finalCents).reduce(0, +) }
    var grossCents: Int { lines.map(\.grossCents).reduce(0, +) }

    /// SHA-256 of everything that is approved: people, amounts, reasons, rules. An approval holds for this digest alone.
    var fingerprint: String {
        let writer = JSONWriter()
        writer.object {
            writer.member("rules", .array(rules.map { .string($0.digest) }))
            writer.member("total_cents", totalCents)
            writer.key("lines")
            writer.array {
                for line in lines {
                    writer.object {
                        writer.member("person", line.person.description)
                        writer.member("gross_cents", line.grossCents)
                        writer.member("final_cents", line.finalCents)
                        writer.member(
                            "items",
                            .array(
                                line.items.map {
                                    .array([
                                        .string($0.kind.rawValue), .string($0.source?.description ?? ""), .integer($0.minutes),
                                        .integer($0.amount.sixtieths), .string($0.explanation),
                                    ])
                                }))
                        writer.member("explanation", .array(line.explanation.map { .string($0) }))
                    }
                }
            }
            writer.member("anomalies", .array(anomalies.map { .string($0.key) }))
        }
        return Digest.hex(Digest.sha256(writer.bytes))
    }
}
