internal import Kernel

/// What the kernel itself tells on « Aujourd’hui »; tasks come there by their deadline (`TaskRecord`).
enum CoreToday {
    static let sources: [TodaySource] = [refusedAddresses, refusedInvitations]

    /// Days ahead that count as near (visual-language.md, screen 1).
    static let horizon = 14

    /// People of the team whom a mail did not reach, and none since; a mail that says what it is about is told by its module.
    private static let refusedAddresses = TodaySource(
        "core.refused_addresses", permission: CorePermissions.writeProfessionals,
        queries: { msp, now in
            [
                Query(
                    """
                    select p.id, p.shown_name, max(m.created_at)
                    from kernel.mail m join kernel.professional p on p.msp_id = m.msp_id and p.email = m.recipient
                    where m.msp_id = $1 and p.msp_id = $1 and m.state = 'dead' and m.about_type is null
                        and m.discarded_at is null
                        and m.created_at > $2::timestamptz - interval '30 days' and p.archived_at is null
                        and not exists (select from kernel.mail n where n.msp_id = $1 and n.recipient = m.recipient and n.state = 'sent'
                            and n.created_at > m.created_at)
                    group by p.id, p.shown_name order by max(m.created_at), p.id limit 20
                    """, .id(msp), .instant(now))
            ]
        },
        items: { results, msp, _ in
            try results[0].map { row in
                TodayItem(
                    column: .missing, title: "Message non distribué à \(try row.decode(1, as: String.self))",
                    detail: "Adresse de messagerie à corriger", day: LocalTime(try row[2], zone: msp.timeZone).date,
                    href: msp.path("structure/professionnels/\(try row.decode(0, as: Identifier.self))/modifier"))
            }
        })

    /// Invitations whose letter did not arrive.
    private static let refusedInvitations = TodaySource(
        "core.refused_invitations", permission: CorePermissions.inviteMembers,
        queries: { msp, _ in
            [Query("select id, shown_name, invited_at from kernel.refused_invitations($1)", .id(msp))]
        },
        items: { results, msp, _ in
            try results[0].map { row in
                TodayItem(
                    column: .missing, title: "Invitation de \(try row.decode(1, as: String.self))",
                    detail: "message non distribué\u{A0}: corriger et renvoyer", day: LocalTime(try row[2], zone: msp.timeZone).date,
                    href: msp.path("structure/membres/\(try row.decode(0, as: Identifier.self))"))
            }
        })
}
