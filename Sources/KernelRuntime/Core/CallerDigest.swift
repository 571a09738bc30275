@_spi(Runtime) internal import Kernel

extension MspRequest {
    /// What the kernel's own functions check again beside the context: only a person's session may change accesses and rights.
    func callerDigest() throws -> [UInt8] {
        guard let gate = gate as? CredentialGate else { throw Refusal.forbidden }
        return gate.credential.digest
    }

    /// The form as it was sent, for a page that shows it again.
    func form(_ faults: [FieldFault]) -> PortalForm { PortalForm(values: web.form, faults: faults) }
}

extension PostgresError {
    /// A rule of the kernel's functions refused the act.
    var isRule: Bool { sqlState?.rawValue == "CK422" }
}
