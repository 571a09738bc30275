import Kernel

/// The accounts of a run as its approvals hold them, read beside the run.
enum ApprovedAccounts {
    /// Every account of the MSP with who confirmed it as it stands, in the order in which `review` reads the answers.
    static func queries(_ msp: Identifier) -> [Query] {
        [
            Query(
                """
                select professional_id, holder, iban, bic, siren, coalesce(changed_by, updated_by, created_by),
                    changed_by_name, coalesce(changed_at, updated_at, created_at)
                from budget.bank_account where msp_id = $1
                """, .id(msp)),
            Query("select digest, account_id from budget.bank_account_confirmation where msp_id = $1", .id(msp)),
        ]
    }

    static let queryCount = 2

    static func review(_ results: ArraySlice<ResultSet>, approvals: [AccountReview.Approval], needed: Int) throws -> AccountReview {
        let results = Array(results)
        guard results.count >= queryCount else { throw Refusal.notFound }
        var confirmed: [String: Set<Identifier>] = [:]
        for row in results[1] { confirmed[try row[0], default: []].insert(try row[1]) }
        var accounts: [Identifier?: PayeeAccount] = [:]
        for row in results[0] {
            // A row that no transfer could use is no account.
            guard let account = try? BankAccount.read(iban: try row[2], bic: try row[3]) else { continue }
            var found = PayeeAccount(
                person: try row[0], holder: try row[1], account: account, siren: try row[4], changedBy: try row[5],
                changedByName: try row[6], changedAt: try row[7])
            found.confirmedBy = confirmed[found.digest] ?? []
            accounts[found.person] = found
        }
        return AccountReview(accounts: accounts, approvals: approvals, needed: needed)
    }

    /// What one approval kept: the person and the stored object.
    static func read(_ person: Identifier, _ stored: String) throws -> AccountReview.Approval {
        let members = try JSONValue.parse(stored).objectValue ?? []
        return AccountReview.Approval(
            person: person,
            accounts: Dictionary(
                members.compactMap { key, value in value.stringValue.map { (key, $0) } }, uniquingKeysWith: { first, _ in first }))
    }

    static func json(_ kept: [String: String]) -> JSONValue {
        .object(kept.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    }

    static func load(_ run: LockedRun, _ unit: WriteUnit) async throws -> AccountReview {
        try review((try await unit.run(all: queries(unit.msp)))[...], approvals: run.accounts, needed: run.state.needed)
    }

    /// Refuses with every account that waits for a second person.
    static func requireApproved(_ review: AccountReview, people: [Identifier], name: (Identifier) -> String) throws(Refusal) {
        let waiting = review.toConfirm(for: people).map { account in account.person.map(name) ?? "la structure" }
        guard !waiting.isEmpty else { return }
        throw Refusal.conflict(
            "account_changed",
            "Compte bancaire changé depuis la validation\u{00A0}: \(French.list(waiting)). Une autre personne que celle qui l’a changé doit le confirmer."
        )
    }
}
