import Kernel

/// MSPs without story, for trials at the size of the country.
struct DemoCrowd {
    let pool: PostgresPool

    /// Makes MSPs until there are `total`; each has one coordinator line and no account.
    func grow(to total: Int) async throws {
        let rows = try await pool.pipeline([Query("select count(*) from kernel.organisation where kind = 'MSP'")])[0]
        let present: Int = try rows[0][0]
        guard total > present else { return }
        for start in stride(from: present, to: total, by: 50) {
            var statements = [Query("begin")]
            for index in start..<min(start + 50, total) {
                let id = Identifier.derived(from: "demo.crowd.\(index)")
                statements.append(
                    Query(
                        "select kernel.admin_organisation($1, 'MSP', $2, $3, 'X', 'Commune', '91A', $4, 'Europe/Paris', $5, false)",
                        .id(id),
                        .text("msp-\(index)"), .text("MSP n° \(index)"), .text(DemoFederation.region), .id(DemoFederation.id)))
                statements.append(Query("select kernel.enter_job($1)", .id(id)))
                statements.append(
                    Query(
                        """
                        insert into kernel.professional (msp_id, id, first_name, last_name, profession, status, joined_on)
                        values ($1, $2, 'Camille', 'Exemple', 'COORDINATOR', 'SALARIED', '2020-01-01') on conflict do nothing
                        """, .id(id), .id(Identifier.derived(from: "demo.crowd.professional.\(index)"))))
            }
            _ = try await pool.pipeline(statements + [Query("commit")])
        }
    }
}
