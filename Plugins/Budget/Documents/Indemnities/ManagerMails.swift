import Kernel
import KernelUI

/// Tells the gérance what waits for it, or what somebody else changed: no name of a person paid, no amount, no account (API-19).
enum ManagerMails {
    /// - Parameter apartFrom: accounts that have nothing left to do; the one that acts is always among them.
    static func tell(
        _ key: String, _ subject: String, _ sentence: String, path: String, apartFrom others: [Identifier] = [], _ unit: WriteUnit
    ) async throws {
        let rows = try await unit.one(
            Query(
                """
                select p.id, p.first_name, p.email from kernel.professional p
                where p.msp_id = $1 and p.email is not null and p.archived_at is null
                    and p.account_id is not null and p.account_id <> all ($2::uuid[])
                    and p.id in (select r.id from kernel.professionals_in_roles($1, array['MANAGER']) r)
                order by p.id
                """, .id(unit.msp), .ids(others + [unit.access.account].compactMap { $0 })))
        for row in rows {
            let (person, name, email): (Identifier, String, String) = (try row[0], try row[1], try row[2])
            unit.mail(
                MailLayout.notice(
                    key: "\(key).\(person)", to: email, name: name, subject: "\(subject) – \(unit.access.msp.name)", sentence: sentence,
                    link: unit.publicURL + unit.access.msp.path(path), button: subject,
                    foot: ["Vous recevez ce message parce que vous avez la gérance de \(unit.access.msp.name)."]))
        }
    }
}
