import Kernel

/// A batch of SEPA transfers out of one account on one day (ISO 20022, customer credit transfer initiation).
struct CreditTransferBatch: Sendable, Equatable {
    /// Version of the message. Banks of the area moved to the second in November 2023; some still take only the first.
    enum Version: String, CaseIterable, Sendable {
        case v03 = "pain.001.001.03"
        case v09 = "pain.001.001.09"

        var namespace: String { "urn:iso:std:iso:20022:tech:xsd:\(rawValue)" }
    }

    /// One transfer.
    struct Payment: Sendable, Equatable {
        /// Reference that comes back on both statements of account; distinct in a batch.
        var endToEndId: String
        var name: String
        var account: BankAccount
        var cents: Int
        /// « Indemnités coordination 1er semestre 2026 », at most 140 characters once written for the bank.
        var reason: String
    }

    var version: Version = .v09
    /// Reference of the message: distinct for each file sent to the bank, which refuses the second one with the same.
    var messageId: String
    /// Reference of the one block of payments.
    var paymentId: String
    /// Time on the structure's clocks at which the file was made.
    var createdAt: LocalTime
    var executionDay: CivilDate
    /// Name of the legal entity that pays, and its SIREN.
    var debtorName: String
    var debtorSiren: String
    var debtor: BankAccount
    /// One debit for the whole batch on the statement of account (true), or one per transfer.
    var isBookedAsBatch: Bool = true
    var payments: [Payment]

    /// Greatest amount of one transfer of the scheme: 999 999 999,99 €.
    static let mostCents = 99_999_999_999

    var totalCents: Int { payments.map(\.cents).reduce(0, +) }

    /// Everything that a bank would refuse; empty when the file may be written.
    var faults: [FieldFault] {
        var faults: [FieldFault] = []
        func check(_ reference: String, _ field: String) {
            if !SepaText.isReference(reference) {
                faults.append(
                    FieldFault(
                        field,
                        "La référence « \(reference) » doit avoir de 1 à 35 lettres sans accent, chiffres ou signes / - ? : ( ) . , ' +."))
            }
        }
        check(messageId, "message_id")
        check(paymentId, "payment_id")
        if SepaText.line(debtorName, most: 70) == nil {
            faults.append(FieldFault("debtor_name", "Indiquez le nom du titulaire du compte débité."))
        }
        if (try? NationalNumber.siren(debtorSiren)) == nil {
            faults.append(FieldFault("debtor_siren", "Indiquez le numéro SIREN de la personne morale qui paie."))
        }
        if executionDay < createdAt.date {
            faults.append(
                FieldFault(
                    "execution_day",
                    "La date d’exécution est passée : choisissez le \(French.date(TargetCalendar.next(from: createdAt.date))) ou un jour suivant."
                ))
        } else if !TargetCalendar.isOpen(executionDay) {
            faults.append(
                FieldFault(
                    "execution_day",
                    "Les banques n’échangent pas de virements le \(French.longDate(executionDay)) : choisissez le \(French.longDate(TargetCalendar.next(from: executionDay)))."
                ))
        }
        if payments.isEmpty { faults.append(FieldFault("payments", "Aucun virement n’est à faire.")) }
        if payments.count > 10_000 {
            faults.append(FieldFault("payments", "Un fichier contient au plus \(French.number(10_000)) virements."))
        }
        var seen: Set<String> = []
        for (index, payment) in payments.enumerated() {
            let path = "payments[\(index)]"
            check(payment.endToEndId, "\(path).end_to_end_id")
            if !seen.insert(payment.endToEndId).inserted {
                faults.append(FieldFault("\(path).end_to_end_id", "La référence « \(payment.endToEndId) » sert à deux virements."))
            }
            if SepaText.line(payment.name, most: 70) == nil {
                faults.append(FieldFault("\(path).name", "Le nom du bénéficiaire n’a aucun caractère qu’une banque accepte."))
            }
            if SepaText.line(payment.reason, most: 140) == nil {
                faults.append(FieldFault("\(path).reason", "Indiquez le motif du virement."))
            }
            if !(1...Self.mostCents).contains(payment.cents) {
                faults.append(
                    FieldFault(
                        "\(path).cents",
                        "Un virement va de \(French.money(cents: 1)) à \(French.money(cents: Self.mostCents)) ; celui-ci est de \(French.money(cents: payment.cents))."
                    ))
            }
            if payment.account.iban == debtor.iban {
                faults.append(FieldFault("\(path).account", "Le compte du bénéficiaire est le compte débité."))
            }
        }
        return faults
    }
}
