import Kernel

/// Bank accounts of the MSP and of the people it pays. Numbers are never traced, never shown whole on a screen.
enum BankAccounts {
    /// What is typed.
    struct Entry: Sendable {
        let holder: String
        let account: BankAccount
    }

    /// Reads a form or a document; every fault at once.
    static func entry(holder: String, iban: String, bic: String?) throws -> Entry {
        var faults: [FieldFault] = []
        let name = holder.trimmed
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
        guard faults.isEmpty, let account else { throw Refusal.invalid(faults) }
        return Entry(holder: name, account: account)
    }

    /// Writes the account of a person, or of the MSP when `person` is nil. The trail says who changed whose, not what.
    static func save(_ entry: Entry, of person: Identifier?, _ unit: WriteUnit) async throws {
        if let person {
            let known = try await unit.one(
                Query("select 1 from kernel.professional where msp_id = $1 and id = $2", .id(unit.msp), .id(person)))
            guard !known.isEmpty else { throw Refusal.notFound }
        }
        try await unit.one(
            Query(
                """
                insert into budget.bank_account as b (msp_id, id, professional_id, holder, iban, bic, created_at, created_by)
                values ($1, $2, $5, $6, $7, $8, $3, $4)
                on conflict (msp_id, professional_id) do update set holder = excluded.holder, iban = excluded.iban, bic = excluded.bic,
                    updated_at = excluded.created_at, updated_by = excluded.created_by
                """,
                parameters: unit.stamp(.make(at: unit.now)) + [
                    .id(person), .text(entry.holder), .text(entry.account.iban), .text(entry.account.bic),
                ]))
        unit.audit(
            "budget.bank_account.update", type: person == nil ? "core.organisation" : "core.professional", id: person ?? unit.msp,
            detail: .object([("by", .string(unit.access.displayName))]))
    }

    /// « FR76 •••• 0189 ».
    static func masked(_ iban: String) -> String { "\(iban.prefix(4)) •••• \(iban.suffix(4))" }
}
