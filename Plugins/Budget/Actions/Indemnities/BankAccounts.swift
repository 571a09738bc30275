import Kernel

/// Bank accounts of the MSP and of the people it pays. Numbers are never traced, never shown whole on a screen.
enum BankAccounts {
    /// What is typed.
    struct Entry: Sendable {
        let holder: String
        let account: BankAccount
        /// Of the legal entity that pays; nil for a person.
        var siren: String?
    }

    /// Reads a form or a document; every fault at once. The account of the MSP is that of its legal entity, with its SIREN.
    static func entry(holder: String, iban: String, bic: String?, siren: String?, isOwn: Bool) throws -> Entry {
        var faults: [FieldFault] = []
        let name = TextRules.normalised(holder, lines: false).trimmed
        if name.isEmpty {
            faults.append(FieldFault("holder", "Indiquez le titulaire du compte."))
        } else if let fault = TextRules.fault(name, max: 70, lines: false) {
            faults.append(FieldFault("holder", fault))
        } else if SepaText.line(name, most: 70) == nil {
            faults.append(FieldFault("holder", "Ce nom n’a aucun caractère qu’une banque accepte."))
        }
        var account: BankAccount?
        do { account = try BankAccount.read(iban: iban, bic: bic) } catch {
            faults.append(FieldFault(error.message.contains("BIC") ? "bic" : "iban", error.message))
        }
        var number: String?
        if isOwn {
            let typed = (siren ?? "").trimmed
            if typed.isEmpty {
                faults.append(FieldFault("siren", "Indiquez le numéro SIREN de la personne morale qui paie."))
            } else {
                do { number = try NationalNumber.siren(typed).value } catch { faults.append(FieldFault("siren", error.message)) }
            }
        }
        guard faults.isEmpty, let account else { throw Refusal.invalid(faults) }
        return Entry(holder: name, account: account, siren: number)
    }

    /// Writes the account of a person, or of the MSP when `person` is nil. The trail says who changed whose, not what; whoever is paid
    /// there is told when somebody else did it. The same account written again changes nothing.
    static func save(_ entry: Entry, of person: Identifier?, _ unit: WriteUnit) async throws {
        if let person {
            let known = try await unit.one(
                Query("select 1 from kernel.professional where msp_id = $1 and id = $2", .id(unit.msp), .id(person)))
            guard !known.isEmpty else { throw Refusal.notFound }
        }
        let digest = PayeeAccount.digest(person: person, holder: entry.holder, account: entry.account, siren: entry.siren)
        let change = Identifier.make(at: unit.now)
        let written = try await unit.one(
            Query(
                """
                insert into budget.bank_account as b (msp_id, id, professional_id, holder, iban, bic, siren, digest, created_at, created_by,
                    changed_at, changed_by, changed_by_name)
                values ($1, $2, $5, $6, $7, $8, $9, $10, $3, $4, $3, $4, $11)
                on conflict (msp_id, professional_id) do update set holder = excluded.holder, iban = excluded.iban, bic = excluded.bic,
                    siren = excluded.siren, digest = excluded.digest, updated_at = excluded.created_at, updated_by = excluded.created_by,
                    changed_at = excluded.changed_at, changed_by = excluded.changed_by, changed_by_name = excluded.changed_by_name
                where (b.holder, b.iban, b.bic, b.siren) is distinct from (excluded.holder, excluded.iban, excluded.bic, excluded.siren)
                """,
                parameters: unit.stamp(change) + [
                    .id(person), .text(entry.holder), .text(entry.account.iban), .text(entry.account.bic), .text(entry.siren),
                    .text(digest), .text(unit.access.displayName),
                ]))
        guard written.affectedRows > 0 else { return }
        try trace("update", person, unit)
        if let person {
            try await IndemnityMails.tellAccount(of: person, change: change, unit)
        } else {
            try await ManagerMails.tell(
                "budget.own_account.\(change)", "Compte bancaire de la structure changé",
                "\(unit.access.displayName) a changé le compte bancaire d’où partent les versements. Vérifiez-le, puis confirmez-le.",
                path: IndemnityPlaces.accounts, unit)
        }
    }

    /// Says that an account somebody else wrote is right, exactly as it stands. By a manager, or by whoever is paid there.
    static func confirm(_ person: Identifier?, digest: String, _ unit: WriteUnit) async throws {
        let stored = try await unit.run(all: ApprovedAccounts.queries(unit.msp))
        let review = try ApprovedAccounts.review(stored[...], approvals: [], needed: 1)
        guard let account = review.accounts[person] else { throw Refusal.notFound }
        guard account.digest == digest else {
            throw Refusal.conflict("account_changed", "Ce compte vient de changer\u{00A0}: relisez-le avant de le confirmer.")
        }
        let actor = try unit.actor()
        try FourEyes.requirePerson(unit)
        guard account.changedBy != actor else {
            throw Refusal.conflict("own_change", "Vous avez indiqué ce compte\u{00A0}: une autre personne doit le confirmer.")
        }
        try await unit.one(
            Query(
                """
                insert into budget.bank_account_confirmation (msp_id, digest, account_id, label, created_at) values ($1, $2, $3, $4, $5)
                on conflict (msp_id, digest, account_id) do nothing
                """, .id(unit.msp), .text(digest), .id(actor), .text(unit.access.displayName), .instant(unit.now)))
        try trace("confirm", person, unit)
    }

    private static let thing = TracedThing("budget.bank_account", acts: ["update", "confirm"])

    /// Beside whose account it is.
    private static func trace(_ act: String, _ person: Identifier?, _ unit: WriteUnit) throws {
        try unit.trace(act, of: thing, on: person ?? unit.msp, beside: person == nil ? "core.organisation" : "core.professional")
    }

    /// « FR76 •••• 0189 ».
    static func masked(_ iban: String) -> String { "\(iban.prefix(4)) •••• \(iban.suffix(4))" }
}
