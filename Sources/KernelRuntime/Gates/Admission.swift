import Kernel

/// What a door of the database answers whom it lets in (kernel.admit_session): one text, its parts between two signs 1F.
struct Admission: Sendable, Equatable {
    let account: Identifier
    let displayName: String
    let professional: Identifier?
    let roles: Set<String>
    let modules: Set<String>
    let mspName: String
    let mspTown: String
    let mspTimeZone: String
    /// True when the use of the credential is to be noted.
    let isToNote: Bool
    /// Nil when they are those that the caller named.
    let told: NamedRights?

    private static let parts = 11

    /// - Throws: `.decoding` for another number of parts, or a part that is not what it has to be: nobody enters by half an answer.
    init(_ answer: String) throws(PostgresError) {
        let part = answer.split(separator: "\u{1F}", omittingEmptySubsequences: false)
        guard part.count == Self.parts, let account = Identifier(String(part[0])) else { throw Self.unreadable }
        self.account = account
        displayName = String(part[1])
        professional = try Self.identifier(part[2])
        roles = Self.codes(part[3])
        modules = Self.codes(part[4])
        mspName = String(part[5])
        mspTown = String(part[6])
        mspTimeZone = String(part[7])
        isToNote = part[8] == "t"
        told = try Self.identifier(part[9]).map { NamedRights(version: $0, permissions: Self.codes(part[10])) }
    }

    private static let unreadable = PostgresError(kind: .decoding)

    private static func codes(_ text: Substring) -> Set<String> { Set(text.split(separator: ",").map(String.init)) }

    private static func identifier(_ text: Substring) throws(PostgresError) -> Identifier? {
        if text.isEmpty { return nil }
        guard let id = Identifier(String(text)) else { throw unreadable }
        return id
    }
}
