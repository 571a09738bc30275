import Kernel

/// Files of an object for programs: listed, opened, joined as bytes, taken away.
struct RecordFileAPI: Sendable {
    let plan: RecordPlan
    let slot: RecordFiles
    private var record: RecordType { plan.record }
    private var store: RecordFileStore { RecordFileStore(plan: plan) }
    private var screens: RecordFileScreens { RecordFileScreens(plan: plan, slot: slot) }

    static func endpoints(_ plan: RecordPlan) -> [EndpointRoute] {
        plan.record.files.flatMap { RecordFileAPI(plan: plan, slot: $0).endpoints }
    }

    private var endpoints: [EndpointRoute] {
        let words = APIWords(record)
        let place = "\(plan.oneApiPath)/files/\(slot.segment)"
        let reading = slot.reading ?? record.permissions.read
        let screen = "On screen: « \(slot.label) »."
        let line = JSONSchema.named("RecordFile", Self.schema)
        var routes = [
            EndpointRoute(
                .get, place, permission: reading, summary: "Files of \(words.one)",
                explanation: "\(screen) The latest first, former ones too.",
                responseSchema: JSONSchema.object([("data", JSONSchema.list(line))]),
                contract: EndpointContract(operationID: operation("list")), handle: list),
            EndpointRoute(
                .get, "\(place)/:file_id", permission: reading, summary: "Open a file of \(words.one)", explanation: screen,
                responseSchema: JSONValue.object([]),
                contract: EndpointContract(operationID: operation("read"), mediaType: "*/*", otherStatuses: [409])
            ) { request in APIResponse(Download(try await screens.file(request, "file_id"))) },
        ]
        guard let permission = slot.writing ?? record.permissions.update else { return routes }
        let name = EndpointContract.Parameter(
            "name", in: .query, schema: JSONSchema.text,
            summary: "Name of the file with its ending; the content must be what the ending says. Asked for in each upload.")
        let title = EndpointContract.Parameter(
            "title", in: .query, schema: .object([("type", .string("string")), ("maxLength", .integer(120))]),
            summary: "What it is called; the slot's own name without it.")
        routes.append(
            EndpointRoute(
                slot.most == 1 ? .put : .post, place, permission: permission, summary: "Join a file to \(words.one)",
                explanation: slot.most == 1
                    ? "\(screen) A new one takes the place of the former, which stays as a version."
                    : "\(screen) \(slot.most) at most.",
                responseSchema: line,
                contract: EndpointContract(
                    operationID: operation("join"), parameters: slot.isTitled ? [name, title] : [name], success: 200,
                    otherStatuses: [409, 422]), upload: slot.rule.upload, handle: join))
        routes.append(
            EndpointRoute(
                .delete, "\(place)/:file_id", permission: permission, summary: "Take a file of \(words.one) away",
                explanation: "\(screen) It stays among the former ones.", responseSchema: .null,
                contract: EndpointContract(operationID: operation("remove"), success: 204, otherStatuses: [409])
            ) { request in
                let (id, file) = (try plan.subject(request), try request.web.id("file_id"))
                try await request.write { unit in try await store.remove(file, from: slot, of: id, unit) }
                return APIResponse(status: 204, body: [])
            })
        return routes
    }

    private func operation(_ verb: String) -> String { "\(record.id).\(slot.name)_\(verb)" }

    private func files(_ request: MspRequest) async throws -> [RecordFile] {
        let id = try plan.subject(request)
        let reading = try await request.read(plan, and: [RecordFile.query(msp: request.msp.id, record, of: id, in: slot)]) { bound in
            [try plan.one(msp: request.msp.id, id, bound: bound)]
        }
        guard !reading.results[0].isEmpty, reading.access.can(record.permissions.read) else { throw Refusal.notFound }
        return try reading.results[1].map { try RecordFile($0) }
    }

    private func list(_ request: MspRequest) async throws -> APIResponse {
        let files = try await files(request)
        return APIResponse.json { $0.value(.object([("data", .array(files.map(\.json)))])) }
    }

    private func join(_ request: MspRequest) async throws -> APIResponse {
        let id = try plan.subject(request)
        let known = try await request.read(plan) { bound in [try plan.one(msp: request.msp.id, id, bound: bound)] }
        guard !known.results[0].isEmpty else { throw Refusal.notFound }
        let sent = try slot.rule.upload.file(of: request.web)
        guard let name = request.web.query["name"], !name.isEmpty else {
            throw Refusal.invalid("name", "Indiquez le nom du fichier dans le paramètre name.")
        }
        let title = slot.isTitled ? try RecordFileScreens.title(request.web.query["title"]) : nil
        let checked = try await CheckedFile(sent, as: slot.rule, name: name, request)
        let line = try await request.write { unit -> JSONValue in
            let file = try await store.put(checked, in: slot, of: id, title: title, unit)
            let files = try await unit.one(RecordFile.query(msp: unit.msp, record, of: id, in: slot)).map { try RecordFile($0) }
            guard let kept = files.first(where: { $0.id == file }) else { throw Refusal.notFound }
            return kept.json
        }
        return APIResponse.json { $0.value(line) }
    }

    private static let schema = JSONSchema.object([
        ("id", JSONSchema.id), ("title", JSONSchema.optional(JSONSchema.text)), ("name", JSONSchema.text),
        ("media_type", JSONSchema.text), ("size", JSONSchema.integer), ("sha256", JSONSchema.text), ("version", JSONSchema.integer),
        ("created_at", JSONSchema.instant), ("replaced_at", JSONSchema.optional(JSONSchema.instant)),
        ("removed_at", JSONSchema.optional(JSONSchema.instant)),
    ])
}

extension RecordFile {
    /// As programs see it.
    var json: JSONValue {
        .object([
            ("id", .id(id)), ("title", .text(title)), ("name", .string(name)), ("media_type", .string(mediaType)),
            ("size", .integer(size)), ("sha256", .string(sha256)), ("version", .integer(version)), ("created_at", .instant(createdAt)),
            ("replaced_at", .instant(replacedAt)), ("removed_at", .instant(removedAt)),
        ])
    }
}
