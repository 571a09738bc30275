import Kernel
import Metrics

/// Mails: read and lent in one short transaction, submitted outside any, concluded in another. A mail server that takes its time
/// holds no row, no transaction and no connection; a worker that dies gives the mail back when its lease ends.
extension Worker {
    /// A lease is short, so that a dead worker's mail waits little, and renewed while the submission lasts.
    private static let lease = 30
    private static let renewal = Duration.seconds(10)

    /// Reads a mail and keeps it from other workers; nil when it has been sent already.
    func borrow(_ work: Work, _ transaction: PostgresTransaction) async throws -> MailMessage? {
        let found: ResultSet
        if let msp = work.organisation {
            let text: SQL = """
                select recipient, subject, text_body, html_body, from_name, reply_to, calendar from kernel.mail
                where msp_id = $1 and id = $2 and state = 'pending'
                """
            found = try await enter(msp, transaction, Query(text, .id(msp), .id(work.ref))).results[0]
        } else {
            found = try await transaction.run([
                Query(
                    """
                    select recipient, subject, text_body, html_body, null::text, null::text, null::text
                    from kernel.platform_mail_to_send($1)
                    """, .id(work.ref))
            ])[0]
        }
        guard let row = found.first else { return nil }
        transaction.enqueue(lend(work))
        let name: String? = try row[4]
        let replyTo: String? = try row[5]
        return MailMessage(
            id: work.ref, from: settings.mailFrom, to: try row[0], subject: try row[1], text: try row[2] as String? ?? "",
            html: try row[3] as String? ?? "", sender: name.map { OutgoingMail.Sender(name: $0, replyTo: replyTo) },
            calendar: try row[6] as String? ?? "", date: .now, domain: settings.mailDomain)
    }

    /// Submits a mail that was borrowed, and notes what became of it.
    func send(_ mail: MailMessage, _ work: Work) async throws {
        guard let submitter else { throw WorkFailure(code: "no_smtp") }
        let outcome = try await withThrowingTaskGroup(of: MailSubmitter.Outcome?.self) { group in
            group.addTask { try await submitter.submit(mail) }
            group.addTask {
                while true {
                    try await Task.sleep(for: Self.renewal)
                    _ = try? await pool.run(lend(work))
                }
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        Self.count(outcome)
        switch outcome {
        case .sent: try await conclude(work, .sent, reply: nil)
        case .refused(let reply): try await conclude(work, .refused, reply: reply)
        case .later(let code): throw WorkFailure(code: code)
        case nil: throw WorkFailure(code: "smtp_interrupted")
        }
    }

    private static func count(_ outcome: MailSubmitter.Outcome?) {
        let state =
            switch outcome {
            case .sent: "sent"
            case .refused: "dead"
            case .later, nil: "later"
            }
        Counter(label: "collectif_mail_total", dimensions: [("state", state)]).increment()
    }

    /// Notes the fate of a mail, empties it, and tells the module that wrote it.
    func conclude(_ work: Work, _ outcome: MailOutcome, reply: String?) async throws {
        try await runtime.retrying(for: [], opening: Self.opening) { _ in try await note(outcome, reply: reply, of: work) }
    }

    private func note(_ outcome: MailOutcome, reply: String?, of work: Work) async throws {
        let state = outcome == .sent ? "sent" : "dead"
        try await pool.transaction(opening: [Query("begin")]) { transaction, _ in
            if let msp = work.organisation {
                let now = Instant.now
                let (access, results) = try await enter(
                    msp, transaction,
                    Query(
                        """
                        update kernel.mail set state = $3, sent_at = case when $3 = 'sent' then $4::timestamptz end, reply = $5,
                            text_body = null, html_body = null, calendar = null
                        where msp_id = $1 and id = $2 and state = 'pending' returning about_type, about_id
                        """, .id(msp), .id(work.ref), .text(state), .instant(now), .text(reply)))
                if let row = results[0].first, let type: String = try row[0], let about: Identifier = try row[1] {
                    unit(access, Prepared(), transaction, work).publish(
                        MailOutcome.event, MailAnswer(mail: work.ref, type: type, about: about, outcome: outcome, reply: reply, at: now))
                }
            } else {
                transaction.enqueue(Query("select kernel.platform_mail_done($1, $2, $3)", .id(work.ref), .text(state), .text(reply)))
            }
            transaction.enqueue(Query("select kernel.finish_work($1)", .id(work.id)))
        }
    }

    private func lend(_ work: Work) -> Query {
        Query("select kernel.lend_work($1, $2)", .id(work.id), .instant(Instant.now.adding(seconds: Self.lease)))
    }
}

extension ServerSettings {
    /// Host part of the sender, for Message-IDs.
    var mailDomain: String { mailFrom.split(separator: "@").last.map { String($0.filter { $0 != ">" }) } ?? "localhost" }
}
