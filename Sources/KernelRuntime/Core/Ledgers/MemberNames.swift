internal import Kernel

/// Names of those who are or were members, read beside a statement about the MSP's own tables and joined here: accounts are the
/// platform's, and may live on another machine.
enum MemberNames {
    static func query(_ msp: Identifier) -> Query { Query("select account_id, name from kernel.member_names($1)", .id(msp)) }

    static func read(_ rows: ResultSet) throws -> [Identifier: String] {
        try Dictionary(rows.map { (try $0[0], try $0[1]) }, uniquingKeysWith: { first, _ in first })
    }
}
