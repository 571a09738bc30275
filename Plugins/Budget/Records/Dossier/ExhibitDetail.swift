import HTML
import Kernel
import KernelUI
import Postgres

/// The page of a piece: its file, the next act, its facts.
enum ExhibitDetail {
    static let detail = RecordDetail(
        shows: Set(ExhibitRecord.fields.map(\.name)), read: next,
        render: { view, following, html in
            draw(view, html)
            next(view, following, html)
        })

    /// The piece to look at after this one, and how many wait.
    private static func next(_ msp: Identifier, _ id: Identifier) -> Read<Following?> {
        .first(
            Query(
                """
                select x.id, x.title, count(*) over () from budget.exhibit x
                where x.msp_id = $1 and x.id <> $2 and x.state = 'PROVIDED' and x.archived_at is null
                    and x.year_id = (select o.year_id from budget.exhibit o where o.msp_id = $1 and o.id = $2)
                order by x.indicator, x.id limit 1
                """, .id(msp), .id(id))
        ) { row -> Following in try row.cells() }
    }

    private typealias Following = (Identifier, String, Int)

    private static func next(_ view: RecordView, _ following: Following?, _ html: HTMLWriter) {
        guard let (id, title, count) = following, view.access.can(DossierPermissions.check) else { return }
        html.card("À vérifier ensuite", count: count) {
            html.p {
                html.linkButton(
                    title, href: DossierPlaces.piece(id, view.access.msp),
                    kind: view.values.text("state") == "PROVIDED" ? .plain : .main, icon: .document)
            }
        }
    }

    private static func draw(_ view: RecordView, _ html: HTMLWriter) {
        let values = view.values
        let state = values.text("state") ?? "MISSING"
        if let reason = values.text("reason") { html.message("Écartée\u{A0}: \(reason)", tone: .stop) }
        if state == "PROVIDED" {
            html.message(
                values.text("anonymity") == Anonymity.notDeclared.rawValue
                    ? "Relisez la pièce, puis déclarez qu’aucun patient n’y est reconnaissable." : "Reste à valider la pièce.", tone: .note)
        }
        if let name = values.text("file_name") {
            html.card("Fichier") {
                html.p {
                    html.linkButton("Ouvrir le fichier", href: "\(view.href)/fichier", icon: .document)
                }
                html.p(.class("soft"), text: "\(name), \(French.fileSize(values.int("file_size") ?? 0))")
            }
        }
        let isOpen = state != "CHECKED"
        if isOpen, view.access.can(DossierPermissions.writePieces) || view.access.can(DossierPermissions.provide) {
            html.card(state == "MISSING" ? "Déposer le fichier" : "Remplacer le fichier") {
                UploadForm.draw(action: "\(view.href)/fichier", csrf: view.access.csrf, submit: "Envoyer", error: nil, html)
            }
        }
        html.definitionList(facts(view))
    }

    private static func facts(_ view: RecordView) -> [(label: String, text: String?)] {
        let values = view.values
        func moment(_ name: String) -> String? { values.instant(name).map { French.longDateTime(view.access.local($0)) } }
        func act(_ who: String, _ when: String) -> String? {
            guard let name = values.text(who) else { return nil }
            return moment(when).map { "\(name), le \($0)" } ?? name
        }
        return [
            ("Exercice", view.titles["year_id"]),
            ("Indicateur", values.text("indicator").flatMap(AciIndicatorID.init).map { "\($0.rawValue) – \($0.shortName)" }),
            ("Justificatif demandé", values.text("requirement").flatMap(Requirement.of)?.title ?? "Pièce de plus"),
            ("Patients", values.text("anonymity").map(Anonymity.codes.label)), ("Déclarée par", act("declared_by", "declared_at")),
            ("Déposée le", moment("provided_at")), ("Vérifiée par", act("checked_by", "checked_at")),
            ("Registre des preuves", values.int("evidence_seq").map { "n°\u{A0}\($0)" }), ("Empreinte", values.text("sha256")),
        ]
    }
}

/// The part of a form that takes a file, from a disk or a telephone's camera.
enum UploadForm {
    /// The input alone.
    static func input(error: String?, _ html: HTMLWriter) {
        html.fileField(
            Field(
                "Fichier", name: "fichier", help: FileRule.papers.help, error: error, required: true), accept: FileRule.papers.accept,
            rule: Exhibits.upload)
    }

    /// A form that sends one file.
    static func draw(action: String, csrf: String, submit: String, error: String?, _ html: HTMLWriter) {
        html.postForm(action: action, csrf: csrf, hasFile: true) {
            input(error: error, html)
            html.formActions(submit: submit)
        }
    }
}
