import HTML
import Kernel
import KernelUI

/// « Comptes bancaires »: where the transfers come from and go to. Numbers are shown masked.
enum AccountPages {
    private struct Line: Sendable {
        /// Nil for the MSP itself.
        let person: Identifier?
        let name: String
        let holder: String?
        let iban: String?
    }

    static func list(_ request: MspRequest) async throws -> PageResponse {
        let reading = try await request.read(lines(request.msp.id))
        let found = try reading.results[0].map { row in
            Line(person: try row[0], name: try row[1], holder: try row[2], iban: try row[3])
        }
        let access = reading.access
        let base = request.path(IndemnityPlaces.accounts)
        return .page(
            Page(
                access: access, title: "Comptes bancaires",
                crumbs: [Crumb("Campagnes de versement", href: request.path(IndemnityPlaces.runs))],
                body: { html in
                    html.p(
                        .class("soft"),
                        text:
                            "Chaque personne indique son compte sur «\u{00A0}Mes indemnités\u{00A0}». Les numéros ne sont jamais affichés en entier."
                    )
                    html.table(
                        "Comptes de la structure et de l’équipe",
                        columns: [TableColumn("Titulaire"), TableColumn("Compte"), TableColumn("Action", .actions)]
                    ) { table in
                        for line in found {
                            table.row { row in
                                row.title(line.name)
                                row.cell {
                                    if let iban = line.iban {
                                        html.span(.class("nowrap"), text: BankAccounts.masked(iban))
                                        html.p(.class("soft", "small"), text: line.holder ?? "")
                                    } else {
                                        html.chip("Manque", tone: .warn)
                                    }
                                }
                                row.cell {
                                    html.a(.class("button button--small"), .href("\(base)/\(line.person?.description ?? "structure")")) {
                                        html.text(line.iban == nil ? "Indiquer" : "Remplacer")
                                        html.span(.class("vh"), text: " le compte de \(line.name)")
                                    }
                                }
                            }
                        }
                    }
                }))
    }

    private static func lines(_ msp: Identifier) -> Query {
        Query(
            """
            select id, name, holder, iban from (
                select null::uuid as id, o.name, b.holder, b.iban, '' as family
                from kernel.current_organisation() o left join budget.bank_account b on b.msp_id = $1 and b.professional_id is null
                union all
                select p.id, p.shown_name, b.holder, b.iban, p.last_name
                from kernel.professional p left join budget.bank_account b on b.msp_id = p.msp_id and b.professional_id = p.id
                where p.msp_id = $1 and p.archived_at is null and p.indemnifiable) t
            order by family collate kernel.french, name collate kernel.french, id
            """, .id(msp))
    }

    static func ask(_ request: MspRequest) async throws -> PageResponse { try await form(request, FormValues(), faults: [], status: 200) }

    static func save(_ request: MspRequest) async throws -> PageResponse {
        let form = request.web.form
        let person = try person(request)
        do {
            let entry = try BankAccounts.entry(holder: form["holder"] ?? "", iban: form["iban"] ?? "", bic: form["bic"])
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
                        html.accountFields(form, faults, holder: name)
                        html.formActions(cancelHref: list)
                    }
                }))
    }
}

extension HTMLWriter {
    /// The fields of a bank account; a stored number is never shown in them.
    func accountFields(_ form: FormValues, _ faults: [FieldFault], holder: String) {
        func field(_ label: String, _ name: String, help: String? = nil, required: Bool = false) -> Field {
            Field(label, name: name, help: help, error: faults.first { $0.field == name }?.message, required: required)
        }
        textField(field("Titulaire du compte", "holder", required: true), value: form["holder"] ?? holder, maxLength: 70)
        textField(
            field("IBAN", "iban", help: "Commence par FR suivi de 25 caractères\u{202F}; les espaces sont acceptés.", required: true),
            value: form["iban"] ?? "", maxLength: 50, autocomplete: "off", .spellcheck(false))
        textField(
            field("BIC", "bic", help: "Facultatif\u{00A0}: la banque se retrouve par l’IBAN."), value: form["bic"] ?? "", width: .short,
            maxLength: 14,
            autocomplete: "off", .spellcheck(false))
    }
}
