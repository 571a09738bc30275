import Kernel

/// Every account that the MSP pays from or to, for its page and its programs.
enum AccountList {
    struct Line: Sendable {
        /// Nil for the MSP itself.
        let person: Identifier?
        let name: String
        let account: PayeeAccount?
        /// Written last by somebody else than the person paid, and confirmed by nobody else yet.
        let isToConfirm: Bool
    }

    /// The MSP and whoever may be paid for some of its days, also those who have left since.
    static func queries(_ msp: Identifier) -> [Query] {
        [
            Query(
                """
                select p.id, p.shown_name, p.account_id from kernel.professional p
                where p.msp_id = $1 and (p.archived_at is null or p.left_on is not null) and exists (
                    select from kernel.team_stay s where s.msp_id = $1 and s.professional_id = p.id and s.indemnifiable)
                order by p.last_name collate kernel.french, p.first_name collate kernel.french, p.id
                """, .id(msp))
        ] + ApprovedAccounts.queries(msp)
    }

    /// The MSP's own line first, then the team by family name.
    static func read(_ results: [ResultSet], own: String) throws -> [Line] {
        let accounts = try ApprovedAccounts.review(results[1...], approvals: [], needed: 1).accounts
        func line(_ person: Identifier?, _ name: String, _ member: Identifier?) -> Line {
            let account = accounts[person]
            let waits = account.map { found in
                found.changedBy != nil && found.changedBy != member && found.confirmedBy.allSatisfy { $0 == found.changedBy }
            }
            return Line(person: person, name: name, account: account, isToConfirm: waits ?? false)
        }
        return [line(nil, own, nil)] + (try results[0].map { line(try $0[0], try $0[1], try $0[2]) })
    }
}
