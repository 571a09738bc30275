internal import Kernel

/// Recomputes the chains of a ledger, MSP by MSP (AUD-04).
public enum LedgerCheck {
    public enum Ledger: String, Sendable { case audit, evidence }

    private static let verifyAudit: SQL = "select seq, fault from kernel.verify_audit($1)"
    private static let verifyEvidence: SQL = "select seq, fault from kernel.verify_evidence($1)"

    /// Throws one error that lists every broken link; tells the number of chains otherwise.
    public static func run(_ platform: Platform, _ ledger: Ledger, say: (String) -> Void) async throws {
        let pool = try platform.ownerPool()
        var faults: [String] = []
        let msps = try await pool.pipeline([Query("select id, slug from kernel.organisation where kind = 'MSP' order by slug")])[0]
        for row in msps {
            let id: Identifier = try row[0]
            let slug: String = try row[1]
            let results = try await pool.pipeline([
                Query("begin read only"), Query("select kernel.enter_job($1)", .id(id)),
                Query(ledger == .audit ? verifyAudit : verifyEvidence, .id(id)), Query("commit"),
            ])
            for fault in results[2] { faults.append("\(slug): entry \(try fault[0] as Int): \(try fault[1] as String)") }
        }
        if ledger == .audit {
            for fault in try await pool.pipeline([Query("select seq, fault from kernel.verify_platform_audit()")])[0] {
                faults.append("platform: entry \(try fault[0] as Int): \(try fault[1] as String)")
            }
        }
        await pool.close()
        guard faults.isEmpty else { throw ModuleSetupError(faults) }
        say("\(msps.count) chains of \(ledger.rawValue) entries are intact.")
    }
}
