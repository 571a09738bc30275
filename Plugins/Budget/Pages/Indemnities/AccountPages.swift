import HTML
import Kernel
import KernelUI

/// « Comptes bancaires »: where the transfers come from and go to. Numbers are shown masked.
enum AccountPages {
    /// Address that confirms an account as it stands, below the MSP's own.
    static func confirmation(_ person: Identifier?) -> String {
        "\(IndemnityPlaces.accounts)/\(person?.description ?? "structure")/confirmer"
    }

    static func list(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read(all: AccountList.queries(request.msp.id))
        let access = reading.access
        let found = try AccountList.read(reading.results, own: access.msp.name)
        let base = request.path(IndemnityPlaces.accounts)
        return .page(
            Page(
                access: access, title: "Comptes bancaires",
                crumbs: [Crumb("Campagnes", href: request.path(IndemnityPlaces.runs))],
                body: { html in
                    html.p(
                        .class("soft"),
                        text:
                            "Chaque personne indique son compte sur «\u{00A0}Mes indemnités\u{00A0}». Les numéros ne sont jamais affichés en entier. Un compte changé par quelqu’un d’autre est signalé à son titulaire."
                    )
                    html.table(
                        "Comptes de la structure et de l’équipe",
                        columns: [TableColumn("Titulaire"), TableColumn("Compte"), TableColumn("Action", .actions)]
                    ) { table in
                        for line in found {
                            table.row { row in
                                row.title(line.name)
                                row.cell { cell(line, access, html) }
                                row.cell {
                                    html.a(.class("button button--small"), .href("\(base)/\(line.person?.description ?? "structure")")) {
                                        html.text(line.account == nil ? "Indiquer" : "Remplacer")
                                        html.span(.class("vh"), text: " le compte de \(line.name)")
                                    }
                                    if let account = line.account, line.isToConfirm, account.changedBy != access.account,
                                        access.can(IndemnityPermissions.approveRuns)
                                    {
                                        html.postButton(
                                            "Confirmer", action: request.path(confirmation(line.person)), csrf: access.csrf, size: .small,
                                            fields: [("digest", account.digest)])
                                    }
                                }
                            }
                        }
                    }
                }))
    }

    private static func cell(_ line: AccountList.Line, _ access: Access, _ html: HTMLWriter) {
        guard let account = line.account else { return html.chip("Manque", tone: .warn) }
        html.span(.class("nowrap"), text: account.account.masked)
        html.p(.class("soft", "small"), text: account.holder)
        if line.person == nil {
            if let siren = account.siren {
                html.p(.class("soft", "small"), text: "SIREN \(French.siren(siren))")
            } else {
                html.chip("SIREN à indiquer", tone: .warn)
            }
        }
        guard line.isToConfirm, let name = account.changedByName, let at = account.changedAt else { return }
        html.p(.class("soft", "small"), text: "Changé par \(name) le \(French.dateTime(access.local(at)))\u{00A0}: à confirmer")
    }

    /// `POST comptes-bancaires/:person/confirmer`
    static func confirm(_ request: MspRequest) async throws -> PageResponse {
        let (person, form) = (try person(request), request.web.form)
        try await request.write { unit in try await BankAccounts.confirm(person, digest: form["digest"] ?? "", unit) }
        let run = form["run"].flatMap { Identifier($0) }
        return .redirect(
            request.path(run.map(IndemnityPlaces.run) ?? IndemnityPlaces.accounts), Message(.done, "Le compte est confirmé."))
    }

    static func ask(_ request: MspRequest) async throws -> PageResponse { try await form(request, FormValues(), faults: [], status: 200) }

    static func save(_ request: MspRequest) async throws -> PageResponse {
        let form = request.web.form
        let person = try person(request)
        do {
            let entry = try BankAccounts.entry(
                holder: form["holder"] ?? "", iban: form["iban"] ?? "", bic: form["bic"], siren: form["siren"], isOwn: person == nil)
            try await request.write { unit in try await BankAccounts.save(entry, of: person, unit) }
            return .redirect(request.path(IndemnityPlaces.accounts), Message(.done, "Le compte est enregistré."))
        } catch let refusal as Refusal {
            guard refusal.status == 422 else { throw refusal }
            return try await self.form(request, form, faults: refusal.faults, status: 422)
        }
    }

    /// The person of the address; nil for the MSP itself.
    private static func person(_ request: MspRequest) throws -> Identifier? {
        request.web.parameters["person"] == "structure" ? nil : try request.web.id("person")
    }

    private static func form(_ request: MspRequest, _ form: FormValues, faults: [FieldFault], status: Int) async throws -> PageResponse {
        let person = try person(request)
        let reading = try await request.read(
            Query(
                "select shown_name from kernel.professional where msp_id = $1 and id = $2", .id(request.msp.id),
                .id(person)))
        let name: String
        if person == nil {
            name = reading.access.msp.name
        } else {
            guard let row = reading.results[0].first else { throw Refusal.notFound }
            name = try row[0]
        }
        let (access, list) = (reading.access, request.path(IndemnityPlaces.accounts))
        let action = "\(list)/\(person?.description ?? "structure")"
        return .page(
            Page(
                access: access, title: "Compte de \(name)", crumbs: [Crumb("Comptes bancaires", href: list)], status: status,
                body: { html in
                    html.errorSummary(faults)
                    html.postForm(action: action, csrf: access.csrf) {
                        html.accountFields(form, faults, holder: name, isOwn: person == nil)
                        html.formActions(cancelHref: list)
                    }
                }))
    }
}

extension HTMLWriter {
    /// The fields of a bank account; a stored number is never shown in them.
    func accountFields(_ form: FormValues, _ faults: [FieldFault], holder: String, isOwn: Bool = false) {
        func field(_ label: String, _ name: String, help: String? = nil, required: Bool = false) -> Field {
            Field(label, name: name, help: help, error: faults.first { $0.field == name }?.message, required: required)
        }
        textField(
            field(
                "Titulaire du compte", "holder", help: isOwn ? "Le nom de la personne morale, comme à la banque." : nil, required: true),
            value: form["holder"] ?? holder, maxLength: 70)
        if isOwn {
            textField(
                field("N° SIREN", "siren", help: "9 chiffres\u{00A0}: celui de la personne morale qui paie.", required: true),
                value: form["siren"] ?? "", width: .short, maxLength: 20, autocomplete: "off", .inputmode("numeric"))
        }
        textField(
            field("IBAN", "iban", help: "Commence par FR suivi de 25 caractères\u{202F}; les espaces sont acceptés.", required: true),
            value: form["iban"] ?? "", maxLength: 50, autocomplete: "off", .spellcheck(false),
            .data("secret"))
        textField(
            field("BIC", "bic", help: "Facultatif\u{00A0}: la banque se retrouve par l’IBAN."), value: form["bic"] ?? "", width: .short,
            maxLength: 14,
            autocomplete: "off", .spellcheck(false))
    }
}
