import HTML
import Kernel
import KernelUI

/// « Déposer plusieurs pièces »: many files at once, each under the justificatif that its name tells.
struct DropPage: Sendable {
    let years: AciYears

    /// Twenty files, sixty megabytes together: what a scanner made in an afternoon, and no more than fits twice in memory.
    private static let upload = UploadRule(
        maximumBytes: PaperCheck.mostBytes, maximumFiles: 20, maximumTotal: 60_000_000,
        mediaTypes: Exhibits.upload.mediaTypes,
        tooLarge:
            "C’est trop lourd\u{A0}: un fichier fait au plus 20\u{A0}Mo, et tous ensemble 60\u{A0}Mo. Envoyez-en moins à la fois. Rien n’a été enregistré."
    )

    var routes: [PageRoute] {
        [
            PageRoute(.get, "aci/:id/deposer-plusieurs", permission: DossierPermissions.provide) { try await show($0, nil, 200) },
            PageRoute(.post, "aci/:id/deposer-plusieurs", permission: DossierPermissions.provide, upload: Self.upload, handle: drop),
        ]
    }

    private func show(_ request: MspRequest, _ fault: String?, _ status: Int) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, year, _) = try await DossierYear.read(request, id, years)
        let needs = year.match.statuses.flatMap(\.needs)
        let missing = needs.filter { $0.present < $0.wanted }
        return .page(
            Page(
                access: access, title: "Déposer plusieurs pièces \(year.exercise)", crumbs: Self.crumbs(year.exercise, id, access.msp),
                status: status,
                body: { html in
                    html.postForm(
                        action: DossierPlaces.year(id, "deposer-plusieurs", access.msp), csrf: access.csrf, changes: false, hasFile: true
                    ) {
                        html.fileField(
                            Field(
                                "Fichiers", name: "fichiers",
                                help:
                                    "Choisissez-les ensemble ou déposez-les ici\u{A0}: PDF ou photos, 20 au plus. Aucun patient reconnaissable.",
                                error: fault, required: true), accept: FileRule.papers.accept, rule: Self.upload)
                        html.selectField(
                            Field(
                                "Justificatif", name: "exigence",
                                help:
                                    "Sans choix, le nom de chaque fichier le dit\u{A0}: «\u{A0}charte.pdf\u{A0}», «\u{A0}A2-PRO suivi AVK.pdf\u{A0}»…"
                            ),
                            options: needs.map {
                                FieldOption($0.requirement.id, "\($0.requirement.indicator.rawValue) – \($0.requirement.title)")
                            },
                            value: request.web.form["exigence"] ?? "", none: "D’après le nom de chaque fichier")
                        html.formActions(submit: "Déposer", cancelHref: DossierPlaces.year(id, "pieces", access.msp))
                    }
                    guard !missing.isEmpty else { return }
                    html.card("Il manque", count: missing.count) {
                        html.ul { for need in missing { html.li(text: need.gap ?? need.requirement.title) } }
                    }
                }))
    }

    private static func crumbs(_ exercise: Int, _ id: Identifier, _ msp: MspHandle) -> [Crumb] {
        [Crumb("Pièces \(exercise)", href: DossierPlaces.year(id, "pieces", msp))]
    }

    private func drop(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        // Nobody's file is opened before he was let in, nor for an exercise that is not there.
        let (access, year, _) = try await DossierYear.read(request, id, years)
        let files = request.web.files.filter { $0.field == "fichiers" }
        guard !files.isEmpty else { return try await show(request, "Choisissez au moins un fichier.", 422) }
        let requirement = Requirement.of(request.web.form["exigence"] ?? "")
        var dropped: [PieceBatch.Dropped] = []
        for file in files {
            dropped.append(try await PieceBatch.drop(file, PieceBatch.Said(requirement: requirement), year: id, years, request))
        }
        let (outcome, put) = (dropped, dropped.count { $0.piece != nil })
        return .page(
            Page(
                access: access, title: put == 0 ? "Aucune pièce déposée" : French.plural(put, "pièce déposée", "pièces déposées"),
                crumbs: Self.crumbs(year.exercise, id, access.msp), status: put == 0 ? 422 : 200,
                actions: { html in
                    if access.can(DossierPermissions.check), put > 0 {
                        html.linkButton("Vérifier les pièces", href: DossierPlaces.year(id, "a-verifier", access.msp), kind: .main)
                    }
                    html.linkButton("Déposer d’autres pièces", href: DossierPlaces.year(id, "deposer-plusieurs", access.msp), icon: .add)
                },
                body: { html in
                    html.table(
                        "Fichiers envoyés", columns: [TableColumn("Fichier"), TableColumn("Pièce"), TableColumn("Ce qui est à faire")]
                    ) { table in
                        for file in outcome {
                            table.row { row in
                                row.title(file.name)
                                row.cell {
                                    if let piece = file.piece {
                                        html.a(.href(DossierPlaces.piece(piece.id, access.msp)), text: piece.title)
                                        html.text(" (\(piece.requirement.indicator.rawValue))")
                                    } else {
                                        html.chip("Non déposé", tone: .stop)
                                    }
                                }
                                row.cell(file.refusal ?? "Relire, déclarer, valider. Ce n’est pas cela\u{202F}? Modifiez la pièce.")
                            }
                        }
                    }
                }))
    }
}
