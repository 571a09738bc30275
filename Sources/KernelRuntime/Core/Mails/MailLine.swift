internal import Kernel

/// One mail as who steers it sees it: to whom, about what, what became of it. Nothing of its body.
struct MailLine: Sendable {
    let id: Identifier
    let subject: String
    let state: MailState
    /// Codes of the mail server's refusal.
    let reply: String?
    let created: Instant
    let sent: Instant?
    /// When somebody gave it up, or put it away.
    let discarded: Instant?
    /// The person of the team, else the address.
    let recipient: String
    let person: Identifier?
    var tries = 0
    /// Code of the last failure.
    var failure: String?
    /// When it is tried next.
    var due: Instant?

    /// Filter of a list: a state, or what was put away.
    enum Filter: String, CaseIterable, Sendable {
        case queued = "QUEUED"
        case sent = "SENT"
        case refused = "REFUSED"
        case unreachable = "UNREACHABLE"
        case discarded = "DISCARDED"

        var label: String {
            switch self {
            case .queued: "En cours d’envoi"
            case .sent: "Accepté"
            case .refused: "Adresse refusée"
            case .unreachable: "Non distribué"
            case .discarded: "Classé ou abandonné"
            }
        }

        fileprivate var condition: SQL {
            switch self {
            case .queued: "m.state = 'pending'"
            case .sent: "m.state = 'sent'"
            case .refused: "m.state = 'dead' and m.reply is not null and m.discarded_at is null"
            case .unreachable: "m.state = 'dead' and m.reply is null and m.discarded_at is null"
            case .discarded: "m.discarded_at is not null"
            }
        }
    }

    private static let source: SQL = """
        from kernel.mail m left join lateral (
            select p.id, p.shown_name from kernel.professional p where p.msp_id = $1 and p.email = m.recipient
            order by p.archived_at is not null, p.left_on is not null, p.id limit 1) p on true
        where m.msp_id = $1 and ($2::text is null or position(kernel.fold($2) in kernel.fold(coalesce(p.shown_name, m.recipient))) > 0)
        """
    private static let columns: SQL = """
        select m.id, m.subject, kernel.mail_fate(m.state, m.reply), m.reply, m.created_at, m.sent_at, m.discarded_at,
            coalesce(p.shown_name, m.recipient), p.id
        """

    private static func condition(_ filter: Filter?) -> SQL { filter?.condition ?? "true" }

    /// A page of the screen, the latest first.
    static func page(_ msp: Identifier, _ filter: Filter?, to words: String?, size: Int, number: Int) -> Query {
        Query(
            columns + " " + source + " and " + condition(filter) + " order by m.created_at desc, m.id desc limit $3 offset $4", .id(msp),
            .text(words),
            .int(size), .int((number - 1) * size))
    }

    static func count(_ msp: Identifier, _ filter: Filter?, to words: String?) -> Query {
        Query("select count(*) " + source + " and " + condition(filter), .id(msp), .text(words))
    }

    /// A slice, the latest first, after a place; one row more than the limit when there are others.
    static func slice(
        _ msp: Identifier, _ filter: Filter?, to words: String?, after place: (at: Instant, id: Identifier)?, limit: Int
    ) -> Query {
        Query(
            columns + " " + source + " and " + condition(filter)
                + """
                 and ($3::timestamptz is null or (m.created_at, m.id) < ($3::timestamptz, $4::uuid))
                order by m.created_at desc, m.id desc limit $5
                """, .id(msp), .text(words), .instant(place?.at), .id(place?.id), .int(limit + 1))
    }

    static func one(_ msp: Identifier, _ id: Identifier) -> Query {
        Query(columns + " " + source + " and m.id = $3", .id(msp), .text(nil), .id(id))
    }

    init(row: Row) throws {
        id = try row[0]
        subject = try row[1]
        state = MailState(rawValue: try row[2]) ?? .queued
        reply = try row[3]
        created = try row[4]
        sent = try row[5]
        discarded = try row[6]
        recipient = try row[7]
        person = try row[8]
    }

    /// How the sending of these stands: the queue is the platform's, and is asked beside.
    static func work(_ msp: Identifier, _ lines: [MailLine]) -> Query {
        Query("select mail_id, attempts, last_error, due_at from kernel.mail_work($1, $2)", .id(msp), .ids(lines.map(\.id)))
    }

    static func completed(_ lines: [MailLine], _ work: ResultSet) throws -> [MailLine] {
        let known = Dictionary(
            try work.map { (try $0[0] as Identifier, (try $0[1] as Int, try $0[2] as String?, try $0[3] as Instant?)) },
            uniquingKeysWith: { first, _ in first })
        return lines.map { line in
            var line = line
            if let (tries, failure, due) = known[line.id] { (line.tries, line.failure, line.due) = (tries, failure, due) }
            return line
        }
    }

    // MARK: What may be done

    /// Waits after a failure, so that it can be tried at once or given up.
    var waits: Bool { state == .queued && tries > 0 }
    /// Failed, and nobody has put it away.
    var isOpen: Bool { state.hasFailed && discarded == nil }

    /// Why it is not there yet, or will not be; nil where there is nothing to say.
    var reason: String? {
        switch state {
        case .sent: nil
        case .refused: "Refusé par le serveur de messagerie\(reply.map { " (\($0))" } ?? "")"
        case .unreachable: discarded == nil ? "Le serveur de messagerie n’a pas accepté ce message" : "Abandonné"
        case .queued: tries > 0 ? Self.words(failure) : nil
        }
    }

    /// A code of the queue in words.
    static func words(_ failure: String?) -> String {
        switch failure {
        case "smtp_silent": "Le serveur de messagerie n’a pas confirmé la réception"
        case "no_smtp": "Aucun serveur de messagerie n’est réglé"
        default: "Le serveur de messagerie ne l’a pas encore accepté"
        }
    }

    // MARK: API

    static let schema = JSONSchema.object([
        ("id", JSONSchema.id), ("recipient", JSONSchema.text), ("professional_id", JSONSchema.optional(JSONSchema.id)),
        ("subject", JSONSchema.text), ("state", JSONSchema.codes(MailState.allCases.map(\.rawValue))),
        ("reason", JSONSchema.optional(JSONSchema.text)), ("reply", JSONSchema.optional(JSONSchema.text)),
        ("failure", JSONSchema.optional(JSONSchema.text)), ("tries", JSONSchema.integer),
        ("created_at", JSONSchema.instant), ("next_try_at", JSONSchema.optional(JSONSchema.instant)),
        ("sent_at", JSONSchema.optional(JSONSchema.instant)), ("discarded_at", JSONSchema.optional(JSONSchema.instant)),
    ])

    var json: JSONValue {
        .object([
            ("id", .id(id)), ("recipient", .string(recipient)), ("professional_id", .id(person)), ("subject", .string(subject)),
            ("state", .string(state.rawValue)), ("reason", .text(reason)), ("reply", .text(reply)),
            ("failure", .text(failure)), ("tries", .integer(tries)),
            ("created_at", .instant(created)), ("next_try_at", .instant(due)), ("sent_at", .instant(sent)),
            ("discarded_at", .instant(discarded)),
        ])
    }
}
