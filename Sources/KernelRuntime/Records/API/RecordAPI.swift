import Kernel

/// The JSON face of a record (formats.md 7): cursor pages, strong tags, merge patches, idempotent creation.
struct RecordAPI: Sendable {
    let plan: RecordPlan
    let filters: RecordFilters
    let json: RecordJSON

    init(_ plan: RecordPlan) {
        self.plan = plan
        filters = RecordFilters(plan.record)
        json = RecordJSON(plan)
    }

    private var store: RecordStore { RecordStore(plan: plan) }

    // MARK: Reading

    func list(_ request: MspRequest) async throws -> APIResponse {
        let slice = try RecordSliceQuery(request.web.query, plan, filters)
        func statements(_ bound: Bool) throws -> RecordListSQL {
            try RecordListSQL(slice.list, plan, msp: request.msp.id, now: request.web.now, bound: bound)
        }
        let reading = try await request.read(plan) { bound in
            let rows = try statements(bound)
            return [rows.slice(slice)] + (slice.wantsTotal ? [rows.exactCount] : [])
        }
        let cells = try statements(false)
        let rows = reading.results[0]
        let shown = min(rows.count, slice.limit)
        var next: String?
        if rows.count > slice.limit {
            let last = rows[slice.limit - 1]
            next = RecordCursor(order: slice.list.order, text: try last[cells.sortCell], id: try last[0]).encoded
        }
        let out = JSONWriter(capacity: 512 + shown * 768)
        try out.object {
            out.key("data")
            out.array { for index in 0..<shown { json.write(rows[index], out) } }
            out.member("next_cursor", next)
            if slice.wantsTotal { out.member("total", try reading.results[1].scalar(as: Int.self)) }
            if !slice.expanded.isEmpty { try names(rows, shown, slice.expanded, reading.access, first: cells.firstName, out) }
        }
        let headers = next.map { [(name: "Link", value: "<\(Slice.address(request.web, cursor: $0))>; rel=\"next\"")] } ?? []
        return APIResponse(headers: headers, body: out.bytes)
    }

    /// What references stand for, in words; null where the caller may not read the record.
    private func names(
        _ rows: ResultSet, _ shown: Int, _ asked: Set<String>, _ access: Access, first: Int, _ out: JSONWriter
    ) throws {
        let fields = try plan.sql.withTitles.titled(asked)
        let readable = plan.named(fields, for: access)
        out.key("names")
        try out.array {
            for index in 0..<shown {
                try out.object {
                    for (offset, name) in fields.enumerated() {
                        let title: String? = try rows[index][first + offset]
                        out.member(name, readable.contains(name) ? title.flatMap { plan.told($0, name, for: access) } : nil)
                    }
                }
            }
        }
    }

    func item(_ request: MspRequest) async throws -> APIResponse {
        let id = try plan.subject(request)
        let reading = try await request.read(plan, and: try plan.lineQueries(msp: request.msp.id, id)) { bound in
            [try plan.one(msp: request.msp.id, id, bound: bound)]
        }
        let whole = try Whole(reading.results)
        return try request.web.answer(revision: try whole.row[1]) { try body(whole) }
    }

    /// A record with its lines.
    private struct Whole {
        let row: Row
        let lines: [ResultSet]

        init(_ results: [ResultSet]) throws {
            guard let row = results.first?.first else { throw Refusal.notFound }
            self.row = row
            lines = Array(results.dropFirst())
        }
    }

    private func body(_ whole: Whole) throws -> [UInt8] {
        let out = JSONWriter(capacity: 2048)
        try json.write(whole.row, lines: whole.lines, out)
        return out.bytes
    }

    private func answer(_ whole: Whole, _ tag: EntityTag, status: Int = 200, location: String? = nil) throws -> APIResponse {
        var headers = [(name: "ETag", value: tag.text)]
        if let location { headers.append((name: "Location", value: location)) }
        return APIResponse(status: status, headers: headers, body: try body(whole))
    }

    private func whole(_ id: Identifier, _ unit: WriteUnit) async throws -> Whole {
        // What was just written is told to whoever wrote it.
        try Whole(try await unit.run(all: [try plan.one(msp: unit.msp, id, bound: false)] + (try plan.lineQueries(msp: unit.msp, id))))
    }

    // MARK: Writing

    func create(_ request: MspRequest) async throws -> APIResponse {
        let values = try FieldJSON.read(request.web.json, fields: plan.writable(creating: true), readOnly: readOnlyNames(creating: true))
        return try await idempotently(request) { unit in
            let saved = try await store.create(values, unit)
            return try answer(
                try await whole(saved.id, unit), EntityTag(revision: saved.revision), status: 201,
                location: plan.apiHref(saved.id, unit.msp))
        }
    }

    func change(_ request: MspRequest) async throws -> APIResponse {
        let id = try plan.subject(request)
        guard let expected = try precondition(request.web, required: true) else { throw Refusal.preconditionRequired }
        let values = try FieldJSON.read(request.web.json, fields: plan.writable(creating: false), readOnly: readOnlyNames(creating: false))
        // Sent again with its key, a change that was made answers as before and not with 412.
        return try await idempotently(request) { unit in
            let saved = try await store.update(id, expected: expected.revisions, unit) { _ in values }
            return try answer(try await whole(id, unit), EntityTag(revision: saved.revision))
        }
    }

    func archive(_ request: MspRequest) async throws -> APIResponse {
        let id = try plan.subject(request)
        guard let expected = try precondition(request.web, required: true) else { throw Refusal.preconditionRequired }
        return try await writing(request) { unit in
            _ = try await store.archive(id, true, expected: expected.revisions, unit)
            return APIResponse(status: 204, body: [])
        }
    }

    func restore(_ request: MspRequest) async throws -> APIResponse {
        let id = try plan.subject(request)
        let expected = try precondition(request.web, required: false)
        return try await idempotently(request) { unit in
            let saved = try await store.archive(id, false, expected: expected?.revisions, unit)
            return try answer(try await whole(id, unit), EntityTag(revision: saved.revision))
        }
    }

    func act(_ action: RecordAction, _ request: MspRequest) async throws -> APIResponse {
        let id = try plan.subject(request)
        let expected = try precondition(request.web, required: false)
        // An action that demands nothing may be sent without a body.
        let body = action.demandsNothing ? request.web.json ?? .object([]) : request.web.json
        let values = try FieldJSON.read(body, fields: action.fields, readOnly: [])
        return try await idempotently(request) { unit in
            let (outcome, saved) = try await store.act(action, id, expected: expected?.revisions, unit) { _ in values }
            let whole = try await whole(id, unit)
            let out = JSONWriter(capacity: 2048)
            try out.object {
                out.member("message", French.typeset(outcome.message))
                out.key("record")
                try json.write(whole.row, lines: whole.lines, out)
            }
            return APIResponse(headers: [(name: "ETag", value: EntityTag(revision: saved.revision).text)], body: out.bytes)
        }
    }

    // MARK: Around a write

    private func writing(_ request: MspRequest, _ body: @Sendable (WriteUnit) async throws -> APIResponse) async throws -> APIResponse {
        do {
            return try await ConstraintFaults.explaining(plan.record) { try await request.write(body) }
        } catch is RecordStore.Outdated {
            throw Refusal.stale
        }
    }

    /// With an `Idempotency-Key`, the first answer is kept in the same transaction and given again.
    func idempotently(
        _ request: MspRequest, _ body: @escaping @Sendable (WriteUnit) async throws -> APIResponse
    ) async throws -> APIResponse {
        let key = try Idempotency(request.web)
        return try await writing(request) { unit in try await Idempotency.once(key, unit, body) }
    }

    func precondition(_ web: WebRequest, required: Bool) throws -> EntityTag.List? {
        guard let header = web.headers["if-match"] else {
            if required { throw Refusal.preconditionRequired }
            return nil
        }
        return EntityTag.list(header, weakly: false)
    }

    func readOnlyNames(creating: Bool) -> Set<String> {
        let system: Set<String> = ["id", "revision", "created_at", "updated_at", "archived_at"]
        return system.union(plan.record.fields.filter { $0.isReadOnly || (!creating && $0.isFixed) }.map(\.name))
    }
}
