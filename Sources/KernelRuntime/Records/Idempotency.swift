import Kernel

/// Answers of repeated requests, kept in the transaction of their effect (formats.md 7): the same key and content give
/// the first answer again, the same key with other content is refused.
struct Idempotency: Sendable {
    /// Route and key, under the caller's account and MSP.
    let route: String
    let key: String
    let digest: [UInt8]

    /// An answer as kept.
    struct Answer: Sendable {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: [UInt8]
    }

    enum Claim: Sendable {
        /// The first request with this key.
        case first
        case replay(Answer)
        /// The key was used for something else.
        case otherContent
    }

    /// The `Idempotency-Key` header: a structured string, hence quoted. Nil when absent.
    init?(_ web: WebRequest) throws {
        guard let header = web.headers["idempotency-key"] else { return nil }
        guard let key = Self.unquoted(header) else {
            throw Refusal.malformed(
                "idempotency_key", "L’en-tête Idempotency-Key doit être un texte entre guillemets droits de 1 à 200 caractères.")
        }
        self.init(route: "\(web.method.rawValue) \(web.path)", key: key, digest: web.bodyDigest)
    }

    init(route: String, key: String, digest: [UInt8]) {
        self.route = String(route.prefix(200))
        self.key = key
        self.digest = digest.count == 32 ? digest : Digest.sha256(digest)
    }

    /// Content of an RFC 8941 string without escapes.
    static func unquoted(_ header: String) -> String? {
        let bytes = Array(header.utf8)
        guard bytes.count > 2, bytes.count <= 202, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return nil }
        let inner = bytes[1..<(bytes.count - 1)]
        guard inner.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) else { return nil }
        return String(decoding: inner, as: UTF8.self)
    }

    /// Takes the key. A second request waits here until the first has committed.
    func claim(_ unit: WriteUnit) async throws -> Claim {
        // Without an account there is nobody to keep an answer for.
        guard let account = unit.access.account else { return .first }
        let taken = try await unit.one(
            Query(
                """
                insert into kernel.idempotency (msp_id, account_id, route, key, request_hash) values ($1, $2, $3, $4, $5)
                on conflict do nothing
                """, .id(unit.msp), .id(account), .text(route), .text(key), .bytes(digest)))
        if taken.affectedRows == 1 { return .first }
        let rows = try await unit.one(
            Query(
                """
                select request_hash, status, headers::text, body from kernel.idempotency
                where msp_id = $1 and account_id = $2 and route = $3 and key = $4
                """, .id(unit.msp), .id(account), .text(route), .text(key)))
        return try read(rows)
    }

    /// Takes the key for a request to a federation, above the MSPs.
    func claim(_ credential: Credential, _ organisation: Identifier, _ transaction: PostgresTransaction) async throws -> Claim {
        let rows = try await transaction.run(
            Query(
                "select request_hash, status, headers::text, body from kernel.claim_answer($1, $2, $3, $4, $5)",
                .bytes(credential.digest), .id(organisation), .text(route), .text(key), .bytes(digest)))[0]
        return rows.isEmpty ? .first : try read(rows)
    }

    /// What was answered to the first request.
    private func read(_ rows: ResultSet) throws -> Claim {
        guard let row = rows.first, let status: Int = try row[1] else {
            throw Refusal.conflict("in_progress", "Une requête avec la même clé est en cours. Réessayez dans un instant.")
        }
        guard Digest.equal(try row[0], digest) else { return .otherContent }
        let headers: String? = try row[2]
        let body: [UInt8]? = try row[3]
        let pairs = try headers.map { try JSONValue.parse(Array($0.utf8)) }?.objectValue ?? []
        return .replay(Answer(status: status, headers: pairs.map { ($0.0, $0.1.stringValue ?? "") }, body: body ?? []))
    }

    /// Keeps the answer; it commits with the effect or not at all.
    func keep(_ answer: Answer, _ unit: WriteUnit) {
        guard let account = unit.access.account else { return }
        let headers = JSONValue.object(answer.headers.map { ($0.name, .string($0.value)) })
        unit.enqueue(
            Query(
                """
                update kernel.idempotency set status = $5, headers = $6::jsonb, body = $7
                where msp_id = $1 and account_id = $2 and route = $3 and key = $4
                """, .id(unit.msp), .id(account), .text(route), .text(key), .int(answer.status), .json(headers.text), .bytes(answer.body)))
    }

    func keep(_ answer: Answer, _ credential: Credential, _ organisation: Identifier, _ transaction: PostgresTransaction) {
        let headers = JSONValue.object(answer.headers.map { ($0.name, .string($0.value)) })
        transaction.enqueue(
            Query(
                "select kernel.keep_answer($1, $2, $3, $4, $5, $6::jsonb, $7)", .bytes(credential.digest), .id(organisation), .text(route),
                .text(key), .int(answer.status), .json(headers.text), .bytes(answer.body)))
    }

    /// What a program is told that uses a key twice.
    static let otherContentRefusal = Refusal(
        status: 422, code: "idempotency_key_reused", message: "Cette clé Idempotency-Key a déjà servi pour un autre contenu.")
}
