import Kernel

/// What changed since something was handed out, for programs.
struct HandedOutEndpoints: Sendable {
    let years: AciYears

    var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "aci-years/:id/changes-since-sealing", permission: DossierPermissions.read,
                summary: "What changed in an exercise since its last sealed dossier; no number without one.",
                responseSchema: JSONSchema.object([
                    ("number", JSONSchema.optional(JSONSchema.integer)), ("changes", JSONSchema.list(JSONSchema.text)),
                ])
            ) { request in
                let id = try request.web.id("id")
                let (_, year, more) = try await DossierYear.read(request, id, years, [DossierDrift.query(request.msp.id, year: id)])
                let drift = try DossierDrift(more[0], year)
                return IndemnitySchema.answer(
                    .object([
                        ("number", drift.map { .integer($0.number) } ?? .null),
                        ("changes", .array((drift?.changes ?? []).map { .string($0) })),
                    ]))
            }
        ]
    }
}
