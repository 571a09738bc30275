import Kernel

extension Working {
    /// French lines: the arithmetic first, with the exact figures used, then what a reader must know.
    var explanation: [String] { [arithmetic] + notes.map(\.text) }

    /// `(500 + 200 × 13) × 184 / 365`, or `0`.
    var arithmetic: String {
        var text = ""
        appendArithmetic(to: &text)
        return text
    }

    /// Appends the arithmetic to a text, which a long answer uses again and again.
    func appendArithmetic(to text: inout String) {
        guard !isVoid, !terms.isEmpty else {
            text += "0"
            return
        }
        let isGrouped = terms.count > 1 && !factors.isEmpty
        if isGrouped { text += "(" }
        for (index, term) in terms.enumerated() {
            if index > 0 { text += " + " }
            term.append(to: &text)
        }
        for deduction in deductions {
            text += " − "
            text += deduction.plain
        }
        if isGrouped { text += ")" }
        for factor in factors { factor.append(to: &text) }
    }
}

extension Working.Term {
    /// `1700 × 4000 / 4000`.
    fileprivate func append(to text: inout String) {
        text += points.plain
        switch quantity {
        case .once: break
        case .units(let count): Self.append(count, to: &text)
        case .unitsByPatients(let count, let patients, let reference):
            Self.append(count, to: &text)
            Self.append(patients, to: &text)
            Self.append(over: reference, to: &text)
        case .patients(let count, let reference):
            Self.append(count, to: &text)
            Self.append(over: reference, to: &text)
        }
    }

    private static func append(_ count: Int, to text: inout String) {
        text += " × "
        text += String(count)
    }

    private static func append(over reference: Int, to text: inout String) {
        text += " / "
        text += String(reference)
    }
}

extension Working.Factor {
    /// ` × 4,61 / 5`.
    fileprivate func append(to text: inout String) {
        if top != ExactDecimal(1) {
            text += " × "
            text += top.plain
        }
        text += " / "
        text += bottom.plain
    }
}

extension ExactDecimal {
    /// Digits with a decimal comma, no spaces: the writing of explanations.
    var plain: String {
        let value = normalized
        if value.scale == 0, let whole = Int(exactly: value.coefficient) { return String(whole) }
        return String(decoding: value.description.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: ",") : $0 }, as: UTF8.self)
    }
}

extension Working.Note {
    /// A French sentence.
    var text: String {
        switch self {
        case .missing(let condition): condition.sentence
        case .capped(let fact, let declared, let counted): "\(declared) déclarés, \(counted) comptés au plus (\(fact.label))."
        case .meetings(let held, let minimum):
            "\(French.plural(held, "réunion", "réunions")), le minimum est \(French.number(minimum.decimal, decimals: minimum.denominator == 1 ? 0 : 2))."
        case .rate(let files, let eligible, let percent, let precision, let decimals, let target):
            rate(files, eligible, percent, precision, decimals, target)
        case .noEligiblePatient: "Aucun patient en ALD ou de plus de 75 ans : le taux n’existe pas."
        case .contract(let share): "Contrat : \(share.covered) / \(share.whole) de l’année."
        case .acquisition(let share):
            share.covered == 0
                ? "Le logiciel a été acquis après l’exercice." : "Acquisition du logiciel : \(share.covered) / \(share.whole) de l’année."
        case .closedTooLong: "Fermeture trop longue : aucun point."
        case .tooFewHours(let least): "Moins de \(least.plain) heures par jour : aucun point."
        case .withoutUnscheduledCare: "Il manque « \(Fact.unscheduledCare.label) »."
        case .deducted(let fact): "Il manque « \(fact.label) »."
        case .amplitude(let hours): "Amplitude de \(hours.plain) heures par jour."
        case .holidayClosure(let weeks): "Fermeture pendant les vacances scolaires, en semaines : \(weeks.plain)."
        case .derogation: "Dérogation : l’amplitude n’est pas minorée."
        }
    }

    private func rate(
        _ files: Int, _ eligible: Int, _ percent: Fraction, _ precision: RatePrecision, _ decimals: Int, _ target: ExactDecimal
    ) -> String {
        let reach = percent < Fraction(target) ? "moins de \(target.plain) %" : "au moins \(target.plain) %, part entière"
        let shown = precision == .exact ? "taux exact" : "\(percent.decimal.plain) %, \(precision.label) à \(decimals) décimales"
        return "Taux d’atteinte : \(files) / \(eligible) = \(shown) ; \(reach)."
    }
}
