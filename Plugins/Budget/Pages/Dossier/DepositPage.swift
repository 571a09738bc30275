import HTML
import Kernel
import KernelUI
import Postgres

/// « Déposer une pièce »: from a disk or a telephone's camera, in one form.
enum DepositPage {
    static func routes(_ years: AciYears) -> [PageRoute] {
        [
            PageRoute(.get, "aci/:id/deposer", permission: DossierPermissions.provide) { try await show($0, [], 200) },
            PageRoute(.post, "aci/:id/deposer", permission: DossierPermissions.provide, upload: Exhibits.upload) {
                try await deposit($0, years)
            },
            PageRoute(.get, "mes-pieces", permission: DossierPermissions.provide, handle: own),
            PageRoute(.get, "pieces/:id/fichier", permission: DossierPermissions.readPieces) { try await file($0, onlyOwn: false) },
            PageRoute(.post, "pieces/:id/fichier", permission: DossierPermissions.provide, upload: Exhibits.upload, handle: replace),
            PageRoute(.get, "mes-pieces/:id/fichier", permission: DossierPermissions.provide) { try await file($0, onlyOwn: true) },
        ]
    }

    // MARK: One form

    private static func show(_ request: MspRequest, _ faults: [FieldFault], _ status: Int) async throws -> PageResponse {
        let id = try request.web.id("id")
        let reading = try await request.read(
            Query(
                "select exercise, state from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id),
                .id(id)))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        let exercise: Int = try row[0]
        let (access, form) = (reading.access, request.web.form)
        let wanted = form["exigence"] ?? request.web.query["exigence"] ?? ""
        func error(_ name: String) -> String? { faults.first { $0.field == name }?.message }
        return .page(
            Page(
                access: access, title: "Déposer une pièce \(exercise)",
                crumbs: [Crumb("Exercice \(exercise)", href: DossierPlaces.year(id, "pieces", access.msp))], status: status,
                body: { html in
                    html.errorSummary(faults)
                    html.postForm(action: DossierPlaces.year(id, "deposer", access.msp), csrf: access.csrf, changes: false, hasFile: true) {
                        html.requiredNote()
                        html.selectField(
                            Field(
                                "Justificatif", name: "exigence", help: "Ce que la pièce prouve.", error: error("exigence"), required: true),
                            options: Requirement.all.map { FieldOption($0.id, "\($0.indicator.rawValue) – \($0.title)") }, value: wanted,
                            none: "Choisir")
                        html.textField(
                            Field(
                                "Intitulé", name: "titre", help: "Laissez vide pour le nom du justificatif. Jamais le nom d’un patient.",
                                error: error("titre")), value: form["titre"] ?? "", maxLength: 160)
                        UploadForm.input(error: error("fichier"), html)
                        // The declaration is the act of the piece, under its own right.
                        if access.can(DossierPermissions.check) {
                            html.choiceField(
                                Field(
                                    "Patients", name: "patients",
                                    help: "Relisez toute la pièce. Sans déclaration, elle ne peut pas entrer dans le dossier.",
                                    error: error("patients")),
                                options: Anonymity.declarations.codes.map { FieldOption($0.code, $0.label) },
                                value: form["patients"] ?? "", none: "Je ne déclare rien pour l’instant")
                        }
                        html.formActions(submit: "Déposer", cancelHref: DossierPlaces.year(id, "pieces", access.msp))
                    }
                }))
    }

    private static func deposit(_ request: MspRequest, _ years: AciYears) async throws -> PageResponse {
        let year = try request.web.id("id")
        let form = request.web.form
        do {
            var reader = FormReader(form)
            let requirement = Requirement.of(form["exigence"] ?? "")
            if requirement == nil { reader.fault("exigence", "Choisissez le justificatif.") }
            let title = reader.line("titre", max: 160)
            var checked: CheckedFile?
            do { checked = try await chosen(request) } catch let refusal as Refusal where refusal.status == 422 {
                reader.fault("fichier", refusal.message)
            }
            let declared = form["patients"].flatMap { $0.isEmpty ? nil : Anonymity(rawValue: $0) }
            guard reader.faults.isEmpty, let requirement, let checked else { throw reader.refusal }
            let said = PieceBatch.Said(
                requirement: requirement, title: title, anonymity: declared == .notDeclared ? nil : declared)
            let name = try await PieceBatch.place(checked, name: "", said, year: year, years, request).title
            return .redirect(
                DossierPlaces.year(year, "pieces", request.msp),
                Message(
                    .done,
                    "«\u{A0}\(name)\u{A0}» est déposée."
                        + (declared == nil ? " Reste à déclarer qu’aucun patient n’y est reconnaissable." : "")))
        } catch let refusal as Refusal where refusal.status == 422 || refusal.status == 409 || refusal.status == 413 {
            let faults = refusal.faults.isEmpty ? [FieldFault("fichier", refusal.message)] : refusal.faults
            return try await show(request, faults, refusal.status)
        }
    }

    /// The file of a form, checked; a refusal says what to do. Nobody's file is opened before he was let in.
    static func chosen(_ request: MspRequest) async throws -> CheckedFile {
        guard let file = request.web.files.first(where: { $0.field == "fichier" }) else {
            throw Refusal(status: 422, code: "no_file", message: "Choisissez un fichier.")
        }
        _ = try await request.read()
        return try await CheckedFile(file, request)
    }

    // MARK: The file of a piece

    private static func replace(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let reading = try await request.read(
            Query(
                "select created_by from budget.exhibit where msp_id = $1 and id = $2 and archived_at is null", .id(request.msp.id), .id(id))
        )
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        try Exhibits.mayTouch(owner: try row[0], reading.access)
        let own = !reading.access.can(DossierPermissions.readPieces)
        let back = own ? request.path("budget/mes-pieces") : DossierPlaces.piece(id, request.msp)
        do {
            let checked = try await chosen(request)
            try await request.write { unit in
                try await Exhibits.put(checked, on: id, unit)
                AciYears.askAgain(unit)
            }
        } catch let refusal as Refusal where refusal.status == 422 || refusal.status == 409 {
            return .redirect(back, Message(.stop, refusal.message))
        }
        return .redirect(back, Message(.done, "Le fichier est déposé."))
    }

    static func fileQuery(_ msp: Identifier, _ id: Identifier) -> Query {
        Query(
            """
            select e.file_id, e.created_by from budget.exhibit e where e.msp_id = $1 and e.id = $2 and e.file_id is not null
            """, .id(msp), .id(id))
    }

    private static func file(_ request: MspRequest, onlyOwn: Bool) async throws -> PageResponse {
        let reading = try await request.read(fileQuery(request.msp.id, try request.web.id("id")))
        guard let row = reading.results[0].first else { throw Refusal.notFound }
        if onlyOwn, let account = reading.access.account, (try row[1] as Identifier?) != account { throw Refusal.notFound }
        return .download(Download(try await request.file(try row[0]), isInline: true))
    }

    // MARK: One's own

    private static func own(_ request: MspRequest) async throws -> PageResponse {
        let first = try await request.read(
            Query(
                "select id, exercise from budget.aci_year where msp_id = $1 and state <> 'CLOSED' and archived_at is null order by exercise desc",
                .id(request.msp.id)))
        let account = first.access.account
        let reading = try await request.read(
            Query(
                """
                select e.id, e.title, e.state, e.file_name, e.reason, y.exercise from budget.exhibit e
                join budget.aci_year y on y.msp_id = e.msp_id and y.id = e.year_id
                where e.msp_id = $1 and e.created_by = $2 and e.archived_at is null order by e.created_at desc, e.id limit 200
                """, .id(request.msp.id), .id(account)))
        let years = try first.results[0].map { (id: try $0[0] as Identifier, exercise: try $0[1] as Int) }
        let rows: [(Identifier, String, String, String?, String?, Int)] = try reading.results[0].map {
            (try $0[0], try $0[1], try $0[2], try $0[3], try $0[4], try $0[5])
        }
        let access = reading.access
        return .page(
            Page(
                access: access, title: "Mes pièces",
                actions: { html in
                    if let year = years.first {
                        html.linkButton(
                            "Déposer une pièce", href: DossierPlaces.year(year.id, "deposer", access.msp), kind: .main, icon: .add,
                            .data("shortcut", "n"))
                    }
                },
                body: { html in
                    guard !rows.isEmpty else {
                        return html.empty("Les pièces que vous déposez pour l’ACI apparaissent ici, avec ce que l’équipe en a dit.")
                    }
                    html.table(
                        "Pièces déposées",
                        columns: [TableColumn("Pièce"), TableColumn("Exercice"), TableColumn("État"), TableColumn("Motif")]
                    ) { table in
                        for (id, title, state, file, reason, exercise) in rows {
                            table.row { row in
                                row.title(title, href: file.map { _ in access.msp.path("budget/mes-pieces/\(id)/fichier") })
                                row.cell("\(exercise)")
                                row.cell {
                                    if let state = ExhibitRecord.states.first(where: { $0.code == state }) { html.chip(state) }
                                }
                                row.cell(reason)
                            }
                        }
                    }
                }))
    }
}
