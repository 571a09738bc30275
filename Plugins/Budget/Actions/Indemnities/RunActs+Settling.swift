import Kernel

/// From the transfers to the closing: the day of payment, its corrections, the end.
extension RunActs {
    /// Notes that the transfers were made. The lines must still be those that were approved.
    static func pay(_ id: Identifier, on day: CivilDate?, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let next = try run.state.paid().get()
        let frozen = try RunStore.frozen((try await unit.run(all: RunStore.frozenQueries(unit.msp, id)))[...])
        guard frozen?.fingerprint == run.state.fingerprint, frozen?.totalCents == run.totalCents else {
            throw Refusal.conflict(
                "lines_changed", "Les lignes ne sont plus celles qui ont été validées\u{00A0}: la campagne ne peut pas être notée payée.")
        }
        let paid = day ?? unit.access.local(unit.now).date
        try checkPaid(paid, run, unit)
        let number = try await number(run, unit)
        try await unit.change(
            RunRecord.id, of: id, ["status": .text(next.status.rawValue), "number": .text(number), "paid_on": .date(paid)])
        try await StatementPapers.prepare(id, unit)
        unit.publish(IndemnityEvents.paid, IndemnityEvents.Run(run: id, year: run.to.year))
        return "La campagne \(number) est notée payée."
    }

    /// Corrects the day of payment; the day before and the reason stay on the page.
    static func correctPayment(_ id: Identifier, on day: CivilDate, reason: String, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        guard [.paid, .closed].contains(run.state.status), let before = run.paidOn else {
            throw Refusal.conflict("wrong_state", "Seule une campagne payée a un jour de paiement à corriger.")
        }
        guard day != before else { throw Refusal.invalid("paid_on", "C’est déjà le jour noté.") }
        try checkPaid(day, run, unit)
        let correction = JSONValue.object([
            ("before", .string(before.description)), ("after", .string(day.description)), ("reason", .string(reason)),
            ("by", .string(unit.access.displayName)), ("at", .string(unit.now.iso8601)),
        ])
        try await unit.change(
            RunRecord.id, of: id,
            RecordChange(
                RecordValues(["paid_on": .date(day)]), kept: ["paid_changes": .json(JSONValue.array(run.paidChanges + [correction]).text)]))
        return "Le jour du paiement est corrigé\u{00A0}: \(French.date(day)) au lieu du \(French.date(before))."
    }

    /// Not after today, and not before the run was sent, or approved when it was paid without being sent.
    private static func checkPaid(_ day: CivilDate, _ run: LockedRun, _ unit: WriteUnit) throws(Refusal) {
        let today = unit.access.local(unit.now).date
        guard day <= today else {
            throw Refusal.invalid("paid_on", "Ce jour n’est pas encore passé\u{00A0}: indiquez au plus tard le \(French.date(today)).")
        }
        guard let first = (run.sentAt ?? run.lastApproval).map({ unit.access.local($0).date }), day < first else { return }
        throw Refusal.invalid(
            "paid_on",
            run.sentAt == nil
                ? "La campagne n’était pas encore validée\u{00A0}: indiquez au plus tôt le \(French.date(first))."
                : "La campagne n’était pas encore transmise\u{00A0}: indiquez au plus tôt le \(French.date(first)).")
    }

    /// Corrects somebody's address where it is wrong, and says again that the statement is ready.
    static func resend(_ id: Identifier, to person: Identifier, email: String?, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let papers = try await RunPapers.load(id, unit)
        guard papers.screen.payees.contains(person) else { throw Refusal.notFound }
        if let mail = papers.screen.mails[person], let email, email != mail.recipient {
            try await unit.correctAddress(of: person, to: email)
        }
        try await IndemnityMails.tellStatements(papers, sending: run.sendings, again: person, unit)
        return "Le message à \(papers.screen.facts.name(person)) est en cours d’envoi."
    }

    static func close(_ id: Identifier, _ unit: WriteUnit) async throws -> String {
        let run = try await LockedRun.lock(id, unit)
        let next = try run.state.closed().get()
        try await unit.change(
            RunRecord.id, of: id,
            RecordChange(RecordValues(["status": .text(next.status.rawValue)]), kept: ["closed_at": .instant(unit.now)]))
        return "La campagne est close."
    }
}
