import Kernel
import Testing

@testable import Budget

@Suite("Indemnities: from the draft to the payment")
struct RunWorkflowTests {
    private typealias F = Fixtures
    private let coordinator = F.id("coordinatrice")
    private let first = F.id("gérante")
    private let second = F.id("cogérant")
    private let now = Instant(microseconds: 0)

    private var result: IndemnityResult { F.run(F.hourly(), F.facts([F.presence("a")])) }
    private var draft: IndemnityRunState { IndemnityRunState(fingerprint: result.fingerprint, preparedBy: [coordinator]) }

    private func checked() throws -> IndemnityRunState { try draft.checked(by: coordinator, result: result, setAside: [:]).get() }

    private func approve(_ state: IndemnityRunState, _ person: Identifier) -> Result<IndemnityRunState, Refusal> {
        state.approved(by: person, isManager: true, at: now, fingerprint: state.fingerprint)
    }

    private func approved() throws -> IndemnityRunState { try approve(try approve(try checked(), first).get(), second).get() }

    private func isRefused(_ result: Result<IndemnityRunState, Refusal>) -> Bool { if case .failure = result { true } else { false } }

    @Test("Draft, checked, two approvals, sent, paid, closed")
    func wholeWay() throws {
        let once = try approve(try checked(), first).get()
        #expect(once.status == .checked)
        #expect(isRefused(once.paid()))
        let twice = try approve(once, second).get()
        #expect(twice.status == .approved)
        #expect(try twice.sent().get().paid().get().closed().get().status == .closed)
        #expect(try twice.paid().get().status == .paid)
    }

    @Test("Two distinct managers, none of whom prepared or checked the run")
    func approvers() throws {
        let state = try checked()
        #expect(isRefused(approve(state, coordinator)))
        #expect(isRefused(state.approved(by: first, isManager: false, at: now, fingerprint: state.fingerprint)))
        let once = try approve(state, first).get()
        #expect(isRefused(approve(once, first)))
        var byManager = draft
        byManager.preparedBy = [first]
        let other = try byManager.checked(by: coordinator, result: result, setAside: [:]).get()
        #expect(isRefused(approve(other, first)))
        #expect(other.faultsBeforeApproval(by: first, isManager: false, fingerprint: "autre").count == 3)
    }

    @Test("What was approved is what is paid: a change undoes check and approvals")
    func reset() throws {
        let changed = try approved().changed(by: second, fingerprint: "autre").get()
        #expect(changed.status == .draft)
        #expect(changed.approvals.isEmpty)
        #expect(changed.checkedBy == nil)
        #expect(changed.preparedBy == [coordinator, second])
        // The same result computed again is no change.
        #expect(try approved().changed(by: second, fingerprint: result.fingerprint).get() == approved())
        // Approving an older screen is refused.
        #expect(isRefused(try checked().approved(by: first, isManager: true, at: now, fingerprint: "ancienne")))
    }

    @Test("After the files left: recall with a reason; after the payment: nothing changes any more")
    func after() throws {
        let sent = try approved().sent().get()
        #expect(isRefused(sent.changed(by: coordinator, fingerprint: "autre")))
        #expect(isRefused(sent.recalled(reason: " ")))
        #expect(try sent.recalled(reason: "Virement non remis").get().status == .draft)
        let paid = try sent.paid().get()
        #expect(isRefused(paid.changed(by: coordinator, fingerprint: "autre")))
        #expect(isRefused(paid.recalled(reason: "Erreur")))
        #expect(isRefused(paid.paid()))
    }

    @Test("A recalled run is approved again by the very same people; one approval is enough where the statutes say so")
    func recalledAndAlone() throws {
        let back = try approved().sent().get().recalled(reason: "Virement non remis").get()
        #expect(back.preparedBy == [coordinator])
        let again = try back.checked(by: coordinator, result: result, setAside: [:]).get()
        #expect(try approve(try approve(again, first).get(), second).get().status == .approved)
        var alone = try checked()
        alone.needed = 1
        #expect(isRefused(approve(alone, coordinator)))
        let done = try approve(alone, first).get()
        #expect(done.status == .approved)
        #expect(try done.sent().get().status == .sent)
    }

    @Test("A check needs settled anomalies, an amount and a voted rule; all missing things are told at once")
    func guards() {
        var unvoted = F.hourly()
        unvoted.decision = nil
        var presence = F.presence("a")
        presence.isSigned = false
        let empty = F.run(unvoted, F.facts([presence]))
        #expect(IndemnityRunState.faultsBeforeCheck(empty, setAside: [:]).map(\.field) == ["lines", "decision", "anomalies"])
        let overlap = F.run(F.hourly(), F.facts([F.presence("a"), F.presence("b", at: 12, 30)]))
        let key = overlap.anomalies[0].key
        #expect(IndemnityRunState.faultsBeforeCheck(overlap, setAside: [:]).map(\.field) == ["anomalies"])
        #expect(IndemnityRunState.faultsBeforeCheck(overlap, setAside: [key: " "]).count == 1)
        #expect(IndemnityRunState.faultsBeforeCheck(overlap, setAside: [key: "Vu avec Claire"]).isEmpty)
        #expect(
            isRefused(IndemnityRunState(fingerprint: "ancienne", preparedBy: []).checked(by: coordinator, result: result, setAside: [:])))
    }

    @Test("What would change: two rules on the same facts, person by person")
    func whatIf() {
        let part = IndemnityPart(
            method: .hourlyByProfession, meetingTypes: ["TEAM"],
            rates: [IndemnityRate(profession: "GP", cents: 8_000), IndemnityRate(cents: 5_000)])
        var proposed = F.rule(.hourlyByProfession, [part])
        proposed.decision = nil
        proposed.validFrom = F.day("2027-01-01")
        let facts = F.facts([F.presence("a"), F.presence("a", by: "docteur", as: F.doctor())])
        let comparison = IndemnityComparison.simulate(current: F.hourly(), proposed: proposed, facts: facts)
        // 54 → 50 for the nurse, 54 → 80 for the doctor.
        #expect(Set(comparison.rows.map(\.differenceCents)) == [-400, 2_600])
        #expect(comparison.differenceCents == 2_200)
        #expect(
            F.plain(comparison.summary)
                == "1 personne reçoit davantage ; 1 personne reçoit moins ; 0 montant inchangé ; le total passe de 108,00 € à 130,00 €.")
    }
}
