import Kernel

/// An amount kept exact until the end: sixtieths of a cent, because minutes times a rate per hour are always whole in them.
struct ExactAmount: Sendable, Hashable, Comparable {
    /// 60 is one cent.
    var sixtieths: Int

    static let zero = ExactAmount(sixtieths: 0)

    init(sixtieths: Int) { self.sixtieths = sixtieths }

    init(cents: Int) { sixtieths = cents * 60 }

    /// Minutes at a rate per hour.
    init(minutes: Int, centsPerHour: Int) { sixtieths = minutes * centsPerHour }

    static func + (a: ExactAmount, b: ExactAmount) -> ExactAmount { ExactAmount(sixtieths: a.sixtieths + b.sixtieths) }

    static func < (a: ExactAmount, b: ExactAmount) -> Bool { a.sixtieths < b.sixtieths }

    /// True when no fraction of a cent is left.
    var isWhole: Bool { sixtieths % 60 == 0 }

    /// To the nearest cent, a half away from zero: the one rounding of a person's amount (architecture.md 7).
    var roundedCents: Int {
        let cents = Int((sixtieths.magnitude + 30) / 60)
        return sixtieths < 0 ? -cents : cents
    }

    /// `= 56,25 €`, or `≈ 45,258333 €` when the decimals never end.
    var equation: String {
        if isWhole { return "= \(French.money(cents: sixtieths / 60))" }
        let euros = ExactDecimal(sixtieths).divided(by: ExactDecimal(6_000), scale: 6) ?? .zero
        let isExact = euros * ExactDecimal(6_000) == ExactDecimal(sixtieths)
        return "\(isExact ? "=" : "≈") \(French.number(euros))\u{00A0}€"
    }
}
