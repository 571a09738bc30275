import Kernel

/// One's own indemnities, for one's own programs.
enum OwnEndpoints {
    static let all: [EndpointRoute] = [
        EndpointRoute(
            .get, "own/indemnities", permission: IndemnityPermissions.readOwn,
            summary: "One's own running total of a year: lines of approved runs and what is still to come.", responseSchema: own,
            contract: EndpointContract(parameters: [IndemnitySchema.year]), handle: read),
        EndpointRoute(
            .get, "own/indemnities/:id/statement", permission: IndemnityPermissions.readOwn,
            summary: "One's own statement of a run, as it is kept since the run was paid: the same bytes for ever. Refused before.",
            responseSchema: .object([]), contract: paper
        ) { request in
            let id = try request.web.id("id")
            let reading = try await request.read(
                Query(
                    """
                    select 1 from budget.indemnity_line l join kernel.professional p on p.msp_id = $1 and p.id = l.professional_id
                    where l.msp_id = $1 and l.run_id = $2 and p.account_id = kernel.current_account()
                    """, .id(request.msp.id), .id(id)))
            guard !reading.results[0].isEmpty else { throw Refusal.notFound }
            guard let kept = try await StatementPapers.give(run: id, person: nil, request) else { throw unpaid }
            return APIResponse(Download(kept))
        },
    ]

    static let paper = EndpointContract(mediaType: "application/pdf", otherStatuses: [409])
    static let unpaid = Refusal.conflict(
        "not_paid", "Cette campagne n’est pas encore payée\u{00A0}: le relevé est établi et conservé ce jour-là.")

    private static let own = JSONSchema.object([
        ("year", JSONSchema.integer), ("paid", IndemnitySchema.money), ("approved", IndemnitySchema.money),
        ("expected", IndemnitySchema.money), ("total", IndemnitySchema.money), ("expected_is_partial", JSONSchema.boolean),
        (
            "runs",
            JSONSchema.list(
                JSONSchema.object([
                    ("run_id", JSONSchema.id), ("name", JSONSchema.text),
                    ("number", JSONSchema.optional(JSONSchema.text)),
                    ("status", JSONSchema.text), ("line", IndemnityLineJSON.schema),
                ]))
        ),
    ])

    private static func read(_ request: MspRequest) async throws -> APIResponse {
        let year = try await IndemnitySchema.year(request)
        let own = try OwnIndemnities(try await request.read(all: OwnIndemnities.queries(request.msp.id, year: year)).results, year: year)
        return IndemnitySchema.answer(
            .object([
                ("year", .integer(own.year)), ("paid", IndemnitySchema.money(own.paidCents)),
                ("approved", IndemnitySchema.money(own.onItsWayCents)), ("expected", IndemnitySchema.money(own.comingCents)),
                ("total", IndemnitySchema.money(own.totalCents)), ("expected_is_partial", .bool(own.isOnlyPartlyKnown)),
                (
                    "runs",
                    .array(
                        own.lines.map { paid in
                            .object([
                                ("run_id", .string(paid.run.description)), ("name", .string(paid.name)),
                                ("number", paid.number.map { .string($0) } ?? .null), ("status", .string(paid.status.rawValue)),
                                ("line", IndemnityLineJSON.value(paid.line)),
                            ])
                        })
                ),
            ]))
    }
}
