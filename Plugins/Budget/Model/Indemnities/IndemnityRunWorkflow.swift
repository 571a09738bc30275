import Kernel

/// States of a run (missions.md 6.2 and 6.3). Two managers approve: the first approval leaves the run checked.
enum IndemnityRunStatus: String, CaseIterable, Sendable {
    case draft = "DRAFT"
    case checked = "CHECKED"
    case approved = "APPROVED"
    case sent = "SENT_TO_ACCOUNTANT"
    case paid = "PAID"
    case closed = "CLOSED"
    /// Given up after it had its number, which stays in sight.
    case cancelled = "CANCELLED"

    /// States that may follow each one: on its way, back to a draft while no transfer has left, or given up.
    private var next: [IndemnityRunStatus] {
        switch self {
        case .draft: [.checked, .cancelled]
        case .checked: [.draft, .approved, .cancelled]
        case .approved: [.draft, .sent, .paid, .cancelled]
        case .sent: [.draft, .paid]
        case .paid: [.closed]
        case .closed, .cancelled: []
        }
    }

    /// The same as the record's workflow declares it.
    static var graph: [String: Set<String>] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, Set($0.next.map(\.rawValue))) })
    }

    /// The way of a run that goes well.
    static let way: [IndemnityRunStatus] = [.draft, .checked, .approved, .sent, .paid, .closed]

    var label: String {
        switch self {
        case .draft: "Brouillon"
        case .checked: "À valider"
        case .approved: "Validée"
        case .sent: "Transmise"
        case .paid: "Payée"
        case .closed: "Close"
        case .cancelled: "Annulée"
        }
    }

    var tone: Tone {
        switch self {
        case .draft, .cancelled: .soft
        case .checked: .warn
        case .approved, .sent: .note
        case .paid, .closed: .done
        }
    }
}

/// Where a run stands. Every act gives the next value or every reason against it; nothing else changes it.
struct IndemnityRunState: Sendable, Equatable {
    struct Approval: Sendable, Equatable {
        var person: Identifier
        var at: Instant
        /// `IndemnityResult.fingerprint` that was approved.
        var fingerprint: String
    }

    /// Approvals by distinct managers that a payment needs unless the statutes say otherwise (four eyes on payments, compliance.md API-14).
    static let usualApprovals = 2

    var status: IndemnityRunStatus = .draft
    /// Digest of the result as it stands.
    var fingerprint: String
    /// Whoever computed or changed the result since the last approval was possible.
    var preparedBy: Set<Identifier>
    var checkedBy: Identifier?
    var approvals: [Approval] = []
    /// What the rule of the day asks; once approved, what it asked that day.
    var needed = IndemnityRunState.usualApprovals

    /// The result was computed again, an adjustment or an anomaly changed: the run is a draft and no approval is left.
    func changed(by person: Identifier, fingerprint: String) -> Result<IndemnityRunState, Refusal> {
        switch status {
        case .draft, .checked, .approved:
            if status != .draft, fingerprint == self.fingerprint { return .success(self) }
            return .success(IndemnityRunState(fingerprint: fingerprint, preparedBy: preparedBy.union([person]), needed: needed))
        case .sent:
            return .failure(
                .conflict(
                    "indemnity_run_sent", "La campagne est transmise : rappelez-la avant de la modifier, si le virement n’est pas parti."))
        case .paid, .closed:
            return .failure(
                .conflict("indemnity_run_paid", "La campagne est payée : corrigez par un ajustement dans la campagne suivante."))
        case .cancelled:
            return .failure(.conflict("wrong_state", "La campagne est annulée."))
        }
    }

    /// Takes a run back that was sent and whose transfer has not left. Recalling changes no amount: who does it may approve again.
    func recalled(reason: String) -> Result<IndemnityRunState, Refusal> {
        guard status == .sent else {
            return .failure(.conflict("wrong_state", "Seule une campagne transmise et non payée peut être rappelée."))
        }
        guard reason.contains(where: { !$0.isWhitespace }) else {
            return .failure(.invalid("reason", "Indiquez pourquoi la campagne est rappelée."))
        }
        return .success(IndemnityRunState(fingerprint: fingerprint, preparedBy: preparedBy, needed: needed))
    }

    /// Everything that keeps the run from being checked; empty when it can be.
    /// - Parameter setAside: reasons by `IndemnityAnomaly.key`.
    static func faultsBeforeCheck(_ result: IndemnityResult, setAside: [String: String]) -> [FieldFault] {
        var faults: [FieldFault] = []
        if result.totalCents <= 0 { faults.append(FieldFault("lines", "Aucun montant n’est à verser pour cette période.")) }
        if result.rules.isEmpty { faults.append(FieldFault("rule", "Aucune règle n’est en vigueur pendant cette période.")) }
        for rule in result.rules { faults += rule.faultsBeforePayment }
        faults += IndemnityRule.faults(between: result.rules)
        for anomaly in result.anomalies where anomaly.kind.isBlocking {
            let reason = setAside[anomaly.key] ?? ""
            if !reason.contains(where: { !$0.isWhitespace }) {
                faults.append(FieldFault("anomalies", "À régler, ou à écarter en indiquant un motif : \(anomaly.message)"))
            }
        }
        return faults
    }

    func checked(by person: Identifier, result: IndemnityResult, setAside: [String: String]) -> Result<IndemnityRunState, Refusal> {
        guard status == .draft else { return .failure(Self.wrongState("Seul un brouillon se contrôle.")) }
        var faults = Self.faultsBeforeCheck(result, setAside: setAside)
        if result.fingerprint != fingerprint {
            faults.append(FieldFault("lines", "Le calcul a changé : relisez-le avant de le contrôler."))
        }
        guard faults.isEmpty else { return .failure(.invalid(faults)) }
        var next = self
        next.status = .checked
        next.checkedBy = person
        return .success(next)
    }

    /// Everything that keeps somebody from approving; empty when nothing does.
    func faultsBeforeApproval(by person: Identifier, isManager: Bool, fingerprint: String) -> [FieldFault] {
        var faults: [FieldFault] = []
        if !isManager { faults.append(FieldFault("", "Seule la gérance valide une campagne de versement.")) }
        if preparedBy.contains(person) || checkedBy == person {
            faults.append(FieldFault("", "Vous avez préparé ou contrôlé cette campagne : une autre personne doit la valider."))
        }
        if approvals.contains(where: { $0.person == person }) {
            faults.append(FieldFault("", "Vous avez déjà validé cette campagne : il faut une seconde personne."))
        }
        if fingerprint != self.fingerprint {
            faults.append(FieldFault("fingerprint", "La campagne a changé depuis que vous l’avez ouverte : relisez-la avant de valider."))
        }
        return faults
    }

    func approved(by person: Identifier, isManager: Bool, at: Instant, fingerprint: String) -> Result<IndemnityRunState, Refusal> {
        guard status == .checked else { return .failure(Self.wrongState("Seule une campagne contrôlée se valide.")) }
        let faults = faultsBeforeApproval(by: person, isManager: isManager, fingerprint: fingerprint)
        guard faults.isEmpty else { return .failure(.invalid(faults)) }
        var next = self
        next.approvals.append(Approval(person: person, at: at, fingerprint: fingerprint))
        if next.approvals.count >= needed { next.status = .approved }
        return .success(next)
    }

    /// True when enough distinct people approved what stands now.
    var isFullyApproved: Bool {
        let valid = approvals.filter { $0.fingerprint == fingerprint && !preparedBy.contains($0.person) && $0.person != checkedBy }
        return Set(valid.map(\.person)).count >= needed
    }

    /// The files leave for the accountant and the bank.
    func sent() -> Result<IndemnityRunState, Refusal> { pass(from: [.approved], to: .sent, "Seule une campagne validée se transmet.") }

    func paid() -> Result<IndemnityRunState, Refusal> {
        pass(from: [.approved, .sent], to: .paid, "Seule une campagne validée se note payée.")
    }

    func closed() -> Result<IndemnityRunState, Refusal> { pass(from: [.paid], to: .closed, "Seule une campagne payée se clôt.") }

    private func pass(from: Set<IndemnityRunStatus>, to: IndemnityRunStatus, _ message: String) -> Result<IndemnityRunState, Refusal> {
        guard from.contains(status), isFullyApproved else { return .failure(Self.wrongState(message)) }
        var next = self
        next.status = to
        return .success(next)
    }

    private static func wrongState(_ message: String) -> Refusal { .conflict("wrong_state", message) }
}
