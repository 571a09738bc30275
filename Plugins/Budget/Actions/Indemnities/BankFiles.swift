import Kernel

/// The file of transfers of a run: made once, stored, given again byte for byte. A day that passes, or a format that the bank
/// refuses, makes a new one that takes the place of the old in so many words.
enum BankFiles {
    /// Days ahead within which a file may be dated.
    static let horizon = 92

    /// One transfer, as a statement tells it.
    struct Transfer: Sendable {
        let person: Identifier
        let reference: String
        let masked: String

        /// The stored list.
        static func all(_ text: String) throws -> [Transfer] {
            (try JSONValue.parse(text).arrayValue ?? []).compactMap { transfer in
                guard let person = transfer["person"]?.stringValue.flatMap({ Identifier($0) }),
                    let reference = transfer["reference"]?.stringValue, let masked = transfer["account"]?.stringValue
                else { return nil }
                return Transfer(person: person, reference: reference, masked: masked)
            }
        }
    }

    /// A file without its bytes.
    struct Stored: Sendable {
        enum State: String, CaseIterable, Sendable { case current = "CURRENT", replaced = "REPLACED", withdrawn = "WITHDRAWN" }

        let rank: Int
        let version: String
        let messageId: String
        let executionOn: CivilDate
        let payments: Int
        let sha256: String
        let madeAt: Instant
        let madeBy: String
        let state: State
        let endedAt: Instant?
        let reason: String?
        let transfers: [Transfer]

        static func query(_ msp: Identifier, _ run: Identifier) -> Query {
            Query(
                """
                select rank, version, message_id, execution_on, payments, sha256, made_at, made_by_name, state, ended_at, reason, transfers::text
                from budget.bank_file where msp_id = $1 and run_id = $2 order by rank desc
                """, .id(msp), .id(run))
        }

        init(_ row: Row) throws {
            rank = try row[0]
            version = try row[1]
            messageId = try row[2]
            executionOn = try row[3]
            payments = try row[4]
            sha256 = try row[5]
            madeAt = try row[6]
            madeBy = try row[7]
            state = State(rawValue: try row[8]) ?? .withdrawn
            endedAt = try row[9]
            reason = try row[10]
            transfers = try Transfer.all(try row[11])
        }
    }

    /// The day of transfers, between today and three months ahead, on which banks exchange.
    static func check(_ day: CivilDate, today: CivilDate) throws(Refusal) {
        let proposed = French.longDate(TargetCalendar.next(from: max(day, today)))
        if day < today {
            throw Refusal.invalid("execution_on", "Ce jour est passé\u{00A0}: choisissez le \(proposed) ou un jour suivant.")
        }
        guard TargetCalendar.isOpen(day) else {
            throw Refusal.invalid("execution_on", "Les banques n’échangent pas de virements ce jour-là\u{00A0}: choisissez le \(proposed).")
        }
        guard day.daysSinceEpoch - today.daysSinceEpoch <= horizon else {
            throw Refusal.invalid("execution_on", "Choisissez un jour dans les trois mois.")
        }
    }

    /// Makes the file of a run that was sent. The earlier one, if any, is replaced with the reason.
    static func make(
        _ id: Identifier, version: CreditTransferBatch.Version, day: CivilDate, reason: String?, _ unit: WriteUnit
    ) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        guard run.state.status == .sent, run.state.isFullyApproved, let number = run.number else {
            throw Refusal.conflict(
                "not_sent", "Le fichier de virements se fait une fois la campagne transmise, et avant qu’elle soit payée.")
        }
        try check(day, today: unit.access.local(unit.now).date)
        let earlier = try (try await unit.one(Stored.query(unit.msp, id))).map(Stored.init)
        let current = earlier.first { $0.state == .current }
        let reason = (reason ?? "").trimmed
        if let current, reason.isEmpty {
            throw Refusal.invalid(
                "reason",
                "Un fichier est déjà fait pour le \(French.longDate(current.executionOn)). Indiquez pourquoi il est remplacé, par exemple «\u{00A0}jour passé avant l’envoi à la banque\u{00A0}»."
            )
        }
        let papers = try await RunPapers.load(id, unit)
        let batch = try RunExport.batch(
            papers, messageId: "\(number)-F\(earlier.count + 1)", number: number, at: unit.now, day: day, version: version)
        if current != nil { end(id, .replaced, reason, unit) }
        try await store(batch, run: id, rank: earlier.count + 1, papers, by: unit.access.displayName, at: unit.now, unit)
        try await unit.change(RunRecord.id, of: id, ["execution_on": .date(day)])
        let done = "Le fichier \(batch.messageId) est fait pour le \(French.longDate(day))"
        return current == nil
            ? "\(done)\u{00A0}: remettez-le à la banque."
            : "\(done). Il remplace le précédent, qui ne doit pas avoir été remis à la banque."
    }

    /// Writes a file that was just made.
    static func store(
        _ batch: CreditTransferBatch, run: Identifier, rank: Int, _ papers: RunPapers, by name: String, at: Instant, _ unit: WriteUnit
    ) async throws {
        let bytes = try CreditTransferFile.bytes(batch)
        let paid = papers.screen.lines.filter { $0.finalCents > 0 }
        let transfers = zip(paid, batch.payments).map { line, payment in
            JSONValue.object([
                ("person", .string(line.person.description)), ("reference", .string(payment.endToEndId)),
                ("account", .string(payment.account.masked)),
            ])
        }
        try await unit.one(
            Query(
                """
                insert into budget.bank_file (msp_id, id, run_id, rank, version, message_id, execution_on, payments, total_cents, transfers,
                    sha256, content, made_at, made_by, made_by_name)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11, $12, $13, $14, $15)
                """, .id(unit.msp), .id(.make(at: unit.now)), .id(run), .int(rank), .text(batch.version.rawValue), .text(batch.messageId),
                .date(batch.executionDay), .int(batch.payments.count), .int(batch.totalCents), .json(JSONValue.array(transfers).text),
                .text(Digest.hex(Digest.sha256(bytes))), .bytes(bytes), .instant(at), .id(unit.access.account), .text(name)))
    }

    /// The current file no longer counts.
    static func end(_ run: Identifier, _ state: Stored.State, _ reason: String, _ unit: WriteUnit) {
        unit.enqueue(
            Query(
                """
                update budget.bank_file set state = $3, ended_at = $4, reason = $5
                where msp_id = $1 and run_id = $2 and state = 'CURRENT'
                """, .id(unit.msp), .id(run), .text(state.rawValue), .instant(unit.now), .text(reason)))
    }

    /// The stored bytes. A format or a day that is asked must be those of the file: nothing else is ever made by asking.
    static func give(_ request: MspRequest) async throws -> (bytes: [UInt8], name: String) {
        let web = request.web
        var version: CreditTransferBatch.Version?
        if let text = web.query["version"], !text.isEmpty {
            guard let read = CreditTransferBatch.Version(rawValue: text) else {
                throw Refusal.malformed("version", "Choisissez pain.001.001.09 ou pain.001.001.03.")
            }
            version = read
        }
        var day: CivilDate?
        if let text = web.query["execution_on"], !text.isEmpty {
            guard let read = CivilDate(text) else { throw Refusal.malformed("execution_on", "Indiquez le jour ainsi\u{00A0}: 2026-01-31.") }
            day = read
        }
        let id = try web.id("id")
        let reading = try await request.read(
            Query(
                "select status, number, execution_on from budget.indemnity_run where msp_id = $1 and id = $2", .id(request.msp.id), .id(id)),
            Query(
                """
                select version, execution_on, message_id, content from budget.bank_file
                where msp_id = $1 and run_id = $2 and state = 'CURRENT'
                """, .id(request.msp.id), .id(id)))
        guard let run = reading.results[0].first else { throw Refusal.notFound }
        let status = IndemnityRunStatus(rawValue: try run[0]) ?? .draft
        guard [.sent, .paid, .closed].contains(status) else {
            throw Refusal.conflict("not_sent", "Le fichier de virements est disponible une fois la campagne transmise.")
        }
        guard let file = reading.results[1].first else {
            guard status == .sent else {
                throw Refusal.conflict(
                    "no_file", "Aucun fichier de virements n’a été fait, et une campagne payée n’en donne plus.")
            }
            let planned: CivilDate? = try run[2]
            if let wanted = day ?? planned { try check(wanted, today: reading.access.local(web.now).date) }
            throw Refusal.conflict(
                "no_file", "Le fichier de virements n’est pas encore fait\u{00A0}: demandez-le avec son format et son jour.")
        }
        let (format, date, message): (String, CivilDate, String) = (try file[0], try file[1], try file[2])
        guard version.map({ $0.rawValue == format }) ?? true, day.map({ $0 == date }) ?? true else {
            throw Refusal.conflict(
                "file_made",
                "Le fichier de cette campagne est déjà fait\u{00A0}: \(message), format \(format), virements du \(French.longDate(date)).")
        }
        return (try file[3], "virements-\(message).xml")
    }
}
