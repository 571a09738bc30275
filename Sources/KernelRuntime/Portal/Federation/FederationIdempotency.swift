import Kernel

extension Idempotency {
    /// Takes the key for a request to a federation, above the MSPs.
    func claim(_ credential: Credential, _ organisation: Identifier, _ transaction: PostgresTransaction) async throws -> Claim {
        let rows = try await transaction.run(
            Query(
                "select request_hash, status, headers::text, body from kernel.claim_answer($1, $2, $3, $4, $5)",
                .bytes(credential.digest), .id(organisation), .text(route), .text(key), .bytes(digest)))[0]
        return rows.isEmpty ? .first : try read(rows)
    }

    /// Keeps the answer to a request to a federation; it commits with the effect or not at all.
    func keep(_ answer: Answer, _ credential: Credential, _ organisation: Identifier, _ transaction: PostgresTransaction) {
        let headers = JSONValue.object(answer.headers.map { ($0.name, .string($0.value)) })
        transaction.enqueue(
            Query(
                "select kernel.keep_answer($1, $2, $3, $4, $5, $6::jsonb, $7)", .bytes(credential.digest), .id(organisation), .text(route),
                .text(key), .int(answer.status), .json(headers.text), .bytes(answer.body)))
    }
}
