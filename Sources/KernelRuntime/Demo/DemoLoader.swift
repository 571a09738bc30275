public import Kernel

/// Loads the demonstration as the owner role. Ids are derived from names, so a second load finds everything in place.
public struct DemoLoader: Sendable {
    private let platform: Platform

    public init(platform: Platform) { self.platform = platform }

    /// Returns the demonstration accounts as a JSON array of `email`, `password`, `totp_secret`, `name`, `role`, `organisation`.
    public func load(msps: Int?, today: CivilDate? = nil) async throws -> JSONValue {
        let pool = try platform.ownerPool(size: 2)
        let secret = try platform.environment.secret()
        let day = today ?? LocalTime(.now, zone: "Europe/Paris").date
        try await organisations(pool)
        try await twoAtATime(DemoFederation.msps) { try await fill($0, pool: pool, today: day) }
        if let msps { try await DemoCrowd(pool: pool).grow(to: msps) }
        let accounts = try await DemoAccounts(pool: pool, secret: secret).load()
        try await pool.simple("analyze")
        await pool.close()
        return accounts
    }

    private func organisations(_ pool: PostgresPool) async throws {
        var statements = [
            Query("begin"),
            Query(
                "select kernel.admin_organisation($1, 'FEDERATION', $2, $3, 'FMS-RP', null, null, $4)", .id(DemoFederation.id),
                .text(DemoFederation.slug), .text(DemoFederation.name), .text(DemoFederation.region)),
            Query(
                "select kernel.admin_organisation($1, 'AUTHORITY', 'ars-rivages-et-plaines', 'ARS Rivages et Plaines', 'ARS', null, null, $2)",
                .id(DemoFederation.authority), .text(DemoFederation.region)),
        ]
        let known = try await pool.pipeline([Query("select id from kernel.organisation")])[0]
        let ids = Set(try known.map { try $0[0] as Identifier })
        if ids.contains(DemoFederation.id) { return }
        for msp in DemoFederation.msps {
            statements.append(
                Query(
                    "select kernel.admin_organisation($1, 'MSP', $2, $3, $4, $5, $6, $7, 'Europe/Paris', $8, false)", .id(msp.id),
                    .text(msp.slug), .text(msp.name), .text(msp.shortName), .text(msp.town), .text(msp.department),
                    .text(DemoFederation.region),
                    .id(DemoFederation.id)))
        }
        _ = try await pool.pipeline(statements + [Query("commit")])
    }

    /// Team, then the modules' scenarios, in one transaction under that MSP: an MSP is filled whole or not at all.
    private func fill(_ msp: DemoMspProfile, pool: PostgresPool, today: CivilDate) async throws {
        let demo = DemoMsp(key: msp.key, id: msp.id, slug: msp.slug, name: msp.name, today: today, timeZone: "Europe/Paris")
        let access = Access(
            channel: .job, account: nil, displayName: "Démonstration", professional: nil, roles: [], permissions: [], modules: [],
            msp: MspHandle(id: msp.id, slug: msp.slug, name: msp.name, town: msp.town, timeZone: "Europe/Paris"))
        let publicURL = platform.environment.values["COLLECTIF_URL"] ?? "http://127.0.0.1:8080"
        // In the order of the navigation, which is that of the work: the team's life first, its money after.
        let scenarios = platform.registry.byWeight.flatMap(\.contributions.demo)
        let subscriptions = platform.registry.subscriptions
        let acts = RecordEngine(platform.registry)
        let delivery = EventDelivery(handlers: platform.registry.handlers)
        try await pool.transaction(opening: [Query("begin"), Query("select kernel.enter_job($1)", .id(msp.id))]) { transaction, _ in
            _ = try await transaction.run(DemoTeam.statements(msp, today: today))
            let unit = WriteUnit(
                access: access, now: .now, requestID: "demo", through: "job", publicURL: publicURL,
                prepared: Prepared(papers: Papers(atOnce: PlainPaper.print)),
                acts: acts, transaction: transaction, subscriptions: subscriptions)
            for scenario in scenarios {
                try await scenario.load(demo, unit)
                try await delivery.deliverAll(unit)
            }
        }
    }
}
