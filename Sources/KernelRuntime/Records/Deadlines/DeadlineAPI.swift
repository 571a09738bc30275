import Kernel

extension RecordAPI {
    /// `GET …/:id/deadlines`: how the deadlines of one object stand today.
    func deadlines(one: String, _ words: APIWords) -> EndpointRoute {
        let line = JSONSchema.object([
            ("name", JSONSchema.text), ("says", JSONSchema.text), ("due_on", JSONSchema.date), ("until", JSONSchema.date),
            ("days", JSONSchema.integer), ("put_off_to", JSONSchema.optional(JSONSchema.date)),
            ("done_on", JSONSchema.optional(JSONSchema.date)), ("reason", JSONSchema.optional(JSONSchema.text)),
        ])
        return EndpointRoute(
            .get, "\(one)/deadlines", permission: plan.record.permissions.read, summary: "Deadlines of \(words.one)",
            explanation: "Those that run, and those said done of the day that still stands. `days` is negative once late.",
            responseSchema: JSONSchema.object([("data", JSONSchema.list(JSONSchema.named("Deadline", line)))]),
            contract: EndpointContract(operationID: "\(plan.record.id).deadlines"), handle: deadlines)
    }

    private func deadlines(_ request: MspRequest) async throws -> APIResponse {
        let id = try plan.subject(request)
        let msp = request.msp.id
        let record = plan.record
        let (access, found, marks) = try await request.read(
            Read.ofRows(plan) { bound in .first(try plan.one(msp: msp, id, bound: bound)) { try RecordRow($0, record) } },
            DeadlineSQL.read(msp: msp, record, of: id))
        guard let row = found(access) else { throw Refusal.notFound }
        let zone = access.msp.timeZone
        let today = LocalTime(request.web.now, zone: zone).date
        let standings = row.archivedAt == nil ? record.standings(row.values, marks: marks, zone: zone) : []
        return APIResponse.json { out in
            out.object {
                out.key("data")
                out.array { for standing in standings { out.value(standing.json(today)) } }
            }
        }
    }
}

extension DeadlineStanding {
    fileprivate func json(_ today: CivilDate) -> JSONValue {
        func day(_ date: CivilDate?) -> JSONValue { date.map { .string($0.description) } ?? .null }
        return .object([
            ("name", .string(deadline.name)), ("says", .string(deadline.says)), ("due_on", day(due)), ("until", day(until)),
            ("days", .integer(until.daysSinceEpoch - today.daysSinceEpoch)), ("put_off_to", day(mark?.putOffTo)),
            ("done_on", day(mark?.doneOn)), ("reason", mark?.reason.map { .string($0) } ?? .null),
        ])
    }
}
