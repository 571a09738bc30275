import Kernel
import KernelUI

/// What people who are paid are told. No amount and no account stands in a mail (compliance API-19).
enum IndemnityMails {
    /// That the statement is ready, or that it was taken back. `sending` counts how often the run was sent: each time tells anew.
    /// - Parameter again: sends it once more to this person alone, whose mail did not arrive.
    static func tellStatements(
        _ papers: RunPapers, sending: Int, isReady: Bool = true, again: Identifier? = nil, _ unit: WriteUnit
    ) async throws {
        let people = papers.screen.payees.filter { again == nil || $0 == again }
        let rows = try await unit.one(
            Query(
                """
                select id, first_name, email from kernel.professional
                where msp_id = $1 and id = any ($2) and email is not null and account_id is not null and archived_at is null
                """, .id(unit.msp), .ids(people)))
        let link = unit.publicURL + papers.msp.path(IndemnityPlaces.own)
        for row in rows {
            let (person, name, email): (Identifier, String, String) = (try row[0], try row[1], try row[2])
            let (key, subject, sentence) =
                isReady
                ? (
                    statementKey(papers.screen.id, person, sending), "Votre relevé d’indemnités",
                    "Votre relevé d’indemnités de \(papers.msp.name) est prêt. Vous le lisez après connexion\u{00A0}:"
                )
                : (
                    "budget.statement_recalled.\(papers.screen.id).\(person).\(sending)", "Relevé d’indemnités retiré",
                    "Le relevé d’indemnités que \(papers.msp.name) vous a annoncé est retiré avant le versement\u{00A0}: un nouveau suivra. Vous suivez vos indemnités après connexion\u{00A0}:"
                )
            unit.mail(
                MailLayout.notice(
                    key: again == nil ? key : try await SentMail.nextKey(key, unit), to: email, name: name,
                    subject: "\(subject) – \(papers.msp.name)", sentence: sentence, link: link, button: "Mes indemnités",
                    foot: ["Vous recevez ce message parce que vous êtes membre de l’équipe."]))
        }
        if again != nil, rows.isEmpty {
            throw Refusal.conflict("no_address", "Cette personne n’a pas d’adresse ou pas de compte\u{A0}: rien n’est envoyé.")
        }
    }

    private static func statementKey(_ run: Identifier, _ person: Identifier, _ sending: Int) -> String {
        "budget.statement.\(run).\(person).\(sending)"
    }

    /// What became of the last mail to each person about the statement of a run.
    static func statementMails(_ msp: Identifier, _ run: Identifier) -> Query {
        Query(
            """
            select distinct on (l.professional_id) l.professional_id,
            """ + " " + SentMail.columns + """
                 from budget.indemnity_line l
                join budget.indemnity_run r on r.msp_id = l.msp_id and r.id = l.run_id
                join kernel.mail m on m.msp_id = l.msp_id and m.dedupe_key = 
                """ + SentMail.any("'budget.statement.' || l.run_id || '.' || l.professional_id || '.' || r.sendings") + """
                     where l.msp_id = $1 and r.msp_id = $1 and m.msp_id = $1 and l.run_id = $2 and r.status in ('SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED')
                    order by l.professional_id, m.created_at desc, m.id desc
                    """, .id(msp), .id(run))
    }

    /// Somebody else wrote the account to which a person is paid: it is told, without a number.
    static func tellAccount(of person: Identifier, change: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select first_name, email, account_id from kernel.professional
                where msp_id = $1 and id = $2 and email is not null and archived_at is null
                """, .id(unit.msp), .id(person)))
        guard let row = rows.first else { return }
        let (name, email, account): (String, String, Identifier?) = (try row[0], try row[1], try row[2])
        guard account == nil || account != unit.access.account else { return }
        let msp = unit.access.msp
        unit.mail(
            MailLayout.notice(
                key: "budget.bank_account.\(change)", to: email, name: name, subject: "Votre compte bancaire a été changé – \(msp.name)",
                sentence:
                    "\(unit.access.displayName) a changé, le \(French.longDateTime(unit.access.local(unit.now))), le compte bancaire sur lequel \(msp.name) vous verse vos indemnités. Vérifiez-le après connexion\u{202F}; si ce changement n’est pas à votre demande, prévenez aussitôt la gérance.",
                link: unit.publicURL + msp.path(IndemnityPlaces.own), button: "Mes indemnités",
                foot: ["Vous recevez ce message parce que \(msp.name) vous verse des indemnités."]))
    }
}
