@_spi(Runtime) internal import Kernel

extension MspRequest {
    /// What the kernel's own functions check again beside the context: who changes accesses and rights, session or token.
    func callerDigest() throws -> [UInt8] { try caller().digest }

    /// The credential of a member; a link has none.
    func caller() throws -> Credential {
        guard let gate = gate as? CredentialGate else { throw Refusal.forbidden }
        return gate.credential
    }

    /// The form as it was sent, for a page that shows it again.
    func form(_ faults: [FieldFault]) -> PortalForm { PortalForm(values: web.form, faults: faults) }
}

extension PostgresError {
    /// A rule of the kernel's functions refused the act.
    var isRule: Bool { sqlState?.rawValue == "CK422" }

    /// A role was to be given that may more than who gives it.
    var isBeyondOwnRights: Bool { sqlState?.rawValue == "CK423" }
}
