@_spi(Runtime) internal import Kernel

/// What is asked after a breach: everything that one address, one session or one token touched.
struct OriginFilter: Sendable {
    var address: String?
    /// Session or personal token.
    var credential: Identifier?
    var from: CivilDate?
    var to: CivilDate?

    var isEmpty: Bool { address == nil && credential == nil }

    /// What the trace of this reading says.
    var detail: JSONValue {
        .object([("address", .text(address)), ("credential", .id(credential)), ("from", .date(from)), ("to", .date(to))])
    }
}

/// One act, or one kind of refusals or readings of a minute.
struct TouchedRow: Sendable {
    let at: Instant
    /// `act` or `access`.
    let kind: String
    let actor: Identifier?
    let name: String?
    let credential: Identifier?
    let address: String?
    let action: String
    let type: String?
    let object: Identifier?
    let outcome: String
    let times: Int

    /// `names` are those of the members, by account.
    init(row: Row, names: [Identifier: String]) throws {
        at = try row[0]
        kind = try row[1]
        actor = try row[2]
        name = actor.flatMap { names[$0] }
        credential = try row[3]
        address = try row[4]
        action = try row[5]
        type = try row[6]
        object = try row[7]
        outcome = try row[8]
        times = try row[9]
    }
}

/// The answer to that question within one MSP (PRIV-11). Asking it is itself traced (AUD-07).
enum Touched {
    /// Days looked at when none is given.
    private static let days = 30

    static func read(_ request: MspRequest, _ filter: OriginFilter) async throws -> (access: Access, rows: [TouchedRow]) {
        let zone = try await request.write { unit in
            unit.audit("core.audit.read", type: "core.audit", id: unit.msp, detail: filter.detail)
            return unit.access.msp.timeZone
        }
        let now = request.web.now
        let from = filter.from.map { LocalTime.startOfDay($0, zone: zone) } ?? now.adding(seconds: -Self.days * 86_400)
        let to = filter.to.map { LocalTime.startOfDay($0.adding(days: 1), zone: zone) } ?? now.adding(seconds: 60)
        let reading = try await request.read(
            Query(
                """
                select t.at, t.kind, t.account_id, t.credential_id, t.address, t.action, t.object_type, t.object_id, t.outcome, t.times
                from kernel.touched($1, $2, $3, $4, $5) t
                order by t.at desc limit 5000
                """, .id(request.msp.id), .text(filter.address), .id(filter.credential), .instant(from), .instant(to)),
            MemberNames.query(request.msp.id))
        let names = try MemberNames.read(reading.results[1])
        return (reading.access, try reading.results[0].map { try TouchedRow(row: $0, names: names) })
    }

    /// One way of writing an address; nil for what is none.
    static func address(_ text: String) -> String? { TrustedProxies.canonical(text.trimmed) }
}
