import HTML
import Kernel
import KernelUI

/// What the sheet of one situation is made from: its head and, by profession, who discussed it.
struct CaseDossier: Sendable {
    let msp: MspHandle
    let code: String
    let theme: String
    let aim: String
    let consent: String
    let state: String
    let requester: String
    let reviewOn: CivilDate?
    let outputs: [String]
    let patientInformed: Bool?
    let recordReported: Bool?
    /// Days on which it was discussed.
    let discussed: [CivilDate]
    /// Professions of those present, with their number.
    let professions: [(code: String, count: Int)]
    /// Kind and follow-up of its decisions; their words stay in the minutes.
    let decisions: [(kind: String, followUp: String)]

    /// Statements to run, in the order in which `init(results:msp:)` reads their answers.
    static func queries(_ msp: Identifier, _ situation: Identifier) -> [Query] {
        let sql: [SQL] = [
            """
            select c.case_code, c.theme, c.aim, c.consent, c.state, p.shown_name, c.review_on, c.outputs,
                c.patient_informed, c.record_reported
            from facilitation.rcp_case c join kernel.professional p on p.msp_id = c.msp_id and p.id = c.requester_id
            where c.msp_id = $1 and c.id = $2
            """,
            """
            select m.actual_start from facilitation.meeting_case k
            join facilitation.meeting m on m.msp_id = k.msp_id and m.id = k.meeting_id
            where k.msp_id = $1 and k.case_id = $2 and k.discussed and k.archived_at is null and m.actual_start is not null
            order by m.actual_start
            """,
            """
            select t.profession, count(distinct t.id)::integer
            from (select coalesce(kernel.profession_at($1, p.id, m.actual_start), p.profession) as profession, p.id
            from facilitation.meeting_case k
            join facilitation.meeting m on m.msp_id = k.msp_id and m.id = k.meeting_id
            join facilitation.attendance a on a.msp_id = k.msp_id and a.meeting_id = k.meeting_id and a.state = 'PRESENT'
            join kernel.professional p on p.msp_id = a.msp_id and p.id = a.professional_id
            where k.msp_id = $1 and m.msp_id = $1 and k.case_id = $2 and k.discussed and k.archived_at is null) t
            group by t.profession order by t.profession
            """,
            """
            select d.kind, d.follow_up_state from facilitation.decision d
            where d.msp_id = $1 and d.case_id = $2 and d.archived_at is null order by d.created_at, d.id
            """,
        ]
        return sql.map { Query($0, .id(msp), .id(situation)) }
    }

    /// Reads the answers of `queries`. Throws `Refusal.notFound` without such a situation.
    init(results: [ResultSet], msp: MspHandle) throws {
        guard results.count >= 4, let row = results[0].first else { throw Refusal.notFound }
        self.msp = msp
        code = try row[0]
        theme = try row[1]
        aim = try row[2]
        consent = try row[3]
        state = try row[4]
        requester = try row[5]
        reviewOn = try row[6]
        outputs = try row[7]
        patientInformed = try row[8]
        recordReported = try row[9]
        discussed = try results[1].map { LocalTime(try $0[0], zone: msp.timeZone).date }
        professions = try results[2].map { (try $0[0], try $0[1]) }
        decisions = try results[3].map { (try $0[0], try $0[1]) }
    }
}

/// « Fiche RCP », head only (missions.md 12.1): no identity and no clinical word, decisions in coded form.
enum CaseSheetDocument {
    static func make(_ dossier: CaseDossier) -> PrintDocument {
        PrintDocument(
            title: "Fiche de situation \(dossier.code)", mspName: dossier.msp.name, footer: "\(dossier.msp.name) – fiche de situation"
        ) { html in
            html.header(.class("doc__head")) {
                html.p(.class("doc__structure"), text: dossier.msp.name)
                html.h1(.class("doc__title"), text: "Fiche de situation \(dossier.code)")
            }
            html.documentFacts([
                ("Thème", Codes.rcpTheme.label(dossier.theme)), ("But", Codes.rcpAim.label(dossier.aim)),
                ("Accord du patient", Codes.consent.label(dossier.consent)), ("Demandeur", dossier.requester),
                ("Statut", Codes.rcpState.label(dossier.state)),
                ("Discutée le", French.list(dossier.discussed.map { French.date($0) })),
            ])
            html.documentSection("Participants par profession") {
                html.documentFacts(dossier.professions.map { (CodeList.profession.label($0.code), "\($0.count)") })
            }
            html.documentSection("Suites") {
                html.documentFacts([
                    ("Suites", dossier.outputs.map { Codes.rcpOutput.label($0) }.joined(separator: ", ")),
                    (
                        "Décisions",
                        dossier.decisions.map { "\(Codes.decisionKind.label($0.kind)) (\(Codes.followUp.label($0.followUp).lowercased()))" }
                            .joined(separator: ", ")
                    ),
                    ("Patient informé", dossier.patientInformed.map { $0 ? "Oui" : "Non" }),
                    ("Reporté dans le dossier partagé", dossier.recordReported.map { $0 ? "Oui" : "Non" }),
                    ("À revoir le", dossier.reviewOn.map { French.longDate($0) }),
                ])
            }
            html.p(text: "Cette fiche ne contient ni identité ni information clinique.")
        }
    }
}
