import Kernel

/// The files that leave with a run: the table of the accounting firm and the transfers of the bank.
enum RunExport {
    /// Reference of somebody's transfer, the same in table, file and statement: that of the file once it is made, until then the
    /// number of the run and the place in the list.
    static func references(_ papers: RunPapers) -> [Identifier: String] {
        if let file = papers.screen.currentFile {
            return Dictionary(file.transfers.map { ($0.person, $0.reference) }, uniquingKeysWith: { first, _ in first })
        }
        var references: [Identifier: String] = [:]
        for (index, line) in papers.screen.lines.enumerated() where line.finalCents > 0 {
            references[line.person] = papers.screen.number.map { "\($0)-\(index + 1)" }
        }
        return references
    }

    static func csv(_ papers: RunPapers) -> [UInt8] {
        let references = references(papers)
        var payees: [Identifier: IndemnityExport.Payee] = [:]
        for line in papers.screen.result.lines {
            payees[line.person] = IndemnityExport.Payee(
                name: papers.screen.facts.name(line.person),
                profession: papers.screen.facts.profession(line.person) ?? "", account: nil,
                reference: references[line.person] ?? "")
        }
        return IndemnityExport.csv(
            papers.screen.result, number: papers.screen.number ?? "", from: papers.screen.from, to: papers.screen.to, payees: payees)
    }

    /// The batch of a run, to accounts that were approved with it and no other. Every fault is told at once.
    static func batch(
        _ papers: RunPapers, messageId: String, number: String, at: Instant, day: CivilDate, version: CreditTransferBatch.Version
    ) throws -> CreditTransferBatch {
        let review = papers.screen.accounts
        guard let debtor = review.accounts[nil] else {
            throw Refusal.conflict(
                "no_account", "Indiquez d’abord le compte bancaire de la structure, page «\u{00A0}Comptes bancaires\u{00A0}».")
        }
        guard let siren = debtor.siren else {
            throw Refusal.conflict(
                "no_siren", "Indiquez d’abord le numéro SIREN de la structure, avec son compte, page «\u{00A0}Comptes bancaires\u{00A0}».")
        }
        let references = references(papers)
        var payments: [CreditTransferBatch.Payment] = []
        var missing: [String] = []
        for line in papers.screen.lines where line.finalCents > 0 {
            guard let payee = review.accounts[line.person] else {
                missing.append(papers.screen.facts.name(line.person))
                continue
            }
            payments.append(
                CreditTransferBatch.Payment(
                    endToEndId: references[line.person] ?? "", name: payee.holder, account: payee.account, cents: line.finalCents,
                    reason: "\(papers.screen.name) \(number)"))
        }
        guard missing.isEmpty else {
            throw Refusal.conflict("no_account", "Compte bancaire à demander\u{00A0}: \(French.list(missing)).")
        }
        try ApprovedAccounts.requireApproved(review, people: papers.screen.payees, name: papers.screen.facts.name)
        return CreditTransferBatch(
            version: version, messageId: messageId, paymentId: number, createdAt: papers.local(at), executionDay: day,
            debtorName: debtor.holder, debtorSiren: siren, debtor: debtor.account, payments: payments)
    }
}
