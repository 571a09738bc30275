import Kernel

extension IndemnityRule {
    /// Everything that makes the rule unfit to be proposed to a vote; empty when it holds.
    var faults: [FieldFault] {
        var faults: [FieldFault] = []
        if let validTo, validTo < validFrom { faults.append(FieldFault("valid_to", "La fin précède le début de la période.")) }
        switch method {
        case .none:
            if !parts.isEmpty { faults.append(FieldFault("method", "Une règle sans indemnité n’a pas de barème.")) }
        case .mixed:
            if parts.count < 2 { faults.append(FieldFault("parts", "Un mode mixte réunit au moins deux modes de calcul.")) }
            for (index, part) in parts.enumerated() { faults += part.faults(path: "parts[\(index)]") }
            let shared = parts.compactMap(\.share?.percent).reduce(ExactDecimal.zero, +)
            if shared > ExactDecimal(100) {
                faults.append(
                    FieldFault(
                        "parts",
                        "Les parts de l’excédent font \(French.percent(shared)) : elles ne peuvent dépasser \(French.percent(100))."))
            }
        default:
            if let part = parts.first, parts.count == 1, part.method == method {
                faults += part.faults(path: "")
            } else {
                faults.append(FieldFault("method", "Le barème ne correspond pas au mode de calcul."))
            }
        }
        if let capPerPerson, let capTotal, capPerPerson > capTotal {
            faults.append(FieldFault("cap_per_person_cents", "Le plafond par personne dépasse le plafond de l’ensemble."))
        }
        return faults
    }

    /// What must be added before a run may be paid under this version: the vote.
    var faultsBeforePayment: [FieldFault] {
        guard let decision else {
            return [
                FieldFault(
                    "decision",
                    "La règle « \(name) » n’est rattachée à aucune décision : elle peut être simulée, pas appliquée.")
            ]
        }
        guard decision.reference.contains(where: { !$0.isWhitespace }) else {
            return [FieldFault("decision.reference", "Indiquez la résolution ou la décision de la gérance qui a adopté la règle.")]
        }
        return []
    }

    /// Versions that cannot stand together: two in force on one day, or one number twice.
    static func faults(between versions: [IndemnityRule]) -> [FieldFault] {
        var faults: [FieldFault] = []
        let sorted = versions.sorted { ($0.validFrom, $0.version) < ($1.validFrom, $1.version) }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where earlier.validTo.map({ $0 >= later.validFrom }) ?? true {
            faults.append(
                FieldFault(
                    "valid_to",
                    "Les versions \(earlier.version) et \(later.version) sont toutes deux en vigueur le \(French.date(later.validFrom)) : terminez la première la veille."
                ))
        }
        let numbers = Dictionary(grouping: versions, by: \.version).filter { $0.value.count > 1 }.keys.sorted()
        faults += numbers.map { FieldFault("version", "Deux versions portent le numéro \($0).") }
        return faults
    }
}

extension IndemnityPart {
    /// - Parameter path: `parts[0]`, or empty for the only part of a rule.
    func faults(path: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        func fault(_ name: String, _ message: String) {
            faults.append(FieldFault(path.isEmpty ? name : "\(path).\(name)", message))
        }
        switch method {
        case .none, .mixed: fault("method", "Ce mode ne peut pas être un élément d’un mode mixte.")
        case .hourlyFlat:
            if rates.count != 1 || rates.contains(where: { $0.profession != nil || $0.role != nil || $0.meetingType != nil }) {
                fault("rates", "Un taux unique se donne en une seule ligne, sans profession, fonction ni type de réunion.")
            }
            if meetingTypes.isEmpty, !countsCredits { fault("meeting_types", "Indiquez au moins un type de réunion indemnisée.") }
        case .hourlyByProfession:
            if rates.isEmpty { fault("rates", "Indiquez au moins un taux horaire.") }
            if meetingTypes.isEmpty, !countsCredits { fault("meeting_types", "Indiquez au moins un type de réunion indemnisée.") }
        case .flatPerMeeting:
            if rates.isEmpty { fault("rates", "Indiquez au moins un forfait.") }
            if meetingTypes.isEmpty { fault("meeting_types", "Indiquez au moins un type de réunion indemnisée.") }
        case .perTask:
            if rates.isEmpty { fault("rates", "Indiquez au moins une mission et son forfait.") }
            for (index, rate) in rates.enumerated() where rate.task == nil {
                fault("rates[\(index)].task", "Indiquez la mission à laquelle ce forfait s’applique.")
            }
        case .shareOfSurplus:
            if !rates.isEmpty { fault("rates", "Une part de l’excédent n’a pas de taux : indiquez des points.") }
            guard let share else {
                fault("share", "Indiquez la part de l’excédent et la façon de compter les points.")
                break
            }
            let counts = [share.pointsPerHour, share.pointsPerMeeting, share.pointsPerTask, share.pointsFixed]
            if !counts.contains(where: { $0 > .zero }) { fault("share", "Aucun point ne serait compté : indiquez-en au moins un.") }
            if share.percent == .zero { fault("share.percent", "La part de l’excédent est nulle.") }
            if share.pointsPerMeeting > .zero, meetingTypes.isEmpty {
                fault("meeting_types", "Indiquez les types de réunion qui donnent des points.")
            }
        }
        if method != .shareOfSurplus, share != nil { fault("share", "Ce champ ne concerne que la part de l’excédent.") }
        if method != .perTask {
            for (index, rate) in rates.enumerated() where rate.task != nil {
                fault("rates[\(index)].task", "Une mission ne s’indique que dans un forfait par mission.")
            }
        }
        for (index, rate) in rates.enumerated() {
            if let type = rate.meetingType, !meetingTypes.contains(type) {
                fault("rates[\(index)].meeting_type", "Le type \(type) n’est pas parmi les réunions indemnisées.")
            }
            if let earlier = rates[..<index].firstIndex(where: { $0.covers(rate) }) {
                fault("rates[\(index)]", "Cette ligne ne s’appliquera jamais : la ligne \(earlier + 1) convient déjà aux mêmes cas.")
            }
        }
        return faults
    }
}

extension IndemnityRate {
    /// True when this row fits every case that the other fits.
    func covers(_ other: IndemnityRate) -> Bool {
        (profession == nil || profession == other.profession) && (role == nil || role == other.role)
            && (meetingType == nil || meetingType == other.meetingType) && (task == nil || task == other.task)
    }
}
