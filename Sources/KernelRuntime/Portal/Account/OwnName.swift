internal import Kernel

/// The person's own name, once it is well.
struct OwnName: Sendable {
    let first: String
    let last: String

    /// Nil when something is to be repaired; `fields` are what the two inputs are called.
    init?(first: String?, last: String?, fields: (first: String, last: String), into faults: inout [FieldFault]) {
        let before = faults.count
        self.first = PersonName.read(first, field: fields.first, label: "votre prénom", into: &faults)
        self.last = PersonName.read(last, field: fields.last, label: "votre nom", into: &faults)
        if faults.count > before { return nil }
    }

    func save(_ credential: Credential, in pool: PortalDatabase) async throws {
        try await pool.run(Query("select kernel.set_own_name($1, $2, $3)", .bytes(credential.digest), .text(first), .text(last)))
    }
}
