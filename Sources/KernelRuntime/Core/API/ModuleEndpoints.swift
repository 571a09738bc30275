internal import Kernel

/// Which modules the MSP uses, for programs: the same acts as « Modules ».
struct ModuleEndpoints: Sendable {
    let directory: ModuleDirectory

    var all: [EndpointRoute] {
        [
            EndpointRoute(
                .get, "modules", permission: CorePermissions.manageModules, summary: "Every module with its state in this MSP.",
                responseSchema: JSONSchema.whole(Self.schema), handle: list),
            EndpointRoute(
                .get, "modules/:module", permission: CorePermissions.manageModules, summary: "One module with its state.",
                responseSchema: Self.schema, contract: .one, handle: one),
            EndpointRoute(
                .patch, "modules/:module", permission: CorePermissions.manageModules,
                summary: "Switch a module on, to read-only, or off; nothing is erased.",
                requestSchema: FieldSchema.body(Self.fields, demanding: true), responseSchema: Self.schema, contract: .change,
                handle: change),
        ]
    }

    private static let fields = [RecordField("state", .choice(ModuleStates.list), label: "État", required: true)]
    private static let schema = JSONSchema.object([
        ("id", JSONSchema.text), ("label", JSONSchema.text), ("summary", JSONSchema.text), ("version", JSONSchema.text),
        ("state", JSONSchema.codes(ModuleStates.all.map(\.code))), ("changed_at", JSONSchema.optional(JSONSchema.instant)),
    ])

    private static func json(_ module: ModuleManifest, _ states: ModuleStates) -> JSONValue {
        .object([
            ("id", .string(module.id)), ("label", .string(module.label)), ("summary", .string(module.summary)),
            ("version", .string("\(module.version)")), ("state", .string(states.code(module.id))),
            ("changed_at", .instant(states.changed(module.id))),
        ])
    }

    private func list(_ request: MspRequest) async throws -> APIResponse {
        let reading = try await request.read(ModuleStates.query(try request.callerDigest(), request.msp.id))
        let states = try ModuleStates(reading.results[0])
        let modules = ModuleStates.manifests(directory).map { Self.json($0, states) }
        return APIResponse.json { $0.value(.object([("data", .array(modules))])) }
    }

    private func one(_ request: MspRequest) async throws -> APIResponse {
        let module = try ModuleStates.module(request, directory)
        let reading = try await request.read(ModuleStates.query(try request.callerDigest(), request.msp.id))
        return request.web.answer(Self.json(module, try ModuleStates(reading.results[0])))
    }

    private func change(_ request: MspRequest) async throws -> APIResponse {
        let module = try ModuleStates.module(request, directory)
        _ = try request.web.ifMatch()
        let digest = try request.callerDigest()
        return try await request.write { unit in
            try await AccessLock.take(unit)
            let before = try ModuleStates(try await unit.one(ModuleStates.query(digest, unit.msp)))
            try request.web.demand(Self.json(module, before))
            let values = try request.web.values(Self.fields, readOnly: ["id", "label", "summary", "version", "changed_at"], creating: true)
            let state = values.text("state") ?? ""
            if state != before.code(module.id) { try await ModuleStates.set(module.id, state, digest, unit) }
            let after = try ModuleStates(try await unit.one(ModuleStates.query(digest, unit.msp)))
            return request.web.answer(Self.json(module, after))
        }
    }
}
