internal import Kernel

/// The clocks of the MSP for programs: which they are, what is to come by them, and the change.
struct ZoneEndpoints: Sendable {
    let directory: ModuleDirectory

    var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "profile/time-zone", permission: CorePermissions.readProfile,
                summary: "The time zone of the MSP, with what is to come by its clocks.", responseSchema: Self.schema, contract: .one,
                handle: read),
            EndpointRoute(
                .post, "profile/time-zone", permission: CorePermissions.writeProfile,
                summary:
                    "Change the time zone. What is to come keeps the hour that people read; with such things, `confirmed` must be true.",
                requestSchema: FieldSchema.body(Self.fields, demanding: true), responseSchema: Self.schema,
                contract: EndpointContract(parameters: [], success: 200, otherStatuses: [409, 422]), handle: change),
        ]
    }

    private static let fields = [
        RecordField("time_zone", .choice(FrenchTerritory.zoneList), label: "Heure locale", required: true),
        RecordField("confirmed", .boolean, label: "Confirmé"),
    ]
    private static let schema = JSONSchema.object([
        ("time_zone", JSONSchema.text),
        (
            "coming",
            JSONSchema.list(
                JSONSchema.object([("title", JSONSchema.text), ("at", JSONSchema.instant), ("page", JSONSchema.text)]))
        ),
    ])

    private static func answer(_ zone: String, _ coming: [TimeZones.Coming], _ request: MspRequest) -> APIResponse {
        request.web.answer(
            .object([
                ("time_zone", .string(zone)),
                (
                    "coming",
                    .array(
                        coming.map {
                            .object([
                                ("title", .string($0.title)), ("at", .string($0.at.description)), ("page", .string(request.path($0.path))),
                            ])
                        })
                ),
            ]))
    }

    private func read(_ request: MspRequest) async throws -> APIResponse {
        let (access, coming) = try await TimeZones.coming(request, directory)
        return Self.answer(access.msp.timeZone, coming, request)
    }

    private func change(_ request: MspRequest) async throws -> APIResponse {
        let values = try request.web.values(Self.fields, creating: true)
        guard let zone = values.text("time_zone") else { throw Refusal.invalid("time_zone", "Choisissez une heure locale de la liste.") }
        let (access, coming) = try await TimeZones.coming(request, directory)
        if !coming.isEmpty, zone != access.msp.timeZone, values.bool("confirmed") != true {
            throw Refusal.conflict(
                "confirm_needed",
                "\(French.plural(coming.count, "réunion est à venir et garde", "réunions sont à venir et gardent")) l’heure affichée, à la nouvelle heure locale. Confirmez avec «\u{A0}confirmed\u{A0}»."
            )
        }
        let change = TimeZones.change(
            msp: request.msp.id, to: zone, digest: try request.callerDigest(), handlers: directory.zoneHandlers, now: request.web.now)
        _ = try await request.write { unit in try await unit.one(change) }
        return Self.answer(zone, coming, request)
    }
}
