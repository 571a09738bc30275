import Kernel

/// The JSON face of the lines of a record. Their tag is the record's revision: it moves with each of them.
struct LinesAPI: Sendable {
    let plan: RecordPlan
    let lines: LinesPlan
    private let rows: RecordAPI
    private let json: LinesJSON

    init(_ plan: RecordPlan, _ lines: LinesPlan) {
        self.plan = plan
        self.lines = lines
        rows = RecordAPI(lines.row)
        json = LinesJSON(lines)
    }

    private var store: LineStore { LineStore(plan: plan, lines: lines) }

    // MARK: Reading

    func list(_ request: MspRequest) async throws -> APIResponse {
        let (record, found) = try await read(request)
        let parent = try plan.subject(request)
        return try request.web.answer(revision: record) {
            let out = JSONWriter(capacity: 512 + found.count * 512)
            try out.object {
                out.key("data")
                try json.write(found, of: parent, out)
            }
            return out.bytes
        }
    }

    func item(_ request: MspRequest) async throws -> APIResponse {
        let line = try request.web.id("line")
        let (record, found) = try await read(request)
        guard let body = try json.body(line, in: found, of: try plan.subject(request)) else { throw Refusal.notFound }
        return request.web.answer(revision: record) { body }
    }

    /// The record's revision and its lines.
    private func read(_ request: MspRequest) async throws -> (Int, ResultSet) {
        let (msp, id) = (request.msp.id, try plan.subject(request))
        let results = try await request.read(plan, and: [Query(try lines.sql.all, .id(msp), .id(id))]) { bound in
            [try plan.one(msp: msp, id, bound: bound)]
        }.results
        guard let record = results[0].first else { throw Refusal.notFound }
        return (try record[1], results[1])
    }

    // MARK: Writing

    func add(_ request: MspRequest) async throws -> APIResponse {
        let parent = try plan.subject(request)
        let expected = try rows.precondition(request.web, required: false)
        let values = try FieldJSON.read(
            request.web.json, fields: lines.row.writable(creating: true), readOnly: rows.readOnlyNames(creating: true))
        return try await rows.idempotently(request) { unit in
            let line = Identifier.make(at: unit.now)
            let saved = try await store.add(values, id: line, to: parent, expected: expected?.revisions, unit)
            let place = "\(plan.apiHref(parent, unit.msp))/\(lines.apiPath)/\(line)"
            return try answer(line, of: parent, saved, status: 201, location: place)
        }
    }

    func change(_ request: MspRequest) async throws -> APIResponse {
        let (parent, line) = (try plan.subject(request), try request.web.id("line"))
        guard let expected = try rows.precondition(request.web, required: true) else { throw Refusal.preconditionRequired }
        let values = try FieldJSON.read(
            request.web.json, fields: lines.row.writable(creating: false), readOnly: rows.readOnlyNames(creating: false))
        return try await rows.idempotently(request) { unit in
            let saved = try await store.change(line, of: parent, expected: expected.revisions, unit) { values }
            return try answer(line, of: parent, saved)
        }
    }

    func remove(_ request: MspRequest) async throws -> APIResponse {
        let (parent, line) = (try plan.subject(request), try request.web.id("line"))
        guard let expected = try rows.precondition(request.web, required: true) else { throw Refusal.preconditionRequired }
        return try await rows.idempotently(request) { unit in
            let saved = try await store.remove(line, of: parent, expected: expected.revisions, unit)
            return APIResponse(status: 204, headers: [(name: "ETag", value: EntityTag(revision: saved.revision).text)], body: [])
        }
    }

    func move(_ request: MspRequest) async throws -> APIResponse {
        let (parent, line) = (try plan.subject(request), try request.web.id("line"))
        let expected = try rows.precondition(request.web, required: false)
        let values = try FieldJSON.read(request.web.json, fields: [Self.place], readOnly: [])
        if let fault = FieldRules.fault(values["place"], Self.place) { throw Refusal.invalid("place", fault) }
        return try await rows.idempotently(request) { unit in
            let saved = try await store.move(line, of: parent, to: values.int("place") ?? 1, expected: expected?.revisions, unit)
            return try answer(line, of: parent, saved)
        }
    }

    /// Where a line is moved to.
    static let place = RecordField(
        "place", .integer(1...10_000), label: "Rang", help: "1 for the first; a place behind the last is the last.", required: true)

    private func answer(
        _ line: Identifier, of parent: Identifier, _ saved: LineStore.Saved, status: Int = 200, location: String? = nil
    ) throws -> APIResponse {
        guard let all = saved.all, let body = try json.body(line, in: all, of: parent) else { throw Refusal.notFound }
        var headers = [(name: "ETag", value: EntityTag(revision: saved.revision).text)]
        if let location { headers.append((name: "Location", value: location)) }
        return APIResponse(status: status, headers: headers, body: body)
    }
}
