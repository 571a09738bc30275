import HTML
import Kernel

/// The mail that says a statement is ready. No amount and no account stands in a mail (compliance API-19).
enum IndemnityMails {
    static func tellStatements(_ papers: RunPapers, _ unit: WriteUnit) async throws {
        let people = papers.screen.result.lines.filter { $0.finalCents > 0 }.map(\.person)
        let rows = try await unit.one(
            Query(
                """
                select id, first_name, email from kernel.professional
                where msp_id = $1 and id = any ($2) and email is not null and account_id is not null and archived_at is null
                """, .id(unit.msp), .ids(people)))
        let link = unit.publicURL + papers.msp.path(IndemnityPlaces.own)
        for row in rows {
            let (person, name, email): (Identifier, String, String) = (try row[0], try row[1], try row[2])
            unit.mail(mail(key: "budget.statement.\(papers.screen.id).\(person)", to: email, name: name, papers.msp, link))
        }
    }

    static func mail(key: String, to email: String, name: String, _ msp: MspHandle, _ link: String) -> OutgoingMail {
        let sentence = "Votre relevé d’indemnités de \(msp.name) est prêt. Vous le lisez après connexion\u{00A0}:"
        let why = "Vous recevez ce message parce que vous êtes membre de l’équipe."
        let html = HTMLWriter()
        html.p(text: "Bonjour \(name),")
        html.p(text: sentence)
        html.p { html.a(.href(link), text: "Mes indemnités") }
        html.p(text: why)
        return OutgoingMail(
            key: key, recipient: email, subject: "Votre relevé d’indemnités – \(msp.name)",
            text: "Bonjour \(name),\n\n\(sentence)\n\(link)\n\n\(why)\n", html: String(decoding: html.bytes, as: UTF8.self))
    }
}
