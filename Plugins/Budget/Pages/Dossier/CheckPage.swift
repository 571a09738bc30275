import HTML
import Kernel
import KernelUI
import Postgres

/// « Pièces à vérifier »: those that wait, looked at one by one, declared and validated together.
enum CheckPage {
    static let routes: [PageRoute] = [
        PageRoute(.get, "aci/:id/a-verifier", permission: DossierPermissions.check) { try await show($0, nil, 200) },
        PageRoute(.post, "aci/:id/a-verifier/declarer", permission: DossierPermissions.check) { request in
            guard let anonymity = Anonymity(rawValue: request.web.form["anonymity"] ?? ""), anonymity != .notDeclared else {
                return try await show(request, "Choisissez ce que vous déclarez des pièces cochées.", 422)
            }
            return try await act(.declare, RecordValues(["anonymity": .text(anonymity.rawValue)]), request) {
                "\(French.plural($0, "pièce est déclarée", "pièces sont déclarées"))."
            }
        },
        PageRoute(.post, "aci/:id/a-verifier/valider", permission: DossierPermissions.check) { request in
            try await act(.check, RecordValues(), request) {
                "\(French.plural($0, "pièce est vérifiée et inscrite", "pièces sont vérifiées et inscrites")) au registre des preuves."
            }
        },
    ]

    private static func act(
        _ action: PieceBatch.Act, _ values: RecordValues, _ request: MspRequest, _ say: (Int) -> String
    ) async throws -> PageResponse {
        let id = try request.web.id("id")
        let ids = request.web.form.all("ids").compactMap { Identifier($0) }
        let outcome: PieceBatch.Outcome
        do {
            outcome = try await PieceBatch.perform(action, on: ids, values, request)
        } catch let refusal as Refusal where refusal.status == 422 {
            return try await show(request, refusal.faults.first?.message ?? refusal.message, 422)
        }
        let back = DossierPlaces.year(id, "a-verifier", request.msp)
        guard let first = outcome.refused.first else { return .redirect(back, Message(.done, say(outcome.done.count))) }
        let refused = "\(French.plural(outcome.refused.count, "pièce est refusée", "pièces sont refusées"))\u{A0}: \(first.message)"
        return .redirect(back, Message(.stop, outcome.done.isEmpty ? refused : "\(say(outcome.done.count)) \(refused)"))
    }

    private static func show(_ request: MspRequest, _ fault: String?, _ status: Int) async throws -> PageResponse {
        let id = try request.web.id("id")
        let reading = try await request.read(
            Query(
                "select exercise from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id), .id(id)),
            Query(
                """
                select id, title, indicator, requirement, anonymity, media_type, file_size from budget.exhibit
                where msp_id = $1 and year_id = $2 and state = 'PROVIDED' and archived_at is null order by indicator, id limit $3
                """, .id(request.msp.id), .id(id), .int(PieceBatch.most)))
        guard let head = reading.results[0].first else { throw Refusal.notFound }
        let exercise: Int = try head[0]
        let rows = try reading.results[1].map { row in
            (
                id: try row[0] as Identifier, title: try row[1] as String, indicator: try row[2] as String,
                requirement: try row[3] as String?,
                anonymity: try row[4] as String, size: try row[6] as Int? ?? 0
            )
        }
        let access = reading.access
        let chosen = Set(request.web.form.all("ids"))
        return .page(
            Page(
                access: access, title: "Pièces à vérifier \(exercise)",
                crumbs: [Crumb("Pièces \(exercise)", href: DossierPlaces.year(id, "pieces", access.msp))], status: status,
                head: { html in html.fact("À vérifier", "\(rows.count)") },
                body: { html in
                    if let fault { html.message(fault, tone: .stop) }
                    guard !rows.isEmpty else {
                        return html.empty("Aucune pièce n’attend. Celles qui sont déposées apparaissent ici.") {
                            html.linkButton("Voir les pièces", href: DossierPlaces.year(id, "pieces", access.msp))
                        }
                    }
                    html.p(
                        .class("soft"),
                        text: "Ouvrez chaque pièce, cochez celles où aucun patient n’est reconnaissable, déclarez-les, puis validez-les.")
                    html.postForm(
                        action: DossierPlaces.year(id, "a-verifier/valider", access.msp), csrf: access.csrf, guarded: false
                    ) {
                        html.table(
                            "Pièces à vérifier",
                            columns: [
                                TableColumn("Pièce"), TableColumn("Justificatif"), TableColumn("Patients"), TableColumn("Taille", .number),
                            ], selection: TableSelection()
                        ) { table in
                            for line in rows {
                                table.row(
                                    id: line.id.description, name: line.title, isChosen: chosen.contains(line.id.description)
                                ) { row in
                                    row.title {
                                        html.a(.href(DossierPlaces.piece(line.id, access.msp)), text: line.title)
                                        html.text(" ")
                                        html.a(
                                            .href("\(DossierPlaces.piece(line.id, access.msp))/fichier"),
                                            .aria(.label, "Ouvrir le fichier\u{A0}: \(line.title)"), text: "Ouvrir")
                                    }
                                    row.cell("\(line.indicator) – \(line.requirement.flatMap(Requirement.of)?.title ?? "pièce de plus")")
                                    row.cell {
                                        if line.anonymity == Anonymity.notDeclared.rawValue {
                                            html.chip("Anonymat à déclarer", tone: .warn)
                                        } else {
                                            html.text(Anonymity.codes.label(line.anonymity))
                                        }
                                    }
                                    row.cell(French.fileSize(line.size))
                                }
                            }
                        }
                        html.choiceField(
                            Field("Ce que vous déclarez des pièces cochées", name: "anonymity"),
                            options: Anonymity.declarations.codes.map { FieldOption($0.code, $0.label) },
                            value: request.web.form["anonymity"] ?? "", none: nil)
                        html.bulkBar {
                            html.bulkButton("Déclarer", action: DossierPlaces.year(id, "a-verifier/declarer", access.msp))
                            html.bulkButton("Valider", action: DossierPlaces.year(id, "a-verifier/valider", access.msp), kind: .main)
                        }
                    }
                }))
    }
}
