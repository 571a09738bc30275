import Kernel

/// One paid item of a rule set (glossary: « Indicateur »). A class, because each line of a result holds it.
final class AciIndicator: Sendable {
    /// How the indicator enters the base of the advance.
    enum AdvanceBasis: String, CaseIterable, Sendable {
        /// As if reached at 100 %.
        case full
        /// With the figures entered.
        case asEntered = "as_entered"
        /// Not at all.
        case none
    }

    let id: AciIndicatorID
    /// 1 to 3.
    let axis: Int
    /// French name.
    let name: String
    let kind: AciIndicatorKind
    /// The indicator of which this one is a part: it shares the nature, but nothing hangs on it.
    let partOf: AciIndicatorID?
    let advance: AdvanceBasis
    let formula: AciFormula
    /// Where the indicator stands in the document, `indicators[3]`.
    let path: String
    /// What each answer begins with: `"id":"A1-HOR","kind":"prerequisite","points":`.
    let head: [UInt8]

    init(
        id: AciIndicatorID, axis: Int, name: String, kind: AciIndicatorKind, partOf: AciIndicatorID?, advance: AdvanceBasis,
        formula: AciFormula, path: String
    ) {
        self.id = id
        self.axis = axis
        self.name = name
        self.kind = kind
        self.partOf = partOf
        self.advance = advance
        self.formula = formula
        self.path = path
        let writer = JSONWriter(capacity: 128)
        writer.object {
            writer.member("id", id.rawValue)
            writer.member("kind", kind.rawValue)
            writer.key("points")
        }
        head = Array(writer.bytes.dropFirst().dropLast())
    }

    /// Nothing is paid when this indicator gives no point.
    var isPrerequisite: Bool { kind == .prerequisite && partOf == nil }

    /// The facts that the formula reads.
    var facts: Set<Fact> {
        switch formula {
        case .opening: [.unscheduledCare, .saturdayMorning, .onCallDerogation]
        case .sum(let parts, let factors):
            parts.reduce(into: factors.contains { $0.readsConcertation } ? [.meetings, .files, .eligiblePatients] : []) { facts, part in
                for condition in part.alternatives.joined() { facts.insert(condition.fact) }
                switch part.quantity {
                case .fixed: break
                case .units(let fact, _, _, _): facts.insert(fact)
                case .patients: facts.insert(.patients)
                }
            }
        }
    }
}

extension FormulaFactor {
    /// True for the rate of the concertation.
    var readsConcertation: Bool { if case .concertationRate = self { true } else { false } }
}
