import HTML
import Kernel

/// « Dossier ACI » (missions.md 12.1): cover list by indicator, each with its commitment in figures, its comment and its numbered
/// exhibits. It says nothing of when and by whom it is sealed, so that the same pieces give the same bytes.
enum IndexDocument {
    static func make(_ year: DossierYear, plan: DossierPlan, msp: MspHandle) -> PrintDocument {
        let title = "Dossier ACI \(year.exercise)"
        return PrintDocument(title: title, mspName: msp.name, footer: "\(msp.name) – dossier ACI \(year.exercise)") { html in
            head(year, plan: plan, msp: msp, title, html)
            for status in year.match.statuses { section(status, year, plan, html) }
        }
    }

    /// Digest of all that it says, without printing it.
    static func digest(_ year: DossierYear, plan: DossierPlan, msp: MspHandle) -> String {
        let html = HTMLWriter()
        html.render(make(year, plan: plan, msp: msp).body)
        return Digest.hex(Digest.sha256(html.bytes))
    }

    private static func head(_ year: DossierYear, plan: DossierPlan, msp: MspHandle, _ title: String, _ html: HTMLWriter) {
        html.header(.class("doc__head")) {
            html.p(.class("doc__structure"), text: msp.name)
            html.h1(.class("doc__title"), text: title)
            html.p(
                .class("doc__facts"), text: "Pièces justificatives de l’accord conventionnel interprofessionnel, exercice \(year.exercise)")
        }
        html.dl(.class("dl")) {
            line("Structure", [msp.name, msp.town].filter { !$0.isEmpty }.joined(separator: ", "), html)
            for (label, value) in year.contract.facts { line(label, value ?? "non renseigné", html) }
            line("Règles de calcul", year.standing.label, html)
            line("Indicateurs", "\(year.match.statuses.count)", html)
            line("Pièces", "\(plan.rows.count)", html)
            line(
                "Contrôle",
                "Le fichier \(DossierPlan.manifestName) joint donne l’empreinte SHA-256 de chaque fichier, aussi écrite ci-dessous\u{A0}: si un seul octet changeait, l’empreinte ne serait plus la même.",
                html)
        }
        if !year.warnings.isEmpty {
            html.ul { for warning in year.warnings { html.li(text: warning) } }
        }
        table(
            "Liste des indicateurs", ["Indicateur", "Intitulé", "Points", "Montant simulé", "Pièces"], numbers: [2, 3, 4], html
        ) {
            for status in year.match.statuses {
                let line = year.lines.first { $0.indicator == status.indicator }
                html.tr {
                    html.th(.scope(.row), text: status.indicator.rawValue)
                    html.td(text: year.names[status.indicator] ?? status.indicator.shortName)
                    html.td(.class("num"), text: line.map { French.number($0.points) } ?? "")
                    html.td(.class("num"), text: line.map { French.money(cents: $0.amountCents) } ?? "")
                    html.td(.class("num"), text: "\(plan.rows.count { $0.indicator == status.indicator.rawValue })")
                }
            }
            html.tr {
                html.th(.scope(.row), text: "Exercice")
                html.td(text: "Montant simulé, majoration et plafonds compris")
                html.td(.class("num"), text: French.number(year.simulatedPoints))
                html.td(.class("num"), text: French.money(cents: year.simulatedCents))
                html.td(.class("num"), text: "\(plan.rows.count)")
            }
        }
    }

    private static func section(_ status: RequirementMatch.Status, _ year: DossierYear, _ plan: DossierPlan, _ html: HTMLWriter) {
        let rows = plan.rows.filter { $0.indicator == status.indicator.rawValue }
        html.section(.class("doc__section")) {
            html.h2(text: "\(status.indicator.rawValue) – \(year.names[status.indicator] ?? status.indicator.shortName)")
            if let line = year.lines.first(where: { $0.indicator == status.indicator }) {
                html.dl(.class("dl")) {
                    Self.line("Points et montant simulés", "\(French.points(line.points)), \(French.money(cents: line.amountCents))", html)
                    for value in line.values { Self.line(value.label.firstCapital, value.value, html) }
                }
            }
            for excess in year.excesses where excess.indicator == status.indicator { html.p(text: excess.explained) }
            if let comment = year.comments[status.indicator] {
                for paragraph in comment.split(separator: "\n", omittingEmptySubsequences: true) { html.p(text: String(paragraph)) }
            }
            if status.indicator == .concertation, !(year.concertations.isEmpty && year.declared.isEmpty) { calendar(year, html) }
            if rows.isEmpty {
                html.p(text: status.meetings?.warning.map { "\($0)." } ?? "Aucune pièce n’est demandée.")
            } else {
                table(
                    "Pièces de \(status.indicator.rawValue)", ["N°", "Pièce", "Ce qu’elle justifie", "Fichier et empreinte", "Taille"],
                    numbers: [0, 4], html
                ) {
                    for row in rows {
                        html.tr {
                            html.td(.class("num"), text: "\(row.number)")
                            html.th(.scope(.row), text: row.title)
                            html.td(text: row.purpose)
                            html.td {
                                html.text(row.path.text)
                                html.span(.class("doc__digest"), text: row.sha256)
                            }
                            html.td(.class("num"), text: French.fileSize(row.size))
                        }
                    }
                }
            }
        }
    }

    /// The calendar that the payer asks for: meetings with the number of files.
    private static func calendar(_ year: DossierYear, _ html: HTMLWriter) {
        table("Réunions de concertation", ["Réunion du", "Dossiers", "Registre des preuves"], numbers: [1], html) {
            for meeting in year.concertations {
                html.tr {
                    html.th(.scope(.row), text: French.longDate(meeting.day))
                    html.td(.class("num"), text: French.number(meeting.files))
                    html.td(text: "n° \(meeting.evidence)")
                }
            }
            for told in year.declared {
                html.tr {
                    html.th(.scope(.row), text: "\(told.title)\u{A0}: \(French.plural(told.meetings, "réunion", "réunions"))")
                    html.td(.class("num"), text: French.number(told.files))
                    html.td(text: "déclaration, pièce «\u{A0}\(told.piece)\u{A0}»")
                }
            }
            html.tr {
                let meetings = year.concertations.count + year.declared.reduce(0) { $0 + $1.meetings }
                html.th(.scope(.row), text: "Total\u{A0}: \(French.plural(meetings, "réunion", "réunions"))")
                html.td(
                    .class("num"),
                    text: French.number(year.concertations.reduce(0) { $0 + $1.files } + year.declared.reduce(0) { $0 + $1.files }))
                html.td(text: "")
            }
        }
    }

    private static func line(_ label: String, _ value: String, _ html: HTMLWriter) {
        html.div {
            html.dt(text: label)
            html.dd(text: value)
        }
    }

    private static func table(_ caption: String, _ columns: [String], numbers: Set<Int>, _ html: HTMLWriter, _ rows: () -> Void) {
        html.div(.class("table-wrap")) {
            html.table(.class("table")) {
                html.caption(text: caption)
                html.thead {
                    html.tr {
                        for (index, column) in columns.enumerated() {
                            html.th(.scope(.col), .when(numbers.contains(index), .class("num")), text: column)
                        }
                    }
                }
                html.tbody(content: rows)
            }
        }
    }
}
