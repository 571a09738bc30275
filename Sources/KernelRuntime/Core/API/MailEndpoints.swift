internal import Kernel

/// The mails of an MSP for programs.
enum MailEndpoints {
    static var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "mails", permission: CorePermissions.readMails,
                summary: "Mails of the last ninety days, the latest first: to whom, about what, what became of each. "
                    + "Nothing of their bodies.",
                responseSchema: JSONSchema.slice(MailLine.schema), contract: .slices([state, words]), handle: list),
            EndpointRoute(
                .get, "mails/:id", permission: CorePermissions.readMails, summary: "One mail.", responseSchema: MailLine.schema,
                contract: .one
            ) { request in
                let id = try request.web.id("id")
                let reading = try await request.read(MailLine.one(request.msp.id, id))
                guard let row = reading.results[0].first else { throw Refusal.notFound }
                let line = try MailLine(row: row)
                let work = try await request.read(MailLine.work(request.msp.id, [line])).results[0]
                return request.web.answer(try MailLine.completed([line], work)[0].json)
            },
            EndpointRoute(
                .post, "mails/:id/retry", permission: CorePermissions.manageMails,
                summary: "Send a mail that waits for its next try at once. One that did not arrive is sent again where it was written.",
                responseSchema: MailLine.schema, contract: EndpointContract(otherStatuses: [409])
            ) { request in try await act(request) { try await MailActs.retry($0, $1, $2) } },
            EndpointRoute(
                .post, "mails/:id/discard", permission: CorePermissions.manageMails,
                summary: "Give up a mail that waits for its next try, or put away one that did not arrive.",
                responseSchema: MailLine.schema, contract: EndpointContract(otherStatuses: [409])
            ) { request in try await act(request) { try await MailActs.discard($0, $1, $2) } },
        ]
    }

    private static let state = EndpointContract.Parameter(
        "state", in: .query, schema: JSONSchema.codes(MailLine.Filter.allCases.map(\.rawValue)), summary: "Only those in this state.")
    private static let words = EndpointContract.Parameter(
        "q", in: .query, schema: JSONSchema.text,
        summary: "Only those to somebody whose name, or whose address where no name is known, holds this.")

    private static func act(
        _ request: MspRequest, _ body: @escaping @Sendable (Identifier, [UInt8], WriteUnit) async throws -> MailLine
    ) async throws -> APIResponse {
        let (id, digest) = (try request.web.id("id"), try request.callerDigest())
        let line = try await request.write { unit in try await body(id, digest, unit) }
        return request.web.answer(line.json)
    }

    private static func list(_ request: MspRequest) async throws -> APIResponse {
        var given = ListParameters(request.web, known: ["limit", "cursor", "state", "q"])
        let limit = given.limit()
        let state = given.value("state", "un état de la liste") { MailLine.Filter(rawValue: $0) }
        let words = given.value("q", "un texte") { $0.trimmed.isEmpty ? nil : $0.trimmed }
        let place = given.cursor("mails") { parts -> (at: Instant, id: Identifier)? in
            guard parts.count == 2, let micros = Int64(parts[0]), let id = Identifier(parts[1]) else { return nil }
            return (Instant(microseconds: micros), id)
        }
        try given.check()
        let reading = try await request.read(MailLine.slice(request.msp.id, state, to: words, after: place, limit: limit))
        let shown = try reading.results[0].map(MailLine.init(row:))
        let lines = try MailLine.completed(shown, try await request.read(MailLine.work(request.msp.id, shown)).results[0])
        return Slice.answer(
            lines, limit: limit, of: "mails", web: request.web, place: { ["\($0.created.microseconds)", $0.id.description] }, json: \.json)
    }
}
