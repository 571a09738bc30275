import Kernel

/// The files that leave with a run: the table of the accounting firm and the transfers of the bank.
enum RunExport {
    /// Reference of somebody's transfer: the number of the run and the place in the list, the same in table and file.
    static func references(_ papers: RunPapers) -> [Identifier: String] {
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
                profession: papers.screen.facts.people[line.person].map { CodeList.profession.label($0.profession) } ?? "", account: nil,
                reference: references[line.person] ?? "")
        }
        return IndemnityExport.csv(
            papers.screen.result, number: papers.screen.number ?? "", from: papers.screen.from, to: papers.screen.to, payees: payees)
    }

    /// Reads the format and the day that were asked, and writes the file. The same question gives the same bytes.
    static func transfers(_ request: MspRequest) async throws -> (bytes: [UInt8], name: String) {
        guard let version = CreditTransferBatch.Version(rawValue: request.web.query["version"] ?? CreditTransferBatch.Version.v09.rawValue)
        else { throw Refusal.malformed("version", "Choisissez pain.001.001.09 ou pain.001.001.03.") }
        var day: CivilDate?
        if let text = request.web.query["execution_on"], !text.isEmpty {
            guard let read = CivilDate(text) else { throw Refusal.malformed("execution_on", "Indiquez le jour ainsi\u{00A0}: 2026-01-31.") }
            day = read
        }
        let id = try request.web.id("id")
        let reading = try await request.read(
            all: RunScreen.queries(request.msp.id, id) + [
                Query("select professional_id, holder, iban, bic from budget.bank_account where msp_id = $1", .id(request.msp.id))
            ])
        let papers = RunPapers(screen: try RunScreen(id: id, reading.results), msp: reading.access.msp)
        guard let number = papers.screen.number, let sentAt = papers.screen.sentAt, [.sent, .paid, .closed].contains(papers.screen.status)
        else {
            throw Refusal.conflict("not_sent", "Le fichier de virements est disponible une fois la campagne transmise.")
        }
        var accounts: [Identifier?: Holder] = [:]
        for row in reading.results[RunScreen.queryCount] {
            let (iban, bic): (String, String?) = (try row["iban"], try row["bic"])
            guard let account = try? BankAccount.read(iban: iban, bic: bic) else { continue }
            accounts[try row["professional_id"]] = Holder(name: try row["holder"], account: account)
        }
        let batch = try batch(
            papers, number: number, sentAt: sentAt, day: day ?? papers.screen.executionOn, version: version, accounts: accounts)
        return (try CreditTransferFile.bytes(batch), "virements-\(number).xml")
    }

    /// Whose account, and which.
    struct Holder: Sendable {
        let name: String
        let account: BankAccount
    }

    private static func batch(
        _ papers: RunPapers, number: String, sentAt: Instant, day: CivilDate?, version: CreditTransferBatch.Version,
        accounts: [Identifier?: Holder]
    ) throws -> CreditTransferBatch {
        guard let debtor = accounts[nil] else {
            throw Refusal.conflict(
                "no_account", "Indiquez d’abord le compte bancaire de la structure, page «\u{00A0}Comptes bancaires\u{00A0}».")
        }
        let references = references(papers)
        var payments: [CreditTransferBatch.Payment] = []
        var missing: [String] = []
        for line in papers.screen.lines where line.finalCents > 0 {
            guard let payee = accounts[line.person] else {
                missing.append(papers.screen.facts.name(line.person))
                continue
            }
            payments.append(
                CreditTransferBatch.Payment(
                    endToEndId: references[line.person] ?? "", name: payee.name, account: payee.account, cents: line.finalCents,
                    reason: "\(papers.screen.name) \(number)"))
        }
        guard missing.isEmpty else {
            throw Refusal.conflict("no_account", "Compte bancaire à demander\u{00A0}: \(French.list(missing)).")
        }
        let made = papers.local(sentAt)
        let execution = day ?? TargetCalendar.next(from: made.date)
        // A bank refuses a second message with the same reference: the format and the day are part of it.
        let mark = Digest.hex(Digest.sha256(Array("\(papers.screen.result.fingerprint)|\(version.rawValue)|\(execution)".utf8))).prefix(8)
        return CreditTransferBatch(
            version: version, messageId: "\(number)-\(mark)", paymentId: number, createdAt: made, executionDay: execution,
            debtorName: debtor.name, debtor: debtor.account, payments: payments)
    }
}
