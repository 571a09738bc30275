import HTML
import Kernel
import KernelUI
import Postgres

/// « Pièces de l’exercice »: indicator by indicator, what is asked for, what is there, what is missing.
struct PiecesPage: Sendable {
    let years: AciYears

    func show(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let (access, year, _) = try await DossierYear.read(request, id, years)
        let waiting = year.match.statuses.flatMap(\.pieces).count { $0.state == .provided }
        return .page(
            Page(
                access: access, title: "Pièces \(year.exercise)", crumbs: DossierPlaces.crumbs(year, access.msp),
                head: { html in
                    html.fact("Pièces", "\(year.match.present) sur \(year.match.wanted)")
                },
                actions: { html in
                    if access.can(DossierPermissions.provide) {
                        html.linkButton(
                            "Déposer une pièce", href: DossierPlaces.year(id, "deposer", access.msp), kind: .main, icon: .add,
                            .data("shortcut", "n"))
                        html.linkButton("Déposer plusieurs pièces", href: DossierPlaces.year(id, "deposer-plusieurs", access.msp))
                    }
                    if access.can(DossierPermissions.check), waiting > 0 {
                        html.linkButton(
                            "Vérifier \(French.plural(waiting, "pièce", "pièces"))", href: DossierPlaces.year(id, "a-verifier", access.msp))
                    }
                    html.linkButton("Dossier", href: DossierPlaces.year(id, "dossier", access.msp), icon: .seal)
                },
                body: { html in draw(year, access, html) }))
    }

    private func draw(_ year: DossierYear, _ access: Access, _ html: HTMLWriter) {
        guard !year.match.statuses.isEmpty else {
            html.empty("Les justificatifs apparaissent ici dès qu’un indicateur rapporte des points.") {
                html.linkButton("Voir l’exercice", href: DossierPlaces.year(year.id, nil, access.msp))
            }
            return
        }
        html.progress(
            "Justificatifs présents", value: year.match.present, of: year.match.wanted,
            words: "\(year.match.present) sur \(year.match.wanted)", tone: year.match.gaps.isEmpty ? .done : .warn)
        for status in year.match.statuses { section(status, year, access, html) }
    }

    private func section(_ status: RequirementMatch.Status, _ year: DossierYear, _ access: Access, _ html: HTMLWriter) {
        html.card("\(status.indicator.rawValue) – \(year.names[status.indicator] ?? status.indicator.shortName)") {
            for excess in year.excesses where excess.indicator == status.indicator { explain(excess, year, access, html) }
            if status.needs.allSatisfy({ $0.wanted == 0 }) { html.p(.class("soft"), text: "Aucune pièce n’est demandée.") }
            for need in status.needs where need.wanted > 0 || need.requirement.count == .advised {
                html.div(.class("piece-need")) {
                    html.p {
                        html.strong(text: need.requirement.title)
                        html.text(" ")
                        chip(need, html)
                    }
                    if let help = need.requirement.help { html.p(.class("soft"), text: help) }
                    pieces(status, need, access, html)
                    if need.present < need.wanted, access.can(DossierPermissions.provide) {
                        html.linkButton(
                            "Déposer", href: DossierPlaces.year(year.id, "deposer?exigence=\(need.requirement.id)", access.msp),
                            icon: .add, size: .small, .aria(.label, "Déposer\u{A0}: \(need.requirement.title)"))
                    }
                }
            }
            let others = status.pieces.filter { $0.requirement == nil && $0.isThere }
            if !others.isEmpty {
                html.p(.class("soft"), text: "Pièces de plus")
                list(others, access, html)
            }
            if !status.entries.isEmpty { ledger(status, year, access, html) }
        }
    }

    /// A claim above what the directory shows, and why.
    private func explain(_ excess: ClaimExcess, _ year: DossierYear, _ access: Access, _ html: HTMLWriter) {
        html.message(excess.explained, tone: excess.reason == nil ? .warn : .note)
        guard access.can(DossierPermissions.writePieces) else { return }
        html.postForm(action: DossierPlaces.year(year.id, "motif", access.msp), csrf: access.csrf) {
            html.hiddenInput("fait", excess.fact.path)
            html.textareaField(
                Field(
                    "Pourquoi plus que l’annuaire", name: "motif", help: "La gérance le lit avant de sceller, la CPAM dans l’index.",
                    id: "motif-\(excess.indicator.rawValue)"), value: excess.reason ?? "", rows: 2, maxLength: 500)
            html.formActions(submit: "Enregistrer le motif")
        }
    }

    private func chip(_ need: RequirementMatch.Need, _ html: HTMLWriter) {
        if need.wanted == 0 {
            html.chip("Conseillée", tone: .soft)
        } else if need.present >= need.wanted {
            html.chip(need.wanted == 1 ? "Présente" : "\(need.present) sur \(need.wanted)", tone: .done)
        } else {
            html.chip(need.wanted == 1 ? "Manquante" : "\(need.present) sur \(need.wanted)", tone: .warn, icon: .missing)
        }
    }

    private func pieces(_ status: RequirementMatch.Status, _ need: RequirementMatch.Need, _ access: Access, _ html: HTMLWriter) {
        let own = status.pieces.filter { $0.requirement == need.requirement.id }
        if !own.isEmpty { list(own, access, html) }
    }

    private func list(_ pieces: [RequirementMatch.Piece], _ access: Access, _ html: HTMLWriter) {
        html.ul {
            for piece in pieces {
                html.li {
                    html.a(.href(DossierPlaces.piece(piece.id, access.msp)), text: piece.title)
                    html.text(" ")
                    if let state = ExhibitRecord.states.first(where: { $0.code == piece.state.rawValue }) { html.chip(state) }
                    if piece.isThere, !piece.isDeclaredAnonymous { html.chip("Anonymat à déclarer", tone: .warn) }
                }
            }
        }
    }

    // MARK: Files of the evidence ledger

    private func ledger(_ status: RequirementMatch.Status, _ year: DossierYear, _ access: Access, _ html: HTMLWriter) {
        let files = status.entries.flatMap { entry in entry.files.map { (entry, $0) } }
        let open = files.count { $0.1.choice == nil && $0.1.kind != nil }
        html.details(.class("details"), .id("registre-\(status.indicator.rawValue)"), .open(open > 0 || status.meetings?.warning != nil)) {
            html.summary(
                text:
                    "Registre des preuves\u{A0}: \(French.plural(status.entries.count, "réunion", "réunions")), \(French.plural(files.count, "fichier", "fichiers"))"
                    + (open > 0 ? ", \(French.number(open)) à relire" : ""))
            guard access.can(DossierPermissions.writePieces) else { return table(files, nil, access, html) }
            if let warning = status.meetings?.warning { html.message("\(warning).", tone: .warn) }
            whole(status, year, access, html)
            html.postForm(action: DossierPlaces.year(year.id, "registre", access.msp), csrf: access.csrf, guarded: false) {
                table(files, TableSelection(name: "files"), access, html)
                html.div(.class("form__actions")) {
                    html.button("Joindre\u{A0}: relues, aucun patient reconnaissable", .name("choice"), .value("JOIN"))
                    html.button("Ne pas joindre", kind: .quiet, .name("choice"), .value("LEAVE"))
                }
            }
        }
    }

    /// One act for all files of a name: sheets are joined, minutes left, whatever their number.
    private func whole(_ status: RequirementMatch.Status, _ year: DossierYear, _ access: Access, _ html: HTMLWriter) {
        let files = status.entries.flatMap(\.files).filter { $0.kind != nil }
        for title in Set(files.map(\.title)).sorted() {
            let named = files.filter { $0.title == title }
            html.postForm(action: DossierPlaces.year(year.id, "registre", access.msp), csrf: access.csrf, guarded: false) {
                html.hiddenInput("indicateur", status.indicator.rawValue)
                html.hiddenInput("intitule", title)
                html.p {
                    html.strong(text: title)
                    html.text(
                        "\u{A0}: \(French.plural(named.count, "fichier", "fichiers")), \(French.plural(named.count { $0.choice == .join }, "joint", "joints"))"
                    )
                }
                html.div(.class("form__actions")) {
                    html.button(
                        "Les joindre tous\u{A0}: relus, aucun patient reconnaissable", size: .small, .name("choice"), .value("JOIN"),
                        .aria(.label, "Joindre tous\u{A0}: \(title)"))
                    html.button(
                        "N’en joindre aucun", kind: .quiet, size: .small, .name("choice"), .value("LEAVE"),
                        .aria(.label, "N’en joindre aucun\u{A0}: \(title)"))
                }
            }
        }
    }

    private func table(
        _ files: [(RequirementMatch.LedgerEntry, RequirementMatch.LedgerFile)], _ selection: TableSelection?, _ access: Access,
        _ html: HTMLWriter
    ) {
        html.table(
            "Fichiers du registre des preuves",
            columns: [TableColumn("Pièce"), TableColumn("Réunion"), TableColumn("N°", .number), TableColumn("Choix")], selection: selection,
            isDense: true
        ) { rows in
            for (entry, file) in files {
                rows.row(id: file.id.description, name: "\(file.title), \(entry.title)") { row in
                    row.title(file.title, href: access.msp.path("structure/fichiers/\(file.id)"))
                    row.cell(entry.title)
                    row.cell("\(entry.sequence)")
                    row.cell {
                        switch (file.kind, file.choice) {
                        case (nil, _): html.chip("Non joignable", tone: .soft)
                        case (_, .join): html.chip("Jointe", tone: .done)
                        case (_, .leave): html.chip("Non jointe", tone: .soft)
                        case (_, nil): html.chip("À relire", tone: .warn)
                        }
                    }
                }
            }
        }
    }

    /// `POST aci/:id/motif`
    func explain(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let back = DossierPlaces.year(id, "pieces", request.msp)
        let years = years
        do {
            var reader = FormReader(request.web.form)
            let reason = reader.text("motif", max: 500, required: "Dites pourquoi en une phrase.")
            guard let reason, let fact = Fact.at(request.web.form["fait"] ?? "") else { throw reader.refusal }
            try await request.write { unit in try await ClaimReasons.explain(fact, reason, year: id, years, unit) }
        } catch let refusal as Refusal where refusal.status == 422 || refusal.status == 409 {
            return .redirect(back, Message(.stop, refusal.faults.first?.message ?? refusal.message))
        }
        return .redirect(back, Message(.done, "Le motif est enregistré\u{A0}: la gérance le lira avant de sceller."))
    }

    /// All files of an indicator with the title that the form names; nil when it names single files.
    private func named(_ request: MspRequest, _ id: Identifier) async throws -> [Identifier]? {
        guard let title = request.web.form["intitule"], let code = request.web.form["indicateur"] else { return nil }
        let (_, year, _) = try await DossierYear.read(request, id, years)
        let status = year.match.statuses.first { $0.indicator.rawValue == code }
        return status?.entries.flatMap(\.files).filter { $0.title == title && $0.kind != nil }.map(\.id) ?? []
    }

    /// `POST aci/:id/registre`
    func mark(_ request: MspRequest) async throws -> PageResponse {
        let id = try request.web.id("id")
        let form = request.web.form
        let chosen = form.all("files").compactMap { Identifier($0) }
        let choice = RequirementMatch.LedgerFile.Choice(rawValue: form["choice"] ?? "")
        let years = years
        let back = DossierPlaces.year(id, "pieces", request.msp)
        let files: [Identifier]
        do {
            files = try await named(request, id) ?? chosen
            try await request.write { unit in
                guard let choice else { throw Refusal.invalid("choice", "Choisissez de joindre ou non.") }
                try await Exhibits.mark(files, choice, year: id, years, unit)
            }
        } catch let refusal as Refusal where refusal.status == 422 {
            return .redirect(back, Message(.stop, refusal.message))
        }
        let count = French.plural(files.count, "fichier", "fichiers")
        return .redirect(back, Message(.done, choice == .join ? "\(count) à joindre au dossier." : "\(count) hors du dossier."))
    }
}

/// Addresses of the dossier's pages.
enum DossierPlaces {
    static func year(_ id: Identifier, _ rest: String?, _ msp: some MspAddress) -> String {
        msp.path(path(id, rest))
    }

    /// Below the MSP's own address.
    static func path(_ year: Identifier, _ rest: String?) -> String { BudgetPlaces.cockpit(year) + (rest.map { "/\($0)" } ?? "") }

    static func piece(_ id: Identifier, _ msp: some MspAddress) -> String { msp.path("budget/pieces/\(id)") }

    static func dossier(_ id: Identifier, _ msp: some MspAddress, _ rest: String? = nil) -> String {
        msp.path("budget/dossiers/\(id)") + (rest.map { "/\($0)" } ?? "")
    }

    /// Where what blocks is mended; nil for whoever may not mend it.
    static func mending(_ place: Blocker.Place, _ year: Identifier, _ access: Access) -> String? {
        let msp = access.msp
        return switch place {
        case .exercise: self.year(year, nil, msp)
        case .requirement(let id): access.can(DossierPermissions.provide) ? self.year(year, "deposer?exigence=\(id)", msp) : nil
        case .piece(let id): piece(id, msp)
        case .reason(let indicator): self.year(year, "pieces#motif-\(indicator.rawValue)", msp)
        case .ledger(let indicator): self.year(year, "pieces#registre-\(indicator.rawValue)", msp)
        }
    }

    static func crumbs(_ year: DossierYear, _ msp: some MspAddress) -> [Crumb] {
        [Crumb("Exercice \(year.exercise)", href: self.year(year.id, nil, msp))]
    }
}
