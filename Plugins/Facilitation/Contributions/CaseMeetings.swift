import HTML
import Kernel
import KernelUI

/// Beside a situation: the meetings on whose programme it is or was.
enum CaseMeetings {
    static let slot = SlotContribution(
        slot: "\(CaseRecord.id).side", permission: Permissions.readMeetings,
        read: { msp, situation in
            .each(
                Query(
                    """
                    select m.id, m.title, coalesce(m.actual_start, m.starts_at), k.discussed
                    from facilitation.meeting_case k join facilitation.meeting m on m.msp_id = k.msp_id and m.id = k.meeting_id
                    where k.msp_id = $1 and k.case_id = $2 and k.archived_at is null and m.archived_at is null
                        and m.status <> 'CANCELLED'
                    order by coalesce(m.actual_start, m.starts_at) desc nulls first, m.id limit 20
                    """, .id(msp), .id(situation))
            ) { row -> (Identifier, String, Instant?, Bool) in try row.cells() }
        },
        render: { meetings, access, html in
            guard !meetings.isEmpty else { return }
            html.section(.class("card"), .aria(.labelledby, "titre-reunions-situation")) {
                html.h2(.class("card__title"), .id("titre-reunions-situation"), text: "Réunions")
                html.ul(.role("list"), .class("stack", "stack--tight")) {
                    for (id, title, at, discussed) in meetings {
                        html.li {
                            html.a(.href(Places.meeting(id, in: access.msp)), text: title)
                            let state = discussed ? "examinée" : "inscrite"
                            html.p(
                                .class("soft", "small"), text: at.map { "\(state), \(Say.dayAndTime($0, access))" } ?? state)
                        }
                    }
                }
            }
        })
}
