import HTML
import Kernel
import KernelUI

/// On the page of a meeting: which run counts its time.
enum IndemnitySlots {
    static let all = [
        SlotContribution(
            slot: "facilitation.meeting.side", permission: IndemnityPermissions.readLines,
            read: { msp, meeting in .group(runs(msp, meeting), people(msp, meeting)) },
            render: { found, access, html in
                let (runs, people) = found
                guard people.present > 0 else { return }
                html.card("Indemnités") {
                    if runs.isEmpty {
                        html.p(
                            .class("soft"),
                            text: people.indemnifiable == 0
                                ? "Cette réunion n’ouvre pas droit à indemnité."
                                : "Le temps de cette réunion n’est encore dans aucune campagne contrôlée.")
                    }
                    for run in runs {
                        html.p {
                            html.a(.href(access.msp.path(IndemnityPlaces.run(run.id))), text: run.name)
                            html.text(" ")
                            html.chip(run.status.label, tone: run.status.tone)
                        }
                        html.p(
                            .class("soft", "small"),
                            text: [French.plural(run.people, "personne comptée", "personnes comptées"), run.number].compactMap { $0 }
                                .joined(separator: ", "))
                    }
                }
            })
    ]

    private struct Run {
        let id: Identifier
        let name: String
        let number: String?
        let status: IndemnityRunStatus
        let people: Int
    }

    private static func runs(_ msp: Identifier, _ meeting: Identifier) -> Read<[Run]> {
        .each(
            Query(
                """
                select r.id, r.name, r.number, r.status, count(*)::bigint
                from budget.presence p
                join budget.indemnity_claim c on c.msp_id = p.msp_id and c.fact_id = p.id
                join budget.indemnity_run r on r.msp_id = c.msp_id and r.id = c.run_id
                where p.msp_id = $1 and p.meeting_id = $2
                group by r.id, r.name, r.number, r.status, r.period_to order by r.period_to, r.id
                """, .id(msp), .id(meeting))
        ) { row in
            let (id, name, number, status, people): (Identifier, String, String?, String, Int) = try row.cells()
            return Run(id: id, name: name, number: number, status: IndemnityRunStatus(rawValue: status) ?? .draft, people: people)
        }
    }

    /// Nobody while the sheet is open.
    private static func people(_ msp: Identifier, _ meeting: Identifier) -> Read<(present: Int, indemnifiable: Int)> {
        .one(
            Query(
                """
                select count(*)::bigint, count(*) filter (where m.indemnifiable)::bigint
                from budget.meeting m join budget.presence p on p.msp_id = m.msp_id and p.meeting_id = m.id
                where m.msp_id = $1 and m.id = $2 and m.sheet_locked
                """, .id(msp), .id(meeting))
        ) { row in
            let (present, indemnifiable): (Int, Int) = try row.cells()
            return (present, indemnifiable)
        }
    }
}
