import Kernel

/// A bank account as it is stored, with who wrote it last and who confirmed it.
struct PayeeAccount: Sendable, Equatable {
    /// Nil for the account of the MSP itself.
    var person: Identifier?
    var holder: String
    var account: BankAccount
    /// Of the legal entity that pays.
    var siren: String?
    var changedBy: Identifier?
    var changedByName: String?
    var changedAt: Instant?
    /// Accounts of those who confirmed exactly this one.
    var confirmedBy: Set<Identifier> = []

    /// Name of the account among those of an approval.
    var key: String { Self.key(person) }

    static func key(_ person: Identifier?) -> String { person?.description ?? "structure" }

    /// Of everything that a transfer takes from it: the smallest change gives another one.
    var digest: String { Self.digest(person: person, holder: holder, account: account, siren: siren) }

    static func digest(person: Identifier?, holder: String, account: BankAccount, siren: String?) -> String {
        let parts = JSONValue.array([key(person), holder, account.iban, account.bic ?? "", siren ?? ""].map { .string($0) })
        return Digest.hex(Digest.sha256(Array(parts.text.utf8)))
    }
}

/// Whether the accounts of a run are those that were approved with it.
///
/// An account may be paid when every approval that the run needs kept it, or when somebody else than its last writer approved or
/// confirmed it as it stands: one person alone never moves money to an account that nobody else saw.
struct AccountReview: Sendable {
    struct Approval: Sendable, Equatable {
        var person: Identifier
        /// Digest by `PayeeAccount.key`.
        var accounts: [String: String]
    }

    enum Standing: String, CaseIterable, Sendable {
        case approved = "APPROVED"
        case missing = "MISSING"
        case toConfirm = "TO_CONFIRM"
    }

    let accounts: [Identifier?: PayeeAccount]
    let approvals: [Approval]
    let needed: Int

    func standing(of person: Identifier?) -> Standing {
        guard let account = accounts[person] else { return .missing }
        let digest = account.digest
        let same = approvals.filter { $0.accounts[account.key] == digest }
        if Set(same.map(\.person)).count >= needed { return .approved }
        let others = Set(same.map(\.person)).union(account.confirmedBy).subtracting([account.changedBy].compactMap { $0 })
        return others.isEmpty ? .toConfirm : .approved
    }

    /// What an approval given now keeps.
    func kept(for people: [Identifier]) -> [String: String] {
        var kept: [String: String] = [:]
        for account in ([nil] + people.map(Optional.some)).compactMap({ accounts[$0] }) { kept[account.key] = account.digest }
        return kept
    }

    /// Of all accounts at once: what the page shows is what its button approves.
    func mark(for people: [Identifier]) -> String {
        let lines = kept(for: people).sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return Digest.hex(Digest.sha256(Array(lines.joined(separator: "\n").utf8)))
    }

    /// Accounts to be paid, or debited, that wait for a second person; the MSP's own first.
    func toConfirm(for people: [Identifier]) -> [PayeeAccount] {
        ([nil] + people.map(Optional.some)).filter { standing(of: $0) == .toConfirm }.compactMap { accounts[$0] }
    }
}
