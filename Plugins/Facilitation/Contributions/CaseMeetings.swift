import HTML
import Kernel
import KernelUI

/// Beside a situation: the meetings on whose programme it is or was.
enum CaseMeetings {
    static let slot = SlotContribution(
        slot: "\(CaseRecord.id).side", permission: Permissions.readMeetings,
        queries: { msp, situation in
            [
                Query(
                    """
                    select m.id, m.title, coalesce(m.actual_start, m.starts_at), k.discussed
                    from facilitation.meeting_case k join facilitation.meeting m on m.msp_id = k.msp_id and m.id = k.meeting_id
                    where k.msp_id = $1 and k.case_id = $2 and k.archived_at is null and m.archived_at is null
                        and m.status <> 'CANCELLED'
                    order by coalesce(m.actual_start, m.starts_at) desc nulls first, m.id limit 20
                    """, .id(msp), .id(situation))
            ]
        },
        render: { results, access, html in
            guard let rows = results.first, !rows.isEmpty else { return }
            let meetings = try rows.map { row in
                let discussed: Bool = try row[3]
                return (id: try row[0] as Identifier, title: try row[1] as String, at: try row[2] as Instant?, discussed: discussed)
            }
            html.section(.class("card"), .aria(.labelledby, "titre-reunions-situation")) {
                html.h2(.class("card__title"), .id("titre-reunions-situation"), text: "Réunions")
                html.ul(.role("list"), .class("stack", "stack--tight")) {
                    for meeting in meetings {
                        html.li {
                            html.a(.href(Places.meeting(meeting.id, in: access.msp)), text: meeting.title)
                            let state = meeting.discussed ? "examinée" : "inscrite"
                            html.p(
                                .class("soft", "small"), text: meeting.at.map { "\(state), \(Say.dayAndTime($0, access))" } ?? state)
                        }
                    }
                }
            }
        })
}
