@_spi(Runtime) internal import Kernel

/// What is asked of the trail.
struct AuditFilter: Sendable {
    var from: CivilDate?
    var to: CivilDate?
    var actor: Identifier?
    /// Entries before this number: pages stay stable while new entries arrive.
    var before: Int?

    /// What the trace of this reading says.
    var detail: JSONValue {
        .object([("from", .date(from)), ("to", .date(to)), ("actor", .id(actor)), ("before", before.map { .integer($0) } ?? .null)])
    }
}

/// One entry of the trail, with the name of who acted when that person is or was a member.
struct AuditRow: Sendable {
    let number: Int
    let at: Instant
    let actor: Identifier
    let name: String?
    let action: String
    let type: String?
    let object: Identifier?
    let outcome: String
    let through: String
    let detail: String?
    /// From where, and by which session or token; nil for entries from before, and for what runs by itself.
    let address: String?
    let credential: Identifier?

    /// `names` are those of the members, by account.
    init(row: Row, names: [Identifier: String]) throws {
        number = try row[0]
        at = try row[1]
        actor = try row[2]
        name = names[actor]
        action = try row[3]
        type = try row[4]
        object = try row[5]
        outcome = try row[6]
        through = try row[7]
        detail = try row[8]
        address = try row[9]
        credential = try row[10]
    }

    /// False for a link without sign-in and for what runs by itself.
    var hasActor: Bool { !actor.description.hasPrefix("00000000-0000") }
}

/// The audit trail of an MSP. Reading it is itself traced (AUD-07), from a page as by a program.
enum AuditTrail {
    /// The latest entries first, one more than the limit when there are others; then the names of the members, for a filter.
    static func read(
        _ request: MspRequest, _ filter: AuditFilter, limit: Int
    ) async throws -> (access: Access, entries: [AuditRow], people: ResultSet) {
        let zone = try await request.write { unit in
            unit.audit("core.audit.read", type: "core.audit", id: unit.msp, detail: filter.detail)
            return unit.access.msp.timeZone
        }
        let from = filter.from.map { LocalTime.startOfDay($0, zone: zone) }
        let to = filter.to.map { LocalTime.startOfDay($0.adding(days: 1), zone: zone) }
        let reading = try await request.read(
            Query(
                """
                select e.seq, e.at, e.actor_id, e.action, e.object_type, e.object_id, e.outcome, e.through,
                    d.detail::text, e.address, e.credential_id
                from kernel.audit_entry e
                left join kernel.audit_detail d on d.msp_id = e.msp_id and d.seq = e.seq and d.at = e.at
                where e.msp_id = $1 and e.at >= coalesce($2::timestamptz, '-infinity') and e.at < coalesce($3::timestamptz, 'infinity')
                    and ($4::uuid is null or e.actor_id = $4) and ($5::bigint is null or e.seq < $5)
                order by e.seq desc limit $6
                """, .id(request.msp.id), .instant(from), .instant(to), .id(filter.actor), .int(filter.before), .int(limit + 1)),
            MemberNames.query(request.msp.id))
        let names = try MemberNames.read(reading.results[1])
        return (reading.access, try reading.results[0].map { try AuditRow(row: $0, names: names) }, reading.results[1])
    }
}
