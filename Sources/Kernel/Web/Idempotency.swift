/// Answers of repeated requests, kept in the transaction of their effect (formats.md 7): the same key and content give
/// the first answer again, the same key with other content is refused.
public struct Idempotency: Sendable {
    /// Route and key, under the caller's account and MSP.
    public let route: String
    public let key: String
    public let digest: [UInt8]

    /// An answer as kept.
    public struct Answer: Sendable {
        public let status: Int
        public let headers: [(name: String, value: String)]
        public let body: [UInt8]

        public init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    public enum Claim: Sendable {
        /// The first request with this key.
        case first
        case replay(Answer)
        /// The key was used for something else.
        case otherContent
    }

    /// The `Idempotency-Key` header: a structured string, or the bare text that most clients send. Nil when absent.
    public init?(_ web: WebRequest) throws {
        guard let header = web.headers["idempotency-key"] else { return nil }
        guard let key = Self.text(of: header) else {
            throw Refusal.malformed(
                "idempotency_key", "L’en-tête Idempotency-Key doit être un texte de 1 à 200 caractères, avec ou sans guillemets droits.")
        }
        self.init(route: "\(web.method.rawValue) \(web.path)", key: key, digest: web.bodyDigest)
    }

    /// - Parameter digest: of the request's content.
    public init(route: String, key: String, digest: [UInt8]) {
        self.route = String(route.prefix(200))
        self.key = key
        self.digest = digest.count == 32 ? digest : Digest.sha256(digest)
    }

    /// Content of an RFC 8941 string without escapes, or the same text without its quotes.
    public static func text(of header: String) -> String? {
        let bytes = Array(header.utf8)
        let quote = UInt8(ascii: "\"")
        let isQuoted = bytes.count > 1 && bytes.first == quote && bytes.last == quote
        let inner = isQuoted ? bytes[1..<(bytes.count - 1)] : bytes[...]
        guard (1...200).contains(inner.count), isQuoted || !inner.contains(0x20),
            inner.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != quote && $0 != UInt8(ascii: "\\") })
        else { return nil }
        return String(decoding: inner, as: UTF8.self)
    }

    /// Takes the key. A second request waits here until the first has committed.
    public func claim(_ unit: WriteUnit) async throws -> Claim {
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

    /// What was answered to the first request.
    public func read(_ rows: ResultSet) throws -> Claim {
        guard let row = rows.first, let status: Int = try row[1] else {
            throw Refusal.conflict("in_progress", "Une requête avec la même clé est en cours. Réessayez dans un instant.")
        }
        guard Digest.equal(try row[0], digest) else { return .otherContent }
        let headers: String? = try row[2]
        let body: [UInt8]? = try row[3]
        let pairs = try headers.map { try JSONValue.parse($0) }?.objectValue ?? []
        return .replay(Answer(status: status, headers: pairs.map { ($0.0, $0.1.stringValue ?? "") }, body: body ?? []))
    }

    /// Keeps the answer; it commits with the effect or not at all.
    public func keep(_ answer: Answer, _ unit: WriteUnit) {
        guard let account = unit.access.account else { return }
        let headers = JSONValue.object(answer.headers.map { ($0.name, .string($0.value)) })
        unit.enqueue(
            Query(
                """
                update kernel.idempotency set status = $5, headers = $6::jsonb, body = $7
                where msp_id = $1 and account_id = $2 and route = $3 and key = $4
                """, .id(unit.msp), .id(account), .text(route), .text(key), .int(answer.status), .json(headers.text), .bytes(answer.body)))
    }

    /// What a program is told that uses a key twice.
    public static let otherContentRefusal = Refusal(
        status: 422, code: "idempotency_key_reused", message: "Cette clé Idempotency-Key a déjà servi pour un autre contenu.")
}

extension Idempotency {
    /// Does the work and keeps its answer in the same transaction; a repeated key gives the first answer again.
    public static func once(
        _ key: Idempotency?, _ unit: WriteUnit, _ body: (WriteUnit) async throws -> APIResponse
    ) async throws -> APIResponse {
        guard let key else { return try await body(unit) }
        switch try await key.claim(unit) {
        case .otherContent: throw otherContentRefusal
        case .replay(let answer): return APIResponse(status: answer.status, headers: answer.headers, body: answer.body)
        case .first:
            let response = try await body(unit)
            key.keep(Answer(status: response.status, headers: response.headers, body: response.body), unit)
            return response
        }
    }
}

extension MspRequest {
    /// A write that may carry an `Idempotency-Key`.
    public func writeOnce(_ body: @escaping @Sendable (WriteUnit) async throws -> APIResponse) async throws -> APIResponse {
        let key = try Idempotency(web)
        return try await write { unit in try await Idempotency.once(key, unit, body) }
    }
}
