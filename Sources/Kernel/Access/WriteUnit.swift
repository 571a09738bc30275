import Synchronization

/// A write in progress under one MSP: statements, and the traces that commit with them or not at all.
public final class WriteUnit: Sendable {
    public let access: Access
    /// Time of the request; rules use this and never the clock.
    public let now: Instant
    /// Shown to the person and logged.
    public let requestID: String
    /// Through what the act came: `screen`, `api`, `link`, `job`, `import`.
    public let through: String
    /// Address at which people reach the server, without trailing slash.
    public let publicURL: String
    private let prepared: Prepared
    let acts: any RecordActs
    private let transaction: PostgresTransaction
    private let subscriptions: [String: [String]]
    private let topics = Mutex<[String: JSONValue]>([:])
    private let openActs = Mutex<[OpenAct]>([])

    /// Made by the runtime.
    public init(
        access: Access, now: Instant, requestID: String, through: String, publicURL: String, prepared: Prepared,
        acts: any RecordActs, transaction: PostgresTransaction, subscriptions: [String: [String]]
    ) {
        self.access = access
        self.now = now
        self.requestID = requestID
        self.through = through
        self.publicURL = publicURL
        self.prepared = prepared
        self.acts = acts
        self.transaction = transaction
        self.subscriptions = subscriptions
    }

    public var msp: Identifier { access.msp.id }

    /// Runs statements in one round trip, with what was enqueued before them.
    @discardableResult
    public func run(_ queries: Query...) async throws -> [ResultSet] { try await transaction.run(queries) }

    @discardableResult
    public func run(all queries: [Query]) async throws -> [ResultSet] { try await transaction.run(queries) }

    /// Runs one statement.
    @discardableResult
    public func one(_ query: Query) async throws -> ResultSet { try await transaction.run([query])[0] }

    /// Parameters that a change of a row often begins with: `$1` MSP, `$2` id, `$3` moment, `$4` account.
    public func stamp(_ id: Identifier) -> [Parameter] { [.id(msp), .id(id), .instant(now), .id(access.account)] }

    /// Sends a statement along with the next round trip; its failure fails that one.
    public func enqueue(_ query: Query) { transaction.enqueue(query) }

    /// Records an act in the audit chain, with the changed fields (AUD-01, AUD-05). Who acted is always said, by the name of that
    /// day: it can be destroyed with the rest of the detail. Modules trace by their acts (`act`, `follow`, `make`, `trace`).
    @_spi(Runtime) public func audit(_ action: String, type: String, id: Identifier, detail given: JSONValue = .object([])) {
        touch(type)
        var detail = given
        if let members = given.objectValue, !members.contains(where: { $0.0 == "by" }) {
            detail = .object([("by", .string(access.displayName))] + members)
        }
        enqueue(
            Query(
                "select kernel.append_audit($1, $2, $3, $4, 'done', $5, $6, $7::jsonb)", .id(msp), .text(action), .text(type), .id(id),
                .text(through), .text(requestID), .json(detail.text)))
    }

    /// Publishes an event: it leaves with the commit, once per subscriber (outbox).
    @discardableResult
    public func publish(_ event: EventType, _ payload: JSONValue) -> Identifier {
        let id = Identifier.make(at: now)
        touch(event.id, payload)
        enqueue(
            Query(
                "select kernel.publish_event($1, $2, $3, $4, $5::jsonb, $6)", .id(msp), .id(id), .text(event.id), .int(event.version),
                .json(payload.text), .texts(subscriptions[event.id] ?? [])))
        return id
    }

    /// Says that the act reaches a whole which `Consequence` speaks of. Whatever is traced or published is touched by that alone.
    public func touch(_ topic: String, _ payload: JSONValue = .null) { topics.withLock { $0[topic] = payload } }

    /// What the act touched so far.
    @_spi(Runtime) public var touched: [String: JSONValue] { topics.withLock { $0 } }

    /// The act in progress on an object, the innermost one; nil when there is none.
    @_spi(Runtime) public func openAct(_ record: String, _ id: Identifier) -> OpenAct? {
        openActs.withLock { acts in acts.last { $0.record == record && $0.id == id } }
    }

    /// Runs a body as an act in progress.
    @_spi(Runtime) public func during<T>(_ act: OpenAct, _ body: () async throws -> T) async rethrows -> T {
        openActs.withLock { $0.append(act) }
        defer { openActs.withLock { acts in acts.removeAll { $0 === act } } }
        return try await body()
    }

    /// Files an entry in the evidence ledger and returns its sequence number.
    @discardableResult
    public func appendEvidence(_ entry: EvidenceEntry) async throws -> Int {
        let rows = try await one(
            Query(
                "select kernel.append_evidence($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12)", .id(msp),
                .id(.make(at: now)), .text(entry.kind), .texts(entry.indicators), .int(entry.year), .text(entry.subjectType),
                .id(entry.subject), .text(entry.title), .instant(entry.occurredAt), .text(access.displayName),
                .json(JSONValue.array(entry.exhibits.map(\.json)).text), .int(entry.corrects)))
        return try rows[0][0]
    }

    /// Queues a mail; the same key is sent once, however often it is asked (missions.md 4.3, compliance API-19). Gives its id: what
    /// is queued is on its way, and only the event `core.mail_answered` tells whether the mail server took it.
    @discardableResult
    public func mail(_ mail: OutgoingMail) -> Identifier {
        let id = Identifier.make(at: now)
        enqueue(
            Query(
                "select kernel.enqueue_mail($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)", .id(msp), .id(id), .text(mail.key),
                .text(mail.recipient), .text(mail.subject), .text(mail.text), .text(mail.html), .instant(mail.dueAt ?? now),
                .text(mail.sender?.name), .text(mail.sender?.replyTo), .text(mail.calendar?.text), .text(mail.about?.type),
                .id(mail.about?.id)))
        return id
    }

    /// Opens a link that needs no sign-in; returns its absolute address. Only the digest is stored.
    public func link(purpose: String, subject: Identifier, expires: Instant, singleUse: Bool = false) -> String {
        let token = Token.make()
        enqueue(
            Query(
                "select kernel.create_link($1, $2, $3, $4, $5, $6)", .id(msp), .bytes(token.digest), .text(purpose), .id(subject),
                .instant(expires), .bool(singleUse)))
        return "\(publicURL)/l/\(purpose)/\(token.text)"
    }

    /// Next number of a gapless series of this MSP; the row stays locked until the commit (DB-20).
    public func nextNumber(_ series: String) async throws -> Int {
        try await one(Query("select kernel.next_number($1, $2)", .id(msp), .text(series)))[0][0]
    }

    /// Stores a document for paper and returns it as an exhibit: what is stored shows what is true in this transaction.
    ///
    /// A write has no printer: where the paper is not printed yet this throws `PaperWanted`, which must reach the runtime, and the
    /// write runs a second time with the paper at hand (`Papers`).
    public func seal(_ document: PrintDocument, name: String) throws -> Exhibit {
        let printed = try prepared.papers.find(document.html)
        return try store(printed.bytes, title: document.title, name: "\(name).\(printed.fileExtension)", mediaType: printed.mediaType)
    }

    /// Stores a file and returns it as an exhibit.
    ///
    /// Where bytes stand outside the rows and these are not there yet this throws `FileWanted`, which must reach the runtime, and the
    /// write runs again once they are (`PlacedFiles`).
    public func store(_ bytes: [UInt8], title: String, name: String, mediaType: String) throws -> Exhibit {
        let id = Identifier.make(at: now)
        let digest = Digest.sha256(bytes)
        try prepared.files.require(bytes, digest: digest, msp: msp)
        let isOutside = prepared.files.isOutside
        enqueue(
            Query(
                """
                insert into kernel.file (msp_id, id, sha256, media_type, name, size, content, object)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                """, .id(msp), .id(id), .bytes(digest), .text(mediaType), .text(name), .int(bytes.count),
                .bytes(isOutside ? nil : bytes), .bytes(isOutside ? digest : nil)))
        return Exhibit(title: title, file: id, mediaType: mediaType, size: bytes.count, sha256: Digest.hex(digest))
    }
}
